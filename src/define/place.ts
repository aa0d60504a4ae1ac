// Where a user wrote a thing. The call stack is the only witness: the first frame outside this room. The trace is kept
// unread until a place is asked for, because reading a stack costs far more than holding one.

import type { Place } from "../base/index.ts";

const ROOM = pathOf(import.meta.url).replace(/[^/]*$/, "");

/** Remembers the line of user code that is calling a builder right now. */
export class Origin {
  readonly #trace = new Error();

  get place(): Place | null {
    for (const line of (this.#trace.stack ?? "").split("\n").slice(1)) {
      const place = placeOf(line);
      if (place !== null) return place;
    }
    return null;
  }
}

function placeOf(frame: string): Place | null {
  const match = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):\d+\)?$/.exec(frame.trim());
  if (match === null) return null;
  const file = pathOf(String(match[1]).replace(/^.*?\(/, ""));
  const ours = file.startsWith(ROOM) && !file.includes(".test.");
  return ours || file.includes("/node_modules/") ? null : { file, line: Number(match[2]) };
}

function pathOf(url: string): string {
  const bare = url.replace(/\?.*$/, "");
  return bare.startsWith("file://") ? decodeURIComponent(new URL(bare).pathname) : bare;
}

// When an alert opens and closes: only after as many reports in a row as declared, so that a value at its bound does not
// flicker. A report that could not look counts neither way.

import type { AlertState } from "./alert.ts";

/** What a report says of a finding. `unknown`: the part that would show it was not drawn, or had too few rows to tell. */
export type Sight = "seen" | "unseen" | "unknown";

export interface Track {
  readonly state: AlertState;
  /** Consecutive reports with it, and without it. One of them is 0. */
  readonly seen: number;
  readonly unseen: number;
}

export interface Hysteresis {
  readonly openAfter: number;
  readonly closeAfter: number;
}

/** One report later. `null`: no alert. A closed alert is over; a finding that comes back begins a new one. */
export function nextTrack(track: Track | null, sight: Sight, hysteresis: Hysteresis): Track | null {
  if (sight === "unknown" || track?.state === "closed") return track;
  if (sight === "seen") return seenAgain(track ?? { state: "pending", seen: 0, unseen: 0 }, hysteresis);
  if (track === null || track.state === "pending") return null;
  const unseen = track.unseen + 1;
  return { state: unseen >= hysteresis.closeAfter ? "closed" : track.state, seen: 0, unseen };
}

function seenAgain(track: Track, { openAfter }: Hysteresis): Track {
  const seen = track.seen + 1;
  const opens = track.state === "pending" && seen >= openAfter;
  return { state: opens ? "open" : track.state, seen, unseen: 0 };
}

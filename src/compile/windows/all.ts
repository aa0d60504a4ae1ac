// The windows there are. A new one is a file beside these and a line here.

import type { WindowNode } from "../../define/index.ts";
import { before } from "./before.ts";
import { calendar, nextCalendar } from "./calendar.ts";
import { ever } from "./ever.ts";
import { fixed, nextFixed } from "./fixed.ts";
import { lastEvents } from "./last-events.ts";
import { ofLatest } from "./of-latest.ts";
import type { WindowKind } from "./window.ts";

const kinds: { readonly [K in WindowNode["kind"]]: WindowKind<WindowNode & { kind: K }> } = {
  fixed,
  calendar,
  lastEvents,
  ever,
  before,
  ofLatest,
  nextFixed,
  nextCalendar,
};

export function windowKind(window: WindowNode): WindowKind {
  // Each kind is asked only about its own nodes; the table's type says so, TypeScript cannot follow it.
  return kinds[window.kind] as unknown as WindowKind;
}

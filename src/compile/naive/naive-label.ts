// The twin of a compiled label, written as the rules read.

import type { LabelNode, ValueNode, WindowNode } from "../../define/index.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import type { LabelOutcome } from "../label.ts";
import { passes } from "./naive-row.ts";
import { evaluate, type Scene } from "./naive-values.ts";
import { knownEvents } from "./naive-visibility.ts";
import { edges } from "./naive-window.ts";

export function naiveLabel(
  label: LabelNode,
  schema: HistorySchema,
  events: readonly HistoryEvent[],
  t: number,
  cutOff: number,
): LabelOutcome {
  const seen = knownEvents(events, cutOff).filter((event) => schema[event.event] !== undefined);
  const scene: Scene = { t, seen, request: {} };
  const proof = label.observed.kind === "by" ? label.observed.value : null;
  const wait = label.observed.kind === "matures" ? label.observed.afterMicros : 0;

  const windows = [label.bad, label.unclear, proof].flatMap((value) => (value === null ? [] : windowsIn(value)));
  const closes = Math.max(...windows.map((window) => edges(window, t)[1]));
  if (closes + wait > cutOff) return { value: null, status: "immature" };

  const bad = evaluate(label.bad, scene);
  if (typeof bad === "number" && bad !== 0) return { value: 1, status: "bad" };

  const unclear = label.unclear === null ? 0 : evaluate(label.unclear, scene);
  if (typeof unclear === "number" && unclear !== 0) return { value: null, status: "indeterminate" };

  const { endedBy } = label;
  const ended = windowsIn(label.bad).some((window) => {
    const [from, until] = edges(window, t);
    return seen.some(
      (event) =>
        event.event === endedBy?.event && passes(endedBy.filter, event) && event.at >= from && event.at < until,
    );
  });
  if (ended) return { value: null, status: "censored" };

  const proven = proof === null ? 1 : evaluate(proof, scene);
  const told = typeof bad === "number" && typeof unclear === "number" && typeof proven === "number" && proven !== 0;
  return told ? { value: 0, status: "good" } : { value: null, status: "notObserved" };
}

type Ahead = Extract<WindowNode, { kind: "nextFixed" | "nextCalendar" }>;

function windowsIn(value: ValueNode): Ahead[] {
  if (value.kind === "aggregate") return [value.window as Ahead];
  if ("left" in value) return [...windowsIn(value.left), ...windowsIn(value.right)];
  return "of" in value ? windowsIn(value.of) : [];
}

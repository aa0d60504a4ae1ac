// The twin of a compiled label, written as the rules read.

import { endingsOf, type LabelNode, partsOf, type ValueNode, type WindowNode } from "../../define/index.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import type { LabelOutcome } from "../label.ts";
import { passes } from "./naive-row.ts";
import { type Answer, evaluate, type Scene } from "./naive-values.ts";
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
  const exclusions = label.exclude ?? [];

  const out = exclusions.find(({ value }) => holds(evaluate(value, scene)));
  if (out !== undefined) return { value: null, status: "excluded", reason: out.name };

  const values = [label.bad, label.unclear, proof, ...exclusions.map(({ value }) => value)];
  const windows = values.flatMap((value) => (value === null ? [] : windowsIn(value)));
  const closes = Math.max(...windows.map((window) => (isAhead(window) ? edges(window, t)[1] : t)));
  if (closes + wait > cutOff) return { value: null, status: "immature", reason: null };

  const bad = evaluate(label.bad, scene);
  if (holds(bad)) return { value: 1, status: "bad", reason: null };

  const unclear = label.unclear === null ? 0 : evaluate(label.unclear, scene);
  if (holds(unclear)) return { value: null, status: "indeterminate", reason: null };

  const ending = endingsOf(label).find(({ stream }) =>
    windowsIn(label.bad).some((window) => {
      const [from, until] = edges(window as Ahead, t);
      return seen.some(
        (event) => event.event === stream.event && passes(stream.filter, event) && event.at >= from && event.at < until,
      );
    }),
  );
  if (ending !== undefined) return { value: null, status: "censored", reason: ending.name };

  const proven = proof === null ? 1 : evaluate(proof, scene);
  const told = typeof bad === "number" && typeof unclear === "number" && holds(proven);
  return told ? { value: 0, status: "good", reason: null } : { value: null, status: "notObserved", reason: null };
}

function holds(answer: Answer): boolean {
  return typeof answer === "number" && answer !== 0;
}

type Ahead = Extract<WindowNode, { kind: "nextFixed" | "nextCalendar" }>;

function isAhead(window: WindowNode): window is Ahead {
  return window.kind === "nextFixed" || window.kind === "nextCalendar";
}

function windowsIn(value: ValueNode): WindowNode[] {
  if (value.kind === "aggregate") return [value.window];
  if (value.kind === "daysPastDue") return value.window === null ? [{ kind: "ever" }] : [value.window];
  return partsOf(value).flatMap(windowsIn);
}

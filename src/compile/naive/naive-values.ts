// A value at t from nothing but the list of events: filter, sort, take, add up. Slow on purpose, and small enough to check by
// eye. It shares no code with the kernel, so that where the two agree bit for bit, both are probably right.

import type { Missing, MissingKind } from "../../base/index.ts";
import type { ValueNode } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";
import type { RequestValues } from "../kernel-types.ts";
import { meanings } from "./naive-aggregates.ts";
import { holds, passes, read, unitsOf } from "./naive-row.ts";
import { inWindow } from "./naive-window.ts";

export type Answer = number | Missing;

export interface Scene {
  readonly t: number;
  /** Every event that may be seen, in total order. */
  readonly seen: readonly HistoryEvent[];
  readonly request: RequestValues;
}

export function evaluate(value: ValueNode, scene: Scene): Answer {
  switch (value.kind) {
    case "aggregate":
      return aggregated(value, scene);
    case "asked": {
      const asked = scene.request[value.field];
      return asked === undefined || !Number.isFinite(asked) ? missing("not applicable") : asked;
    }
    case "ifMissing": {
      const of = evaluate(value.of, scene);
      return typeof of === "number" ? of : value.then;
    }
    case "times":
      return combined([value.of], scene, ([of]) => of! * value.factor);
    case "is":
      return combined([value.of], scene, ([of]) => (holds(value.test, of!) ? 1 : 0));
    case "over":
      return combined([value.left, value.right], scene, ([a, b]) => (b === 0 ? Number.NaN : a! / b!));
    case "minus":
      return combined([value.left, value.right], scene, ([a, b]) => a! - b!);
    case "plus":
      return combined([value.left, value.right], scene, ([a, b]) => a! + b!);
    case "both":
      return combined([value.left, value.right], scene, ([a, b]) => (a !== 0 && b !== 0 ? 1 : 0));
    case "either":
      return combined([value.left, value.right], scene, ([a, b]) => (a !== 0 || b !== 0 ? 1 : 0));
  }
}

/** The first missing operand makes the result missing; so does a result that is no finite number. */
function combined(operands: readonly ValueNode[], scene: Scene, combine: (values: number[]) => number): Answer {
  const answers = operands.map((operand) => evaluate(operand, scene));
  const firstMissing = answers.find((answer) => typeof answer !== "number");
  if (firstMissing !== undefined) return firstMissing;
  const result = combine(answers as number[]);
  return Number.isFinite(result) ? result : missing("not applicable");
}

function aggregated(value: ValueNode & { kind: "aggregate" }, { t, seen }: Scene): Answer {
  const ofType = seen.filter((event) => event.event === value.stream.event);
  const stream = ofType.filter((event) => passes(value.stream.filter, event));
  const events = inWindow(stream, value.window, t);
  const values = events.map((event) => (value.row === null ? null : read(value.row, event)));
  const answer = meanings[value.aggregate]!({
    t,
    events,
    values: values.filter((one) => one !== null),
    units: unitsOf(value.row),
  });
  if (answer === "nothing") return missing(ofType.length === 0 ? "no history" : "empty window");
  return answer === "not applicable" ? missing(answer) : answer;
}

function missing(kind: MissingKind): Missing {
  return { missing: kind };
}

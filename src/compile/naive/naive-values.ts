// A value at t from nothing but the list of events: filter, sort, take, add up. Slow on purpose, and small enough to check by
// eye. It shares no code with the kernel, so that where the two agree bit for bit, both are probably right.

import { log, type Missing, type MissingKind } from "../../base/index.ts";
import type { ValueNode } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";
import type { RequestValues } from "../kernel-types.ts";
import { meanings, type Said } from "./naive-aggregates.ts";
import { naivePastDue } from "./naive-past-due.ts";
import { holds, passes, read, unitsOf } from "./naive-row.ts";
import { inWindow } from "./naive-window.ts";

export type Answer = number | Missing;

export interface Scene {
  readonly t: number;
  /** Every event that may be seen, in total order. */
  readonly seen: readonly HistoryEvent[];
  readonly request: RequestValues;
  /** The same of another entity; a label has none, for it relates to nobody. */
  readonly seenOf?: (id: string) => readonly HistoryEvent[];
}

export function evaluate(value: ValueNode, scene: Scene): Answer {
  switch (value.kind) {
    case "aggregate":
      return aggregated(value, scene);
    case "daysPastDue":
      return naivePastDue(value, scene.seen, scene.t) ?? missing("no history");
    case "asked": {
      const asked = scene.request[value.field];
      return asked === undefined || !Number.isFinite(asked) ? missing("not applicable") : asked;
    }
    case "ifMissing": {
      const of = evaluate(value.of, scene);
      return typeof of === "number" ? of : value.then;
    }
    case "literal":
      return value.value;
    case "related": {
      const id = linked(value.link, scene);
      return id === null ? missing("not linked") : evaluate(value.value, { ...scene, seen: scene.seenOf!(id) });
    }
    case "fresh": {
      const of = evaluate(value.of, scene);
      return typeof of !== "number" && of.missing === "empty window" ? missing("stale") : of;
    }
    case "choose": {
      const when = evaluate(value.when, scene);
      return typeof when === "number" ? evaluate(when === 0 ? value.no : value.yes, scene) : when;
    }
    case "clamp":
      return combined([value.of], scene, ([of]) =>
        Math.min(Math.max(of!, value.atLeast ?? -Infinity), value.atMost ?? Infinity),
      );
    case "log":
      return combined([value.of], scene, ([of]) => (of! > 0 ? log(of!) : Number.NaN));
    case "absolute":
      return combined([value.of], scene, ([of]) => (of! < 0 ? -of! : of!));
    case "daysUntil": {
      const unit = value.of.kind === "asked" && value.of.type.kind === "date" ? 86_400_000_000 : 1;
      return combined([value.of], scene, ([of]) => (of! * unit - scene.t) / 86_400_000_000);
    }
    case "product":
      return combined([value.left, value.right], scene, ([a, b]) => a! * b!);
    case "greatest":
      return combined([value.left, value.right], scene, ([a, b]) => Math.max(a!, b!));
    case "least":
      return combined([value.left, value.right], scene, ([a, b]) => Math.min(a!, b!));
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
  // A label's exclusion may look back, with later events before it.
  const ahead = value.window.kind === "nextFixed" || value.window.kind === "nextCalendar";
  const stream = ofType.filter((event) => passes(value.stream.filter, event) && (ahead || event.at < t));
  const events = inWindow(stream, value.window, t, seen);
  const said = events.map((event) => ({ at: event.at, value: value.row === null ? null : read(value.row, event) }));
  const answer = meanings[value.aggregate]!({
    t,
    events,
    said: said.filter((one): one is Said => one.value !== null),
    units: unitsOf(value.row),
    parameters: value.parameters ?? {},
  });
  if (answer === "nothing") {
    const { window } = value;
    const asked = window.kind === "ofLatest" ? seen.filter(({ event }) => event === window.parent.event) : ofType;
    return missing(asked.length === 0 ? "no history" : "empty window");
  }
  return answer === "not applicable" ? missing(answer) : answer;
}

/** The id that a reference holds: of the latest row that has one, the first, or one counted back. */
function linked(link: ValueNode, { t, seen }: Scene): string | null {
  if (link.kind !== "aggregate" || link.row?.kind !== "field") return null;
  const { row, stream, window, aggregate, parameters } = link;
  const events = seen.filter((event) => event.event === stream.event && passes(stream.filter, event));
  const ids = inWindow(events, window, t).flatMap((event) => event.fields[row.field] ?? []);
  const back = aggregate === "latest" ? 1 : aggregate === "first" ? ids.length : parameters!["place"]!;
  return (ids[ids.length - back] as string | undefined) ?? null;
}

function missing(kind: MissingKind): Missing {
  return { missing: kind };
}

// What an aggregate will read, before its window is known, and the value it becomes once that is said.

import type { MissingKind, Problem } from "../base/index.ts";
import { type Trait, traits } from "./aggregate-traits.ts";
import { problems } from "./errors.ts";
import { streamFactsOf } from "./event.ts";
import { at } from "./names.ts";
import type {
  AggregateName,
  AggregateParameters,
  FieldType,
  FilterNode,
  RowNode,
  StreamNode,
  ValueNode,
  WindowNode,
} from "./nodes.ts";
import type { Origin } from "./place.ts";
import { passedOn } from "./protected.ts";
import { bothFilters, isNumericField, readRow } from "./row.ts";
import { type Facts, factsOf } from "./thing.ts";
import { unitNameOfField, unitOfField } from "./unit.ts";
import { kindsOf, type Tense, type ValueFacts } from "./value-facts.ts";

export interface Reading {
  readonly aggregate: AggregateName;
  readonly stream: StreamNode;
  readonly row: RowNode | null;
  readonly type: FieldType | null;
  /** True where a whole history may have rows and yet none that count. */
  readonly gap: boolean;
  readonly parameters: AggregateParameters | null;
  readonly problems: readonly Problem[];
}

/** An aggregate over events, or what is wrong with it. */
export function readStream(
  aggregate: AggregateName,
  thing: unknown,
  parameters: AggregateParameters | null,
  origin: Origin,
): Reading | readonly Problem[] {
  const facts = streamFactsOf(thing);
  if (facts === undefined) {
    const inherited = (factsOf(thing) as Facts | undefined)?.problems ?? [];
    return [...inherited, problems.BAD_ARGUMENT(aggregate, { expected: "an event or a subset of one" }, at(origin))];
  }
  const gap = facts.node.filter !== null;
  const found = passedOn(facts.problems, aggregate);
  return { aggregate, stream: facts.node, row: null, type: null, gap, parameters, problems: found };
}

/** An aggregate over a column, or what is wrong with it. */
export function readColumn(
  aggregate: AggregateName,
  thing: unknown,
  parameters: AggregateParameters | null,
  origin: Origin,
): Reading | readonly Problem[] {
  const facts = readRow(thing, aggregate, origin);
  if (!("node" in facts)) return facts.problems;
  const refusal = columnRefusal(traits[aggregate], facts.type);
  const found = [...facts.problems];
  if (refusal !== undefined) found.push(problems.UNIT(aggregate, { sentence: refusal }, at(origin)));
  if (found.length > 0 || facts.node === null) return found;
  const gap = facts.optional || facts.stream.filter !== null;
  return { aggregate, stream: facts.stream, row: facts.node, type: facts.type, gap, parameters, problems: [] };
}

function columnRefusal(trait: Trait, type: FieldType): string | undefined {
  const name = unitNameOfField(type);
  const refusals: { readonly [R in Trait["reads"]]: string | undefined } = {
    numbers: isNumericField(type) ? undefined : `cannot do arithmetic on ${name}`,
    readable: unitOfField(type) !== null || type.kind === "ref" ? undefined : `no feature can hold ${name}`,
    classes: ["category", "boolean"].includes(type.kind) ? undefined : `a frequency is of categories, not of ${name}`,
    yesOrNo: type.kind === "boolean" ? undefined : `a streak is of yes or no, not of ${name}: add .is(…)`,
    anything: ["vector", "document"].includes(type.kind) ? `no feature can hold ${name}` : undefined,
  };
  return refusals[trait.reads];
}

/** The same over those of its events alone that pass one more filter. */
export function narrowed(reading: Reading, filter: FilterNode): Reading {
  const { stream } = reading;
  return { ...reading, stream: { ...stream, filter: bothFilters(stream.filter, filter) }, gap: true };
}

/** The value that a reading is over a window; null where a problem left none. */
export function overWindow(
  reading: Reading,
  window: WindowNode | null,
  found: readonly Problem[],
  tense: Tense,
  origin: Origin,
): ValueFacts {
  const trait = traits[reading.aggregate];
  const { aggregate, stream, row, parameters } = reading;
  const node: ValueNode | null =
    window === null
      ? null
      : { kind: "aggregate", aggregate, stream, row, window, ...(parameters === null ? {} : { parameters }) };
  const empty: MissingKind[] = window?.kind !== "ever" || reading.gap ? ["empty window"] : [];
  return {
    is: "value",
    node,
    unit: trait.unit(reading.type),
    missing: trait.neverMissing ? [] : kindsOf(["no history"], empty, trait.alsoMissing),
    tenses: [tense],
    entities: [stream.entity],
    reason: null,
    problems: [...reading.problems, ...found],
    origin,
    ...linkOf(trait, reading.type),
  };
}

/** A picked reference is no feature, and may be a link. */
function linkOf(trait: Trait, type: FieldType | null): Pick<ValueFacts, "picks" | "refusal"> {
  if (type?.kind !== "ref" || trait.reads !== "readable") return {};
  const sentence = `no feature can hold ref: read a value of ${type.entity} through it with .of(…)`;
  return { picks: type, refusal: (user, origin) => problems.UNIT(user, { sentence }, at(origin)) };
}

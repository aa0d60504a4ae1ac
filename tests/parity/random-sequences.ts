// Sequences of every shape over random rows, each with a fit as some data might have made it.

import fc from "fast-check";
import { MICROS_PER_DAY, MICROS_PER_HOUR } from "../../src/base/index.ts";
import type { EncodedField, SequenceFit } from "../../src/compile/index.ts";
import type { FieldType, SequenceNode, StepNode, TokenCoding, TokenFieldNode } from "../../src/define/index.ts";
import { schema } from "./random-histories.ts";
import { fieldsOf, filterOf, rowsOf } from "./random-rows.ts";

export interface DrawnSequence {
  readonly sequence: SequenceNode;
  readonly fit: SequenceFit;
}

const isNumber = ({ kind }: FieldType): boolean => kind === "integer" || kind === "decimal" || kind === "money";
const isWord = ({ kind }: FieldType): boolean =>
  kind === "category" || kind === "boolean" || kind === "text" || kind === "ref";

const numeric = fc.constantFrom<TokenCoding>({ kind: "number" }, { kind: "scaled" }, { kind: "steps", count: 8 });
const coded = fc.constant<TokenCoding>({ kind: "coded", most: 3 });

const words = ["a", "b", "é", "\u{1d4b3}", "good", "lost", "true", "false"];
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });

function encodedAs({ kind }: TokenCoding): fc.Arbitrary<EncodedField> {
  if (kind === "number") return fc.constant({ kind });
  if (kind === "scaled") {
    const deviation = fc.double({ noNaN: true, min: 1e-3, max: 1e12 });
    return fc.record({ kind: fc.constant(kind), mean: doubles, deviation, rows: fc.constant(9) });
  }
  if (kind === "coded") {
    return fc.record({ kind: fc.constant(kind), words: fc.shuffledSubarray(words), rows: fc.constant(9) });
  }
  const edges = fc
    .uniqueArray(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger()), { maxLength: 7 })
    .map((drawn) => drawn.sort((a, b) => a - b));
  return fc.record({ kind: fc.constant(kind), edges, rows: fc.constant(9) });
}

interface DrawnField {
  readonly field: Omit<TokenFieldNode, "name">;
  readonly encoded: EncodedField;
}

function drawnField(event: string): fc.Arbitrary<DrawnField> {
  const node = schema[event]!;
  const numbers = fc.record({ row: rowsOf(node, isNumber), coding: numeric });
  const hasWords = fieldsOf(node, isWord).length > 0;
  const all = hasWords ? fc.oneof(numbers, fc.record({ row: rowsOf(node, isWord), coding: coded })) : numbers;
  return all.chain((field) => encodedAs(field.coding).map((encoded) => ({ field, encoded })));
}

function drawnStep(event: string): fc.Arbitrary<{ step: StepNode; encoded: readonly EncodedField[] }> {
  const { name, entity, fields } = schema[event]!;
  const list = Object.keys(fields).length === 0 ? fc.constant([]) : fc.array(drawnField(event), { maxLength: 5 });
  return fc.tuple(filterOf(schema[event]!), list).map(([filter, drawn]) => ({
    step: {
      stream: { kind: "stream", event: name, entity, filter },
      fields: drawn.map(({ field }, place) => ({ name: `f${place}`, ...field })),
    },
    encoded: drawn.map(({ encoded }) => encoded),
  }));
}

export const sequences: fc.Arbitrary<DrawnSequence> = fc
  .shuffledSubarray(["statement", "purchase", "closure", "pull", "line"], { minLength: 1 })
  .chain((events) =>
    fc.record({
      steps: fc.tuple(...events.map(drawnStep)),
      count: fc.constantFrom(1, 2, 3, 5, 40),
      // In microseconds ages of years would be no int32.
      ageMicros: fc.constantFrom(7_000_000, MICROS_PER_HOUR, MICROS_PER_DAY, 30 * MICROS_PER_DAY),
    }),
  )
  .map(({ steps, count, ageMicros }) => ({
    sequence: {
      kind: "sequence",
      name: "random",
      entity: "borrower",
      count,
      ageMicros,
      steps: steps.map(({ step }) => step),
    },
    fit: {
      format: "assay.sequence-fit",
      version: 1,
      sequence: "random",
      meaningHash: "",
      snapshot: "",
      fittedKnownUntil: "2020-01-01T00:00:00Z",
      entities: { count: 0, seen: "" },
      steps: steps.map(({ encoded }) => encoded),
    },
  }));

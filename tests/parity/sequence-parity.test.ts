// Tokens on three roads, bit for bit: the compiled walk over a history, its naive twin over the events, and what table files
// hold, all tokens of an entity once and which of them a row sees.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ageOf,
  compileSequence,
  type FlatTokens,
  layOutHistory,
  type NaiveToken,
  naiveSequence,
  type SequenceEncoder,
  type Tokens,
  tokensSeen,
} from "../../src/compile/index.ts";
import { scenes } from "./compare.ts";
import { schema } from "./random-histories.ts";
import { sequences } from "./random-sequences.ts";

const runs = Number(process.env["ASSAY_PARITY_RUNS"] ?? 160);
const seed = process.env["ASSAY_PARITY_SEED"];
const repeat = seed === undefined ? {} : { seed: Number(seed) };

test("a sequence, its twin and its flat tokens agree, bit for bit", { timeout: 60_000 + 100 * runs }, () => {
  const seen = { tokens: 0, full: 0, exceptions: 0, missing: 0, ties: 0 };
  const property = fc.property(fc.array(sequences, { minLength: 4, maxLength: 8 }), scenes, (drawn, scene) => {
    for (const { sequence, fit } of drawn) {
      const encoder = compileSequence(sequence, schema, { meaningHash: "", fit });
      for (const events of scene.histories) {
        const history = layOutHistory("borrower-1", events, schema);
        const flat = encoder.flatten(history);
        for (const t of scene.instants) {
          const tokens = encoder.encode(history, t);
          expect(bitsOf(tokens)).toEqual(bitsOf(typed(naiveSequence(sequence, fit, events, t), encoder)));
          const place = tokensSeen(flat, t, sequence.count);
          expect(bitsOf(gathered(flat, place, t, sequence.ageMicros))).toEqual(bitsOf(tokens));
          seen.tokens += tokens.length;
          seen.full += tokens.length === sequence.count ? 1 : 0;
          seen.exceptions += place.exceptions.length;
          seen.missing += tokens.columns.filter((column) => column.some(Number.isNaN)).length;
        }
        seen.ties += flat.at.filter(
          (at, i) => i > 0 && at === flat.at[i - 1] && flat.kind[i] !== flat.kind[i - 1],
        ).length;
      }
    }
  });
  fc.assert(property, { numRuns: Math.ceil(runs / 4), ...repeat });
  for (const [what, count] of Object.entries(seen)) expect([what, count > runs / 8]).toEqual([what, true]);
});

/** Every bit of every array. */
function bitsOf({ length, kind, age, columns }: Tokens): unknown {
  return { length, bytes: [kind, age, ...columns].map((column) => Buffer.from(bytesOf(column)).toString("hex")) };
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function typed(tokens: readonly NaiveToken[], { columns }: SequenceEncoder): Tokens {
  return {
    length: tokens.length,
    kind: Uint8Array.from(tokens, ({ kind }) => kind),
    age: Int32Array.from(tokens, ({ age }) => age),
    columns: columns.map(({ type }, i) =>
      type === "code"
        ? Int32Array.from(tokens, ({ fields }) => fields[i]!)
        : Float32Array.from(tokens, ({ fields }) => fields[i] ?? Number.NaN),
    ),
  };
}

function gathered(
  flat: FlatTokens,
  { start, end, exceptions }: ReturnType<typeof tokensSeen>,
  t: number,
  unit: number,
): Tokens {
  const places = Array.from({ length: end - start }, (_, i) => start + i).filter(
    (place) => !exceptions.includes(place),
  );
  return {
    length: places.length,
    kind: Uint8Array.from(places, (place) => flat.kind[place]!),
    age: Int32Array.from(places, (place) => ageOf(flat.at[place]!, t, unit)),
    columns: flat.columns.map((column) => {
      const picked = places.map((place) => column[place]!);
      return column instanceof Int32Array ? Int32Array.from(picked) : Float32Array.from(picked);
    }),
  };
}

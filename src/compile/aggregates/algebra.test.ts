// What each aggregate claims of itself, proven over random rows: that summaries of neighbouring blocks add up to the whole,
// that the oldest block can be taken away again, what nothing gives, and whether order matters. The states are run as they are
// in a kernel, by the source they emit, and read by the aggregate's own finaliser.

import fc from "fast-check";
import { expect, test } from "vitest";
import { EXACT_SQUARE_MAX } from "../../base/index.ts";
import type { AggregateParameters, FieldType } from "../../define/index.ts";
import type { Mode, State } from "../state/state.ts";
import type { Aggregate } from "./aggregate.ts";
import { aggregates } from "./all.ts";

interface Row {
  readonly at: number;
  readonly value: number;
  readonly high: number;
  readonly low: number;
}

type Answer = number | string;
type Ways = {
  /** The answer over rows, newest first. */
  readonly whole: (rows: readonly Row[]) => Answer;
  /** The same, the older part told by its summary. */
  readonly merged: (newer: readonly Row[], older: readonly Row[]) => Answer;
  /** Over the newer part, from the whole less the summary of the older. */
  readonly less: (newer: readonly Row[], older: readonly Row[]) => Answer;
};

const T = 1_000_000_000_000;
const LIMB = 67_108_864;
const types: { readonly [R in Aggregate["reads"]]: FieldType } = {
  nothing: { kind: "integer" },
  number: { kind: "integer" },
  identity: { kind: "category", values: ["a", "b", "c"] },
  class: { kind: "category", values: ["a", "b", "c"] },
  yesOrNo: { kind: "boolean" },
};
const examples: { readonly [name: string]: AggregateParameters } = {
  nth: { place: 3 },
  percentile: { hundredths: 7_500 },
  decayedSum: { halfLifeMicros: 10_000_000 },
  decayedCount: { halfLifeMicros: 10_000_000 },
};

function waysOf(aggregate: Aggregate, mode: Mode): Ways {
  const parameters = examples[aggregate.name] ?? {};
  const states = aggregate.keeps?.(types[aggregate.reads]) ?? aggregate.states;
  const names = states.map((_, i) => `s${i}`);
  const { absent, value } = aggregate.finalise(
    states.map((state, i) => state.read(names[i]!, mode, parameters)),
    100,
    parameters,
  );
  const row = { value: "row.value", high: "row.high", low: "row.low", at: "row.at" };
  const each = (source: (state: State, name: string, i: number) => string) =>
    states.map((state, i) => source(state, names[i]!, i));
  const add = (rows: string, of: Mode) =>
    `for (const row of ${rows}) { ${each((state, x) => `{ ${state.add(x, row, of, parameters)} }`).join(" ")} }`;
  const answer = `${absent.map(({ when, kind }) => `if (${when}) return ${JSON.stringify(kind)};`).join(" ")} return ${value} + 0;`;
  const begin = each((state, x) => state.begin(x, mode)).join(" ");
  const read = (i: number) => (place: number) => `told[${i}][${place}]`;
  const summaries = each((state, x) => `[${(state.summary?.of(x) ?? []).join(", ")}]`).join(", ");
  const source = `
    const { ${Object.keys(callsOf(aggregate, states)).join(", ")} } = calls;
    ${[...new Set([mode, "plain" as const].flatMap((of) => each((state, x) => state.prelude?.(x, of) ?? "")))].join(" ")}
    const t = ${T};
    const summarised = (rows) => { ${each((state, x) => state.begin(x, "plain")).join(" ")} ${add("rows", "plain")} return [${summaries}]; };
    return {
      whole: (rows) => { ${begin} ${add("rows", mode)} ${answer} },
      merged: (newer, older) => { const told = summarised(older); ${begin} ${add("newer", mode)}
        ${each((state, x, i) => state.summary?.merge(x, read(i), mode) ?? "").join(" ")} ${answer} },
      less: (newer, older) => { const told = summarised(older); ${begin} ${add("newer", mode)} ${add("older", mode)}
        ${each((state, x, i) => state.summary?.takeAway?.(x, read(i)) ?? "").join(" ")} ${answer} },
    };`;
  return (new Function("calls", source) as (calls: object) => Ways)(callsOf(aggregate, states));
}

function callsOf(aggregate: Aggregate, states: readonly State[]): object {
  return Object.assign({}, aggregate.calls, ...states.map((state) => state.calls ?? {}));
}

/** Rows newest first, a second or more apart, that plain mode holds exactly. */
function rowsOf({ reads }: Aggregate): fc.Arbitrary<Row[]> {
  const codes = { class: 2, identity: 2, yesOrNo: 1 } as { readonly [reads: string]: number };
  const number = fc.oneof(
    fc.integer({ min: -9, max: 9 }),
    fc.integer({ min: -EXACT_SQUARE_MAX, max: EXACT_SQUARE_MAX }),
  );
  const value = codes[reads] === undefined ? number : fc.nat({ max: codes[reads] });
  const step = fc.tuple(fc.integer({ min: 1, max: 30 }), value);
  return fc.array(step, { maxLength: 24 }).map((steps) => {
    let at = T;
    return steps.map(([seconds, drawn]) => {
      at -= seconds * 1_000_000;
      const high = Math.floor(drawn / LIMB);
      return { at, value: drawn, high, low: drawn - high * LIMB };
    });
  });
}

for (const aggregate of aggregates) {
  const { name, laws } = aggregate;
  const states = aggregate.keeps?.(types[aggregate.reads]) ?? aggregate.states;

  test(`${name} of nothing is ${laws.empty}`, () => {
    for (const mode of ["plain", "limbs"] as const)
      expect(waysOf(aggregate, mode).whole([])).toBe(laws.empty === 0 ? 0 : absentOf(aggregate));
  });

  test(`${name} ${laws.merges ? "merges" : "does not claim to merge"}`, () => {
    expect(laws.merges && !aggregate.states.every(({ summary }) => summary !== undefined)).toBe(false);
    if (!laws.merges) return;
    for (const { summary } of states) expect(summary!.of("x")).toHaveLength(summary!.width);
    for (const mode of ["plain", "limbs"] as const) {
      const { whole, merged } = waysOf(aggregate, mode);
      const property = fc.property(rowsOf(aggregate), rowsOf(aggregate), (newer, drawn) => {
        const older = shifted(drawn, newer);
        expect(merged(newer, older)).toBe(whole([...newer, ...older]));
      });
      fc.assert(property, { numRuns: 300 });
    }
  });

  test(`${name} ${laws.inverts ? "inverts" : "does not claim to invert"}`, () => {
    expect(laws.inverts && !states.every(({ summary }) => summary?.takeAway !== undefined)).toBe(false);
    if (!laws.inverts) return;
    const { whole, less } = waysOf(aggregate, "plain");
    const property = fc.property(rowsOf(aggregate), rowsOf(aggregate), (newer, drawn) => {
      expect(less(newer, shifted(drawn, newer))).toBe(whole(newer));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test(`${name} ${laws.ordered ? "depends on" : "ignores"} the order and the times of its rows`, () => {
    const { whole } = waysOf(aggregate, "plain");
    const turned = (rows: readonly Row[]) => rows.map(({ at }, i) => ({ ...rows[(i + 1) % rows.length]!, at }));
    const spread = (rows: readonly Row[]) => rows.map((row, i) => ({ ...row, at: row.at - (i + 1) ** 2 * 1_000_000 }));
    const drawn = fc.sample(rowsOf(aggregate), { numRuns: 300, seed: 7 });
    const moved = drawn.some((rows) => whole(turned(rows)) !== whole(rows) || whole(spread(rows)) !== whole(rows));
    expect(moved).toBe(laws.ordered);
  });
}

/** Rows that follow others into the past. */
function shifted(rows: readonly Row[], after: readonly Row[]): Row[] {
  const by = T - (after.at(-1)?.at ?? T);
  return rows.map((row) => ({ ...row, at: row.at - by }));
}

function absentOf(aggregate: Aggregate): string {
  return aggregate.name === "nth" ? "too few" : "nothing";
}

// One question, asked of a kernel and of its twin: where do they differ?

import fc from "fast-check";
import { missingKindOf } from "../../src/base/index.ts";
import {
  evaluateWith,
  type HistoryEvent,
  type Kernel,
  layOutHistory,
  naiveFeatures,
  type RequestValues,
} from "../../src/compile/index.ts";
import type { FeatureSetNode } from "../../src/define/index.ts";
import { histories, instants, merchants, moments, schema } from "./random-histories.ts";

export interface SceneDrawn {
  readonly histories: readonly HistoryEvent[][];
  /** By id. */
  readonly merchants: ReadonlyMap<string, readonly HistoryEvent[]>;
  readonly instants: readonly number[];
  readonly asked: RequestValues;
}

/** Several entities, several instants each, all around one awkward moment. */
export const scenes: fc.Arbitrary<SceneDrawn> = fc.constantFrom(...moments).chain((around) =>
  fc.record({
    histories: fc.array(histories(around), { minLength: 2, maxLength: 4 }),
    merchants: merchants(around),
    instants: fc.array(instants(around), { minLength: 6, maxLength: 10, size: "max" }),
    asked: fc.record({
      amount: fc.constantFrom(0, 12.5, -3),
      start: instants(around),
      birthday: fc.constantFrom(-3653, 20_000),
    }),
  }),
);

export interface Difference {
  readonly feature: string;
  readonly t: number;
  readonly kernel: string;
  readonly twin: string;
}

/** How often each outcome was seen: "present" or a missing kind. */
export type Tally = Map<string, number>;

/** The first difference in a scene; `prepare` lets a test spoil what the kernel is given. */
export function firstDifference(
  kernel: Kernel,
  set: FeatureSetNode,
  scene: SceneDrawn,
  tally: Tally = new Map(),
  prepare: (events: readonly HistoryEvent[]) => readonly HistoryEvent[] = (events) => events,
): Difference | null {
  const out = new Float64Array(kernel.columns.length + 1);
  const kinds = new Uint8Array(kernel.columns.length + 1);
  for (const events of scene.histories) {
    const history = layOutHistory("borrower-1", prepare(events), schema);
    const eventsOf = (id: string) => scene.merchants.get(id) ?? [];
    const historyOf = (_: string, id: string) => layOutHistory(id, prepare(eventsOf(id)), schema);
    for (const t of scene.instants) {
      evaluateWith(kernel, history, t, scene.asked, historyOf, out, kinds, 1);
      const expected = naiveFeatures(set, schema, events, t, scene.asked, eventsOf);
      for (const [place, feature] of kernel.columns.entries()) {
        const wanted = expected[feature]!;
        const twin = typeof wanted === "number" ? exactly(wanted) : wanted.missing;
        const kind = kinds[place + 1]!;
        const answer =
          kind === 0
            ? exactly(out[place + 1]!)
            : Number.isNaN(out[place + 1])
              ? missingKindOf(kind)
              : "missing, yet a number";
        if (answer !== twin) return { feature, t, kernel: answer, twin };
        const outcome = kind === 0 ? "present" : answer;
        tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
      }
    }
  }
  return null;
}

// JavaScript prints the shortest text that reads back as the same double; only the sign of zero needs help.
function exactly(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

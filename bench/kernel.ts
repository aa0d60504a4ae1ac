import { invariant } from "../src/base/index.ts";
import { compileKernel, type EntityHistory } from "../src/compile/index.ts";
import { type Bench, type Figure, medianCpuSeconds, type Result, type Size } from "./bench.ts";
import { spendingByHand } from "./hand-written.ts";
import { decidedAt, historiesOf } from "./spending.ts";
import { schema, spendingHash, spendingSet } from "./window-features.ts";

const plan = {
  tiny: { entities: 12, rounds: 1, eventsPerRound: 2_000 },
  small: { entities: 60, rounds: 9, eventsPerRound: 3_000_000 },
};

/** The generated kernel beside a loop written by hand for the same 60 features. */
export const kernelBench: Bench = {
  name: "kernel",
  work: "60 exact window features of one entity: generated kernel against a hand-written loop",
  async run(size: Size, seed: string): Promise<Result> {
    const { entities, rounds, eventsPerRound } = plan[size];
    const figures: Figure[] = [];
    let agreed = 0;
    for (const events of [6, 100, 1_000]) {
      const histories = historiesOf(entities, events, seed);
      const rows = Math.max(entities, Math.floor(eventsPerRound / events));
      const { kernelSeconds, handSeconds, equal } = race(histories, rows, rounds);
      agreed += equal;
      const values = (seconds: number) => (rows * spendingSet.features.length) / seconds;
      figures.push({
        what: `${events} events: values per CPU second`,
        value: values(kernelSeconds),
        unit: "values/s",
        peer: { what: "by hand", value: values(handSeconds), ratio: kernelSeconds / handSeconds },
      });
    }
    return {
      figures,
      agreed,
      notes: ["The ratio is the kernel's time over the hand-written loop's: 1.00 is as fast."],
    };
  },
};

function race(histories: readonly EntityHistory[], rows: number, rounds: number) {
  const kernel = compileKernel(spendingSet, schema, { meaningHash: spendingHash });
  const width = kernel.columns.length;
  const [ours, theirs] = [new Float64Array(width), new Float64Array(width)];
  const [ourKinds, theirKinds] = [new Uint8Array(width), new Uint8Array(width)];
  const evaluate = (history: EntityHistory) => kernel.evaluate(history, decidedAt, {}, ours, ourKinds, 0);
  const byHand = (history: EntityHistory) => spendingByHand(history, decidedAt, theirs, theirKinds, 0);
  let equal = 0;
  for (const history of histories) {
    evaluate(history);
    byHand(history);
    for (const [i, name] of kernel.columns.entries()) {
      const same = Object.is(ours[i], theirs[i]) && ourKinds[i] === theirKinds[i];
      invariant(same, `${name} of ${history.entity}: ${ours[i]} by the kernel, ${theirs[i]} by hand`);
      equal++;
    }
  }
  const each = (work: (history: EntityHistory) => void) => () => {
    for (let row = 0; row < rows; row++) work(histories[row % histories.length]!);
  };
  const [kernelSeconds, handSeconds] = medianCpuSeconds(rounds, [each(evaluate), each(byHand)]);
  return { kernelSeconds: kernelSeconds!, handSeconds: handSeconds!, equal };
}

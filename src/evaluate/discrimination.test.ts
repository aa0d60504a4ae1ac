import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../base/index.ts";
import { simulatedPortfolio } from "./fixtures/simulated-portfolio.ts";
import { auc, type Column, ks, pairedAucDifference } from "./index.ts";

const portfolio = simulatedPortfolio(500, "assay-evaluate-1");

// Few distinct scores, so that ties are common.
const rows = fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.constantFrom(0, 1)), {
  minLength: 1,
  maxLength: 40,
});
const bothClasses = rows.filter((each) => new Set(each.map(([, label]) => label)).size === 2);

function columnsOf(each: readonly (readonly [number, number])[]): { scores: number[]; labels: number[] } {
  return { scores: each.map(([score]) => score), labels: each.map(([, label]) => label) };
}

function valuesOf(label: number, scores: Column, labels: Column): number[] {
  return Array.from(scores).filter((_, row) => labels[row] === label);
}

/** Slow twin: every pair of a bad and a good row. */
function aucByPairs(scores: Column, labels: Column): number {
  const goods = valuesOf(0, scores, labels);
  const wins = valuesOf(1, scores, labels).flatMap((bad) =>
    goods.map((good) => (bad > good ? 1 : bad === good ? 0.5 : 0)),
  );
  return wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
}

/** Slow twin: the distance tried at every score. */
function ksByEveryScore(scores: Column, labels: Column): number {
  const share = (values: number[], at: number): number => values.filter((value) => value <= at).length / values.length;
  const [bads, goods] = [valuesOf(1, scores, labels), valuesOf(0, scores, labels)];
  return Math.max(...Array.from(scores, (at) => Math.abs(share(bads, at) - share(goods, at))));
}

function stratifiedResamples(labels: Column, count: number, seed: string): number[][] {
  const random = seededRandom(seed);
  const indices = Array.from(labels, (_, row) => row);
  const classes = [indices.filter((row) => labels[row] === 0), indices.filter((row) => labels[row] === 1)];
  return Array.from({ length: count }, () =>
    classes.flatMap((each) => each.map(() => each[random.integer(each.length)]!)),
  );
}

function spread(values: number[]): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (values.length - 1));
}

test("AUC agrees with scikit-learn, its error with the full matrix of pairs in NumPy", () => {
  const { value, standardError, n } = auc(portfolio.scores, portfolio.labels);
  expect([value, n]).toEqual([0.6598045122849301, 500]);
  expect(standardError).toBeCloseTo(0.029744914683816556, 14);
});

test("the paired difference agrees with NumPy and SciPy", () => {
  const paired = pairedAucDifference(portfolio.scores, portfolio.weaker, portfolio.labels);
  expect(paired.difference).toBeCloseTo(0.07646559996429458, 14);
  expect(paired.standardError).toBeCloseTo(0.024818002303758812, 14);
  expect(paired.pValue).toBeCloseTo(0.0020626938464098177, 12);
  expect(paired.low! < paired.difference! && paired.difference! < paired.high!).toBe(true);
});

test("AUC is the share of pairs", () => {
  fc.assert(
    fc.property(bothClasses, (each) => {
      const { scores, labels } = columnsOf(each);
      expect(auc(scores, labels).value).toBeCloseTo(aucByPairs(scores, labels), 14);
    }),
  );
});

test("AUC knows only the order of scores, and a flip of labels or sign mirrors it", () => {
  fc.assert(
    fc.property(bothClasses, (each) => {
      const { scores, labels } = columnsOf(each);
      const own = auc(scores, labels);
      expect(
        auc(
          scores.map((x) => x * x * x + 5 * x - 1),
          labels,
        ),
      ).toEqual(own);
      const flipped = auc(
        scores,
        labels.map((label) => 1 - label),
      );
      expect(flipped.value).toBeCloseTo(1 - own.value!, 14);
      expect(flipped.standardError ?? 0).toBeCloseTo(own.standardError ?? 0, 14);
      expect(
        auc(
          scores.map((x) => -x),
          labels,
        ).value,
      ).toBeCloseTo(1 - own.value!, 14);
    }),
  );
});

test("the order of rows does not matter", () => {
  fc.assert(
    fc.property(bothClasses, fc.string(), (each, seed) => {
      const [a, b] = [columnsOf(each), columnsOf(seededRandom(seed).shuffle(each))];
      expect(auc(b.scores, b.labels).value).toBe(auc(a.scores, a.labels).value);
      expect(ks(b.scores, b.labels)).toEqual(ks(a.scores, a.labels));
    }),
  );
});

test("a score does not differ from itself, and a swap turns the sign", () => {
  const { scores, weaker, labels } = portfolio;
  const same = pairedAucDifference(scores, scores, labels);
  expect([same.difference, same.standardError, same.pValue]).toEqual([0, 0, 1]);
  const [there, back] = [pairedAucDifference(scores, weaker, labels), pairedAucDifference(weaker, scores, labels)];
  expect(back.difference).toBe(-there.difference!);
  expect(back.low).toBeCloseTo(-there.high!, 14);
});

test("DeLong's errors are near those of a bootstrap", () => {
  const { scores, weaker, labels } = portfolio;
  const pick = (column: Column, chosen: number[]): number[] => chosen.map((row) => column[row]!);
  const drawn = stratifiedResamples(labels, 400, "auc").map((chosen) => {
    const own = auc(pick(scores, chosen), pick(labels, chosen)).value!;
    return { own, difference: own - auc(pick(weaker, chosen), pick(labels, chosen)).value! };
  });
  const ofAuc = spread(drawn.map(({ own }) => own)) / auc(scores, labels).standardError!;
  const paired = pairedAucDifference(scores, weaker, labels).standardError!;
  expect(Math.abs(ofAuc - 1)).toBeLessThan(0.12);
  expect(Math.abs(spread(drawn.map(({ difference }) => difference)) / paired - 1)).toBeLessThan(0.12);
});

test("KS agrees with SciPy and with every score tried", () => {
  const estimate = ks(portfolio.scores, portfolio.labels);
  expect([estimate.value, estimate.at]).toEqual([0.28617973265492846, 0.1]);
  fc.assert(
    fc.property(bothClasses, (each) => {
      const { scores, labels } = columnsOf(each);
      expect(ks(scores, labels).value).toBeCloseTo(ksByEveryScore(scores, labels), 14);
    }),
  );
});

test("the error of KS is near that of a bootstrap where the classes are apart", () => {
  const large = simulatedPortfolio(2_000, "ks");
  const drawn = stratifiedResamples(large.labels, 200, "ks").map(
    (chosen) =>
      ks(
        chosen.map((row) => large.scores[row]!),
        chosen.map((row) => large.labels[row]!),
      ).value!,
  );
  expect(Math.abs(spread(drawn) / ks(large.scores, large.labels).standardError! - 1)).toBeLessThan(0.15);
});

test("what the rows cannot tell is null with a note", () => {
  expect(auc([1, 2], [0, 0])).toMatchObject({
    value: null,
    low: null,
    note: "needs at least one bad and one good row",
  });
  expect(auc([1, 2, 3], [0, 0, 1])).toMatchObject({ value: 1, low: null, note: expect.stringContaining("two bad") });
  expect(ks([], [])).toMatchObject({ value: null, at: null, n: 0 });
  expect(pairedAucDifference([1, 2], [2, 1], [0, 1])).toMatchObject({ difference: null, pValue: null });
});

test("infinite scores rank, and unequal columns are our mistake", () => {
  expect(auc([-Infinity, 0, 1, Infinity], [0, 0, 1, 1]).value).toBe(1);
  expect(() => auc([1], [0, 1])).toThrow("invariant");
  expect(() => auc([1, 2], [0, 2])).toThrow("invariant");
});

// Every gate on grounds whose truth is known: what it passes, what it fails, and when it cannot tell.

import { describe, expect, it } from "vitest";
import { logistic, seededRandom } from "../../base/index.ts";
import { columnProfile, compareValue } from "../../monitoring/index.ts";
import { latestOfEach } from "../decision-rows.ts";
import { calibration } from "./calibration.ts";
import type { ComparedColumns } from "./compared-columns.ts";
import { data } from "./data.ts";
import { discrimination } from "./discrimination.ts";
import { type FairnessGround, fairness } from "./fairness.ts";
import { worstOf } from "./gate.ts";
import type { GateGround } from "./gate-ground.ts";
import { askGate } from "./gate-table.ts";
import type { GroupCounts, Split } from "./group-counts.ts";
import type { Decided, HoldOut } from "./hold-out.ts";
import { inputs } from "./inputs.ts";
import { latency } from "./latency.ts";
import { joined } from "./parts.ts";
import { reasons } from "./reasons.ts";
import { replay } from "./replay.ts";
import { size } from "./size.ts";
import { slices } from "./slices.ts";
import { stability } from "./stability.ts";

interface Truth {
  readonly risks: Float64Array;
  readonly labels: Float64Array;
}

/** People with known log odds of bad, and what became of them. */
function people(number: number, seed = "gates"): Truth {
  const random = seededRandom(seed);
  const risks = Float64Array.from(
    { length: number },
    () => (random.next() + random.next() + random.next() - 1.5) * 3 - 1,
  );
  const labels = risks.map((risk) => (random.next() < logistic(risk) ? 1 : 0));
  return { risks, labels };
}

/** A bundle that sees the risk through noise; `shown` is what it makes of its own estimate. */
function bundle({ risks }: Truth, noise: number, { seed = "bundle", shown = (risk: number) => risk } = {}): Decided {
  const random = seededRandom(seed);
  const scores = risks.map((risk) => shown(risk + (random.next() - 0.5) * noise));
  const adverse = Array.from(scores, (score) => score > -1);
  return {
    scores,
    probabilities: scores.map(logistic),
    dispositions: adverse.map((refused) => (refused ? "decline" : "approve")),
    adverse,
    firstReasons: adverse.map((refused) => (refused ? "late" : null)),
  };
}

type Compared = Pick<HoldOut, "challenger" | "champion" | "labels">;

function compared(truth: Truth, challenger: Decided, champion = bundle(truth, 1)): Compared {
  return { labels: truth.labels, challenger, champion };
}

const many = people(4_000);
const reversed = bundle(many, 1, { shown: (risk) => -risk });

describe("discrimination", () => {
  const declared = { gate: "discrimination", margin: 0.01 } as const;
  it("passes a better challenger, and one that is the champion", () => {
    expect(discrimination(compared(many, bundle(many, 0.2, { seed: "better" })), declared).verdict).toBe("pass");
    expect(discrimination(compared(many, bundle(many, 1)), declared)).toMatchObject({
      verdict: "pass",
      measured: { difference: 0, low: 0, high: 0, pValue: 1 },
    });
  });
  it("fails one that was fitted on reversed outcomes", () => {
    expect(discrimination(compared(many, reversed), declared).verdict).toBe("fail");
  });
  it("cannot tell on few people, whichever way the numbers lie", () => {
    const few = people(60);
    const better = bundle(few, 0.9, { seed: "better" });
    expect(discrimination(compared(few, better), declared).verdict).toBe("inconclusive");
    const nobody = people(12);
    expect(discrimination(compared(nobody, bundle(nobody, 1)), declared).verdict).toBe("inconclusive");
  });
});

describe("calibration", () => {
  const declared = { gate: "calibration", most: 1.25, margin: 0.005 } as const;
  it("passes probabilities that come true", () => {
    expect(calibration(compared(many, bundle(many, 0.2)), declared).verdict).toBe("pass");
  });
  it("fails twice too many bads foretold, and squared errors that are larger", () => {
    const gloomy = bundle(many, 0.2, { shown: (risk) => risk + 1.5 });
    expect(calibration(compared(many, gloomy), declared)).toMatchObject({ verdict: "fail" });
    expect(calibration(compared(many, bundle(many, 8)), { ...declared, most: 9 }).verdict).toBe("fail");
  });
  it("cannot tell of a hundred people", () => {
    const few = people(100);
    expect(calibration(compared(few, bundle(few, 0.2)), declared).verdict).toBe("inconclusive");
  });
});

describe("slices and periods", () => {
  const declared = { gate: "slices", margin: 0.05, leastBads: 50 } as const;
  const values = Float64Array.from(many.risks, (_, i) => i % 8);
  const slice = { column: "applicant.late", below: 1, values };
  const wrongIn = (holds: (row: number) => boolean): Decided => {
    const right = bundle(many, 0.2);
    return { ...right, scores: right.scores.map((score, row) => (holds(row) ? -score : score)) };
  };
  it("pass a challenger that is as good everywhere", () => {
    const found = slices(compared(many, bundle(many, 0.9, { seed: "as good" })), slice, declared);
    expect(found.verdict).toBe("pass");
    // The part below 1 is the cell of zeros, and counts once.
    expect(found.measured["parts"]).toBe(9);
  });
  it("fail one that is better on the whole and wrong in one cell", () => {
    const holdOut = compared(
      many,
      wrongIn((row) => values[row] === 5),
    );
    expect(discrimination(holdOut, { gate: "discrimination", margin: 0.2 }).verdict).toBe("pass");
    expect(slices(holdOut, slice, declared)).toMatchObject({ verdict: "fail" });
    expect(slices(holdOut, slice, declared).sentence).toContain("applicant.late ≤ 5");
  });
  it("cannot tell where the looked-at part is small, or the column is not there", () => {
    const rare = { ...slice, values: Float64Array.from(many.risks, (_, i) => (i < 40 ? 0 : 1)) };
    const found = slices(compared(many, bundle(many, 0.2)), rare, declared);
    expect(found).toMatchObject({ verdict: "inconclusive" });
    expect(found.sentence).toContain("too few outcomes in applicant.late below 1");
    expect(slices(compared(many, bundle(many, 0.2)), { ...slice, values: null }, declared).verdict).toBe(
      "inconclusive",
    );
  });
  it("where nothing differs hardly ever fail a part, however many there are", () => {
    const failed = Array.from({ length: 100 }, (_, run) => {
      const truth = people(1_000, `null ${run}`);
      const pair = compared(truth, bundle(truth, 1, { seed: `a${run}` }), bundle(truth, 1, { seed: `b${run}` }));
      const column = { ...slice, values: Float64Array.from(truth.risks, (_risk, i) => i % 8) };
      return slices(pair, column, { ...declared, margin: 0, leastBads: 20 }).verdict === "fail" ? 1 : 0;
    });
    expect(failed.reduce((sum: number, one) => sum + one, 0)).toBeLessThanOrEqual(10);
  });
  it("put neighbours together until each holds enough, and what is left into the last", () => {
    const labels = [1, 0, 0, 1, 0, 1, 1, 0];
    const parts = labels.map((_, row) => ({ name: `p${row}`, rows: [row] }));
    expect(joined([...parts, { name: "empty", rows: [] }], labels, 1)).toEqual([
      { name: "p0 to p1", rows: [0, 1] },
      { name: "p2 to p3", rows: [2, 3] },
      { name: "p4 to p5", rows: [4, 5] },
      { name: "p6 to p7", rows: [6, 7] },
    ]);
    expect(joined(parts.slice(0, 3), labels, 1)).toEqual([{ name: "p0 to p2", rows: [0, 1, 2] }]);
    expect(joined(parts, labels, 5)).toEqual([{ name: "p0 to p7", rows: [0, 1, 2, 3, 4, 5, 6, 7] }]);
  });
  it("fail a challenger whose latest outcomes turned against it", () => {
    const half = many.labels.length / 2;
    const rows = [...many.labels.keys()];
    const periods = [
      { name: "known by June", rows: rows.slice(0, half) },
      { name: "known by July", rows: rows.slice(half) },
    ];
    const bounds = { gate: "stability", margin: 0.05, leastBads: 50 } as const;
    expect(stability(compared(many, bundle(many, 0.5)), periods, bounds).verdict).toBe("pass");
    const turned = compared(
      many,
      wrongIn((row) => row >= half),
    );
    expect(stability(turned, periods, bounds)).toMatchObject({ verdict: "fail" });
    expect(stability(turned, [], bounds).verdict).toBe("inconclusive");
    expect(stability(turned, periods, { ...bounds, leastBads: 5_000 }).verdict).toBe("inconclusive");
  });
});

describe("reasons", () => {
  const declared = { gate: "reasons", agreement: 0.5 } as const;
  const side = (adverse: boolean[], firstReasons: (string | null)[]) =>
    ({ ...bundle(people(1), 0), adverse, firstReasons }) satisfies Decided;
  const sides = (number: number, alike: number) => {
    const all = Array.from({ length: number }, () => true);
    return {
      challenger: side(
        all,
        all.map((_, i) => (i < alike ? "late" : "owed")),
      ),
      champion: side(
        all,
        all.map(() => "late"),
      ),
    };
  };
  it("pass where most are told the same, fail where few are, and cannot tell between", () => {
    expect(reasons(sides(200, 150), declared).verdict).toBe("pass");
    expect(reasons(sides(200, 50), declared).verdict).toBe("fail");
    expect(reasons(sides(200, 104), declared).verdict).toBe("inconclusive");
  });
  it("fail an adverse decision without any", () => {
    const { champion } = sides(3, 3);
    const silent = side([true, true, true], ["late", null, "late"]);
    expect(reasons({ challenger: silent, champion }, declared)).toMatchObject({
      verdict: "fail",
      measured: { withoutReason: 1 },
    });
  });
  it("cannot tell where nothing is adverse under both", () => {
    const calm = side([false], [null]);
    expect(reasons({ challenger: calm, champion: side([true], ["late"]) }, declared).verdict).toBe("inconclusive");
  });
});

/** A column of `rows` people of whom a share has no value, the others' values shifted. */
function column(rows: number, { missing = 0, shift = 0, seed = "column" } = {}) {
  const random = seededRandom(seed);
  const numbers = Float64Array.from({ length: rows }, () =>
    random.next() < missing ? Number.NaN : random.next() + shift,
  );
  return columnProfile(
    numbers,
    Uint8Array.from(numbers, (number) => (Number.isNaN(number) ? 1 : 0)),
  );
}

const profile = column(5_000, { seed: "profile" });

function columnsOf(
  current: ReturnType<typeof column>,
  unmatched: readonly string[] = [],
  reference = profile,
): ComparedColumns {
  const columns = [compareValue("applicant.owed", reference, current)];
  return { drawnOn: "rows", rows: current.sketch.n, columns, unmatched };
}

describe("data", () => {
  const declared = { gate: "data", leastRows: 1_000, leastBads: 100, missingRise: 0.1 } as const;
  const enough = { rows: 2_000, positives: 300 };
  it("passes enough rows with as few holes as before", () => {
    expect(data({ ...enough, columns: columnsOf(column(2_000)) }, declared).verdict).toBe("pass");
  });
  it("fails a column that a source no longer fills", () => {
    const found = data({ ...enough, columns: columnsOf(column(2_000, { missing: 0.3 })) }, declared);
    expect(found.verdict).toBe("fail");
    expect(found.sentence).toMatch(/^applicant\.owed is missing in .* was 0\.0 %/);
  });
  it("cannot tell from few rows, few bads, no profile, or a column that the profile lacks", () => {
    const columns = columnsOf(column(2_000));
    const lacking = columnsOf(column(2_000), ["applicant.new"]);
    for (const ground of [
      { rows: 900, positives: 300, columns },
      { rows: 2_000, positives: 99, columns },
      { ...enough, columns: "the champion has no profile" },
      { ...enough, columns: lacking },
      { ...enough, columns: { ...columns, columns: [] } },
      // Seven of fifteen lack it where three of ten did: chance can do that.
      { ...enough, columns: columnsOf(column(15, { missing: 0.5 }), [], column(5_000, { missing: 0.3 })) },
    ]) {
      expect(data(ground, declared).verdict).toBe("inconclusive");
    }
  });
});

describe("inputs", () => {
  const declared = { gate: "inputs", mostPsi: 0.25 } as const;
  it("pass people like the champion's, fail others, and cannot tell of twenty", () => {
    expect(inputs(columnsOf(column(1_000)), declared).verdict).toBe("pass");
    const found = inputs(columnsOf(column(1_000, { shift: 0.4 })), declared);
    expect(found.verdict).toBe("fail");
    expect(found.sentence).toContain("applicant.owed");
    expect(inputs(columnsOf(column(20)), declared).verdict).toBe("inconclusive");
  });
  it("cannot tell without a profile, of no column, or of one that the profile lacks", () => {
    expect(inputs("the champion has no profile", declared).verdict).toBe("inconclusive");
    expect(inputs({ ...columnsOf(column(1_000)), columns: [] }, declared).verdict).toBe("inconclusive");
    expect(inputs(columnsOf(column(1_000), ["applicant.new"]), declared).verdict).toBe("inconclusive");
  });
});

describe("fairness", () => {
  const declared = { gate: "fairness", margin: 0.05 } as const;
  const split = (both: number, challengerOnly: number, championOnly: number, neither: number): Split => ({
    both,
    challengerOnly,
    championOnly,
    neither,
  });
  const ground = (groups: GroupCounts["groups"], more: Partial<GroupCounts> = {}): FairnessGround => {
    const everybody = split(1, 100, 100, 1);
    const about = { attribute: "sex", favourable: "approved as asked", reference: "M", evidence: [], everybody };
    return { minimumCell: 100, counts: [{ ...about, groups, ...more }] };
  };
  const men = split(1_500, 50, 50, 900);
  it("passes groups that fare alike under both", () => {
    expect(fairness(ground({ M: men, F: split(1_400, 60, 50, 900) }), declared).verdict).toBe("pass");
  });
  it("fails a group that the challenger refuses and the champion did not", () => {
    const found = fairness(ground({ M: men, F: split(1_000, 10, 500, 900) }), declared);
    expect(found.verdict).toBe("fail");
    expect(found.sentence).toContain("sex F, approved as asked");
  });
  it("has limits that cover the true difference about 95 times in 100", () => {
    const random = seededRandom("fairness");
    // Shares favoured: F .50 under the challenger and .55 under the champion, M .60 under both.
    const draw = (shares: readonly number[]): Split => {
      const counts = [0, 0, 0, 0];
      for (let i = 0; i < 400; i++) {
        let [u, cell] = [random.next(), 0];
        while (cell < 3 && u >= shares[cell]!) u -= shares[cell++]!;
        counts[cell]!++;
      }
      return split(counts[0]!, counts[1]!, counts[2]!, counts[3]!);
    };
    const truth = 0.5 / 0.6 - 0.55 / 0.6;
    const runs = 1_000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const groups = { M: draw([0.55, 0.05, 0.05, 0.35]), F: draw([0.45, 0.05, 0.1, 0.4]) };
      // The whole interval lies beyond the margin at truth only where it misses it.
      const below = fairness(ground(groups), { ...declared, margin: -truth }).verdict;
      covered += below === "inconclusive" ? 1 : 0;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(covered / runs).toBeLessThan(0.97);
  });
  it("cannot tell of small groups, of none, or where nobody was favoured", () => {
    for (const groups of [
      { M: men, F: split(40, 1, 1, 40) },
      { M: men },
      { F: men },
      { M: split(0, 0, 0, 900), F: men },
    ]) {
      expect(fairness(ground(groups), declared).verdict).toBe("inconclusive");
    }
    expect(fairness({ minimumCell: 100, counts: [] }, declared).verdict).toBe("inconclusive");
  });
  it("passes without a question where both favour the same people", () => {
    expect(fairness(ground(null, { everybody: split(300, 0, 0, 200) }), declared)).toMatchObject({
      verdict: "pass",
      measured: { "sex, approved as asked": 0 },
    });
  });
  it("counts the worst that a few could do where they may not be asked about", () => {
    const row = { group: "F", n: 1_000, nReference: 1_000, rate: 0.5, referenceRate: 0.6 };
    const evidence = [
      { ...row, stage: "decision", favourable: "approved as asked", reference: "M", attribute: "sex", method: "" },
    ];
    const rest = { air: null, low: null, high: null, pValue: null, shortfall: null };
    const told = evidence.map((one) => ({ ...one, ...rest }));
    const few = ground(null, { everybody: split(1_100, 4, 5, 891), evidence: told });
    const worst = 0.5 / 0.6 - 0.505 / 0.596;
    const found = fairness(few, declared);
    expect(found.verdict).toBe("pass");
    expect(found.measured["sex F, approved as asked"]).toBeCloseTo(worst, 12);
    expect(fairness(few, { ...declared, margin: 0.01 }).verdict).toBe("inconclusive");
    expect(fairness(ground(null, { evidence: [] }), declared).verdict).toBe("inconclusive");
    expect(fairness(ground(null, { evidence: told.map((one) => ({ ...one, rate: null })) }), declared).verdict).toBe(
      "inconclusive",
    );
  });
});

describe("latency, size and replay", () => {
  const timed = (micros: number, rows = 100) => Array.from({ length: rows }, (_, i) => micros + (i % 7));
  const declared = { gate: "latency", mostMicros: 500 } as const;
  it("hold the median against the bound, and doubt the machine where the champion is slow too", () => {
    expect(latency({ challenger: timed(100), champion: timed(90) }, declared).verdict).toBe("pass");
    expect(latency({ challenger: timed(900), champion: timed(90) }, declared).verdict).toBe("fail");
    expect(latency({ challenger: timed(900), champion: timed(800) }, declared).verdict).toBe("inconclusive");
    expect(latency({ challenger: timed(1, 29), champion: timed(1, 29) }, declared).verdict).toBe("inconclusive");
  });
  it("weigh the challenger's objects", () => {
    expect(size(10, { gate: "size", mostBytes: 10 }).verdict).toBe("pass");
    expect(size(11, { gate: "size", mostBytes: 10 })).toMatchObject({ verdict: "fail", measured: { bytes: 11 } });
  });
  const flips = { gate: "replay", decisions: 500, mostFlipped: 0.2 } as const;
  const recorded = (flipped: number, decided = 500) => ({
    decisions: 500,
    differing: [],
    challenger: { decided, flipped },
  });
  it("let so many be decided otherwise, and no more", () => {
    expect(replay(recorded(50), flips).verdict).toBe("pass");
    expect(replay(recorded(200), flips).verdict).toBe("fail");
    expect(replay(recorded(95), flips).verdict).toBe("inconclusive");
  });
  it("fail where the champion does not repeat one decision", () => {
    const found = replay({ ...recorded(0), differing: ["d-7"] }, flips);
    expect(found.verdict).toBe("fail");
    expect(found.sentence).toContain("d-7");
  });
  it("cannot tell from no record, from people's decisions, or of other features", () => {
    expect(replay({ decisions: 0, differing: [], challenger: null }, flips).verdict).toBe("inconclusive");
    expect(replay(recorded(0, 0), flips).verdict).toBe("inconclusive");
    expect(replay({ ...recorded(0), challenger: null }, flips).verdict).toBe("inconclusive");
  });
});

describe("the ground", () => {
  const ground: GateGround = {
    evidence: { dataset: "d", seed: "s" },
    dataset: { rows: 2_000, positives: 300 },
    columns: columnsOf(column(2_000)),
    shared: "the champion was fitted on another split",
    bytes: 5,
    replayed: { decisions: 0, differing: [], challenger: null },
  };
  it("that the two do not share lets no comparing gate pass", () => {
    for (const declared of [
      { gate: "discrimination", margin: 1 },
      { gate: "calibration", most: 100, margin: 1 },
      { gate: "slices", margin: 1, leastBads: 1 },
      { gate: "fairness", margin: 1 },
      { gate: "reasons", agreement: 0 },
      { gate: "stability", margin: 1, leastBads: 1 },
      { gate: "latency", mostMicros: 1e9 },
    ] as const) {
      expect(askGate(ground, declared)).toMatchObject({ verdict: "inconclusive", sentence: ground.shared });
    }
  });
  it("gives each result its name, its bounds and what it was made from", () => {
    expect(askGate(ground, { gate: "size", mostBytes: 9 })).toEqual({
      name: "size",
      verdict: "pass",
      sentence: "its objects have 5 bytes; 9 are allowed",
      measured: { bytes: 5 },
      bounds: { mostBytes: 9 },
      evidence: { dataset: "d", seed: "s" },
    });
  });
  it("counts a person once, by the latest row", () => {
    const row = (entity: string, t: number) => ({ parties: [{ role: "applicant", entity }], t });
    expect(latestOfEach([row("a", 1), row("b", 5), row("a", 3), row("a", 2), row("b", 5)])).toEqual([2, 4]);
  });
  it("takes the worst verdict, and of nothing tells nothing", () => {
    expect(worstOf(["pass", "inconclusive", "fail"])).toBe("fail");
    expect(worstOf(["pass", "inconclusive"])).toBe("inconclusive");
    expect(worstOf([])).toBe("inconclusive");
  });
});

import { expect, it } from "vitest";
import { type DecisionPart, decide } from "../policy/index.ts";
import { lineBundle, lineRequests, servedLines, servedOf } from "./fixtures/served-lines.ts";
import { ServedTally } from "./served-tally.ts";

const bundle = lineBundle();
const requests = lineRequests(300, "tally");
const served = servedLines(bundle, requests);
const tallied = (rows: typeof served) => {
  const tally = new ServedTally(null);
  for (const row of rows) tally.add(row);
  return tally.served();
};

it("counts values, scores, dispositions and first reasons", () => {
  const { decisions, columns, outputs, dispositions, reasons, adverse, latency } = tallied(served);
  const parts = requests.map((request) => decide(bundle, request));
  expect(decisions).toBe(300);
  expect(Object.keys(columns)).toEqual(["applicant.late", "applicant.used", "applicant.statements", "applicant.owed"]);
  const missing = parts.filter(({ values }) => typeof values["applicant.used"] === "object").length;
  expect(columns["applicant.used"]).toMatchObject({ sketch: { n: 300 - missing }, missing: { "no history": missing } });
  expect(outputs["pd.pd"]!.n).toBe(300);
  expect(dispositions["approve"]).toBe(parts.filter(({ disposition }) => disposition === "approve").length);
  expect(adverse).toBe(parts.filter((part) => part.adverse).length);
  expect(Object.values(reasons).reduce((sum, count) => sum + count, 0)).toBe(adverse);
  expect(latency).toEqual({ decisions: 300, p50Micros: 99, p99Micros: 148 });
});

it("is the same in every order", () => {
  expect(tallied(served.toReversed())).toEqual(tallied(served));
});

it("counts what a person decided as that, and not as the bundle's", () => {
  const byPerson: DecisionPart = { ...served[0]!.decision, decidedBy: "person", override: { code: "x", person: "p" } };
  const { decisions, byPerson: closed } = tallied([...served, servedOf(byPerson, 300)]);
  expect({ decisions, closed }).toEqual({ decisions: 300, closed: 1 });
});

it("compares each person once, however often they ask", () => {
  const eager = [...served, ...served.slice(0, 100), ...served.slice(0, 100)];
  const { latency: _, decisions, ...compared } = tallied(eager);
  const { latency: __, decisions: ___, ...once } = tallied(served);
  expect(decisions).toBe(500);
  expect(compared).toEqual(once);
});

// What holds for every decision, over drawn people, requests and parties.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, isMissing } from "../base/index.ts";
import type { ConditionNode, OperandNode } from "../define/index.ts";
import { lineBundle, lineInput, rules } from "./fixtures/line-bundle.ts";
import { type DecisionPart, decide } from "./index.ts";

const bundle = lineBundle();
const maybe = (value: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: value }, fc.constant("no history" as const));
const person = fc.record({
  late: fc.nat({ max: 5 }),
  daysSinceLate: maybe(fc.nat({ max: 400 })),
  used: maybe(fc.double({ min: 0, max: 1.5, noNaN: true })),
  statements: fc.nat({ max: 12 }),
  status: maybe(fc.integer({ min: -1, max: 3 })),
  owed: maybe(fc.nat({ max: 500 })),
});
const input = fc
  .tuple(person, fc.option(person), fc.integer({ min: 1, max: 6_000_00 }))
  .map(([applicant, coApplicant, increase]) => lineInput(applicant, coApplicant, increase));

function eachDecision(check: (decision: DecisionPart) => void): void {
  fc.assert(
    fc.property(input, (request) => check(decide(bundle, request))),
    { numRuns: 300 },
  );
}

function operandNames(condition: ConditionNode): string[] {
  if (condition.kind === "every" || condition.kind === "some") return condition.conditions.flatMap(operandNames);
  return [nameOf(condition.operand)];
}
function nameOf(operand: OperandNode): string {
  if (operand.kind === "value") return `${operand.role}.${operand.feature}`;
  return operand.kind === "output" ? `output:${operand.model}.${operand.output}` : `asked.${operand.field}`;
}

describe("every adverse decision", () => {
  test("states at least one reason, each scored against the person or fired, and read", () => {
    eachDecision((decision) => {
      if (!decision.adverse) return;
      expect(decision.reasons.length).toBeGreaterThan(0);
      for (const reason of decision.reasons) {
        expect(reason.values.length).toBeGreaterThan(0);
        if (reason.component === "score") expect(reason.contribution).toBeGreaterThan(0);
        else expect(firedFor(decision, reason.reason)).toBe(true);
        for (const { feature, value } of reason.values) expect(readSomewhere(decision, feature, value)).toBe(true);
      }
    });
  });
  test("states no more than four reasons beside those of rules", () => {
    eachDecision(({ reasons }) => {
      const byRule = reasons.filter((reason) => reason.component === "rule").length;
      expect(reasons.length).toBeLessThanOrEqual(Math.max(4, byRule + 1));
    });
  });
  test("leaves out no group that raised the risk more than one it names", () => {
    eachDecision(({ reasons }) => {
      const scored = reasons.flatMap(({ contribution }) => (contribution === null ? [] : [contribution]));
      expect(scored).toEqual([...scored].sort((a, b) => b - a));
    });
  });
});

function firedFor(decision: DecisionPart, reason: string): boolean {
  const names = rules.flatMap((rule) => (rule.kind !== "bands" && rule.because === reason ? [rule.name] : []));
  return decision.trace.some(
    ({ rule, verdict }) => names.includes(rule) && (verdict === "decided" || verdict === "fired"),
  );
}

function readSomewhere(decision: DecisionPart, feature: string, value: unknown): boolean {
  const traced = decision.trace.flatMap(({ reads }) => reads).find((read) => read.operand === feature);
  if (feature.startsWith("asked.")) return traced !== undefined && Number(traced.value) === value;
  return canonicalJson(decision.values[feature]) === canonicalJson(value);
}

describe("every decision", () => {
  test("is the same for the same input, and leaves its input alone", () => {
    fc.assert(
      fc.property(input, (request) => {
        const before = structuredClone(request);
        const [first, second] = [decide(bundle, request), decide(lineBundle(), request)];
        expect(canonicalJson(second)).toBe(canonicalJson(first));
        expect(request).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
  test("traces every rule in order, one of them deciding, all knock-outs evaluated, every operand read", () => {
    eachDecision((decision) => {
      expect(decision.trace.map(({ rule }) => rule)).toEqual(rules.map(({ name }) => name));
      expect(decision.trace.filter(({ verdict }) => verdict === "decided")).toHaveLength(1);
      for (const [i, traced] of decision.trace.entries()) {
        const rule = rules[i]!;
        if (rule.kind === "knockOut") expect(traced.verdict).not.toBe("notReached");
        if (traced.verdict === "notReached") expect(traced.reads).toEqual([]);
        else if (rule.kind !== "bands") {
          expect(new Set(traced.reads.map(({ operand }) => operand))).toEqual(new Set(operandNames(rule.when)));
        }
      }
    });
  });
  test("is unknown only where something was missing", () => {
    eachDecision(({ trace }) => {
      for (const { verdict, reads } of trace) {
        if (verdict === "unknown") expect(reads.some(({ value }) => isMissing(value))).toBe(true);
      }
    });
  });
  test("is adverse exactly when it declines or counters, and offers exactly when it approves or counters", () => {
    eachDecision(({ disposition, adverse, offered, contributions }) => {
      expect(adverse).toBe(disposition === "decline" || disposition === "counterOffer");
      expect(offered !== null).toBe(disposition === "approve" || disposition === "counterOffer");
      expect(contributions !== null).toBe(disposition !== "approve");
    });
  });
});

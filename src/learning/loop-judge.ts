// Who judges a challenger: the declared gates before anybody meets it, the declared guardrails while live applicants do.

import type { BundleFailures, RecordStore } from "../decisions/index.ts";
import type { LearningDeclaration } from "./declaration.ts";
import { drawGround } from "./gates/gate-ground.ts";
import { askGate } from "./gates/gate-table.ts";
import { ArmTally } from "./guardrails/arm-tally.ts";
import { type Arm, askGuardrails } from "./guardrails/guardrail.ts";
import type { LoopJudge, LoopSite, Side } from "./loop-site.ts";
import type { SeasonPlan } from "./plan-season.ts";

export interface LoopJudgeParts {
  readonly plan: SeasonPlan;
  /** With every default filled in. */
  readonly declaration: LearningDeclaration;
  readonly records: Pick<RecordStore, "served" | "countServed" | "keptHead" | "decision" | "failures">;
  /** Which part of the hold-out is looked at apart, and which protected attributes are asked about. */
  readonly judgement: LoopSite["judgement"];
}

/** Engines and the season's signal come with what is asked. */
export function openLoopJudge({ plan, declaration, records, judgement }: LoopJudgeParts): LoopJudge {
  const { gates = [], guardrails = [] } = declaration;
  const replayed = gates.flatMap((one) => (one.gate === "replay" ? [one.decisions] : []));
  return {
    async gates(asked) {
      const request = {
        ...asked,
        plan,
        records,
        judgement: judgement(asked.dataset),
        decisions: Math.max(0, ...replayed),
      };
      const ground = await drawGround(request);
      return gates.map((declared) => askGate(ground, declared));
    },
    async look({ stage, challenger, control }) {
      const failures = await records.failures();
      const arms = {
        challenger: await armOf(records, challenger, failures),
        control: await armOf(records, control, failures),
      };
      const decisions = { challenger: arms.challenger.decisions, control: arms.control.decisions };
      return { stage, decisions, results: askGuardrails(arms, guardrails) };
    },
  };
}

async function armOf(
  records: Pick<RecordStore, "served" | "countServed">,
  side: Side,
  failures: readonly BundleFailures[],
): Promise<Arm> {
  const tally = new ArmTally();
  for await (const served of records.served(side)) tally.add(served);
  const { bundle, arm } = side;
  // What a bundle failed while it looked on cost nobody an answer, and no decision stands beside it.
  const own = failures.filter(
    (one) => one.bundle === bundle && (arm === undefined ? one.arm !== "shadow" : one.arm === arm),
  );
  const failed = own.reduce((sum, one) => sum + one.failures, 0);
  const served = await records.countServed({ bundle, ...(arm === undefined ? {} : { arm }) });
  return { ...tally.counts(), failed, taken: failed + served };
}

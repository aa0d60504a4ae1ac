// What holds where a workspace does not say otherwise. A gate or guardrail may be widened, never left out: one that is declared
// replaces the default of its name and leaves the others standing.

import type { GateDeclaration, GuardrailDeclaration, LearningDeclaration } from "./declaration.ts";

/** In the order in which they are told. */
const GATES: readonly GateDeclaration[] = [
  // A card of ten bins over a dozen columns wants some hundreds of bads; a column that a tenth more people lack is a broken feed.
  { gate: "data", leastRows: 1_000, leastBads: 100, missingRise: 0.1 },
  // The customary mark above which credit practice acts.
  { gate: "inputs", mostPsi: 0.25 },
  // A hundredth of AUC is about what a change of sample moves; less cannot be told on some thousand rows.
  { gate: "discrimination", margin: 0.01 },
  // A quarter too many or too few bads would move a price or a limit; .005 of Brier score is a few per cent of a usual one.
  { gate: "calibration", most: 1.25, margin: 0.005 },
  // Parts are smaller than the whole, so their limits are wider; fewer than fifty bads tell nothing of an AUC.
  { gate: "slices", margin: 0.05, leastBads: 50 },
  // A quarter of the way from equal treatment to the four fifths of 29 CFR 1607.4(D).
  { gate: "fairness", margin: 0.05 },
  // Half: with less, most people with the same history would be told another main reason than last month.
  { gate: "reasons", agreement: 0.5 },
  { gate: "stability", margin: 0.05, leastBads: 50 },
  // A twentieth of the fifty milliseconds in which a decision must be answered.
  { gate: "latency", mostMicros: 2_500 },
  // Loaded by every decider beside the champion.
  { gate: "size", mostBytes: 50_000_000 },
  // Of a thousand people one in five may be answered otherwise; more is another policy, and a person should say so.
  { gate: "replay", decisions: 1_000, mostFlipped: 0.2 },
];

/** With some three hundred decisions on each side all of these can be told. */
const GUARDRAILS: readonly GuardrailDeclaration[] = [
  { guardrail: "errors", most: 0.02 },
  // In which a decision must be answered.
  { guardrail: "latency", mostMicros: 50_000 },
  // A tenth of all applicants answered otherwise on balance.
  { guardrail: "approvalRate", most: 0.1 },
  // The customary mark above which credit practice acts.
  { guardrail: "scoreShift", most: 0.25 },
  // Both arms ask the same sources, so what one lacks and the other has is a mistake.
  { guardrail: "missingRate", most: 0.1 },
  // Another fit weighs reasons anew; the reasons gate holds their agreement person by person.
  { guardrail: "reasonMix", most: 0.5 },
];

const DEFAULTS = {
  approval: "person",
  shadow: { decisions: 500 },
  // A tenth each for challenger and control: eight in ten applicants meet neither.
  canary: { share: 0.1, decisions: 500 },
  bake: { decisions: 1_000 },
  // A day: a night and a morning's work for whoever must approve.
  patienceMinutes: 24 * 60,
  // A day between two loops, and no more than one a week on average: each reads the same hold-out once more.
  coolDownHours: 24,
  mostLoopsPerMonth: 4,
  freezes: [],
  stopped: false,
} as const satisfies Partial<LearningDeclaration>;

/** Fields that are given stay. Without triggers a loop begins by hand only. */
export function withDefaults(declaration: LearningDeclaration): LearningDeclaration {
  const { gates = [], guardrails = [] } = declaration;
  return {
    ...DEFAULTS,
    ...declaration,
    gates: GATES.map((standing) => gates.find(({ gate }) => gate === standing.gate) ?? standing),
    guardrails: GUARDRAILS.map(
      (standing) => guardrails.find(({ guardrail }) => guardrail === standing.guardrail) ?? standing,
    ),
  };
}

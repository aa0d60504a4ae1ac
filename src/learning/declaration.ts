// What a workspace declares about learning, as data in `assay.config.ts`: when to retrain, what a challenger must show, how it
// is let in, what brings the champion back. Whatever is not declared stands in `default-declaration.ts`.

/** Bounds on what is measured; each gate answers pass, fail or inconclusive and never pass for want of data. */
export type GateDeclaration =
  /** Enough rows and bads, and no column more often missing than before by more than `missingRise`. */
  | { readonly gate: "data"; readonly leastRows: number; readonly leastBads: number; readonly missingRise: number }
  /** PSI of no input above `mostPsi` against the champion's profile, where beyond chance. */
  | { readonly gate: "inputs"; readonly mostPsi: number }
  /** AUC on the hold-out not worse than the champion's by more than `margin`: the paired 95 % limit decides. */
  | { readonly gate: "discrimination"; readonly margin: number }
  /** Expected over observed within `[1 / most, most]`, and Brier score not worse by more than `margin`, paired. */
  | { readonly gate: "calibration"; readonly most: number; readonly margin: number }
  /** AUC not worse by more than `margin` in each part of the hold-out that `evaluation.within` and the cells of a column make. */
  | { readonly gate: "slices"; readonly margin: number; readonly leastBads: number }
  /** No group's adverse-impact ratio below the champion's by more than `margin`, by totals from the vault. */
  | { readonly gate: "fairness"; readonly margin: number }
  /** Every adverse decision has a reason, and the first reasons agree on at least `agreement` of those adverse under both. */
  | { readonly gate: "reasons"; readonly agreement: number }
  /** Not worse than the champion by more than `margin` among the outcomes of each period in which they became known. */
  | { readonly gate: "stability"; readonly margin: number; readonly leastBads: number }
  /** Microseconds to decide one row, median. */
  | { readonly gate: "latency"; readonly mostMicros: number }
  | { readonly gate: "size"; readonly mostBytes: number }
  /** The latest `decisions` recorded are decided again: the champion must repeat each bit for bit, the challenger may flip at most `mostFlipped`. */
  | { readonly gate: "replay"; readonly decisions: number; readonly mostFlipped: number };

/** Fast signals in canary and bake; never a protected attribute. Breaking one ends the canary or rolls back at once. */
export type GuardrailDeclaration =
  /** Requests that the bundle failed, as a share of those it took. */
  | { readonly guardrail: "errors"; readonly most: number }
  /** 99th percentile of the decider's own time, microseconds. */
  | { readonly guardrail: "latency"; readonly mostMicros: number }
  /** Difference of approval rates, beyond chance (99 %) and above `most`. */
  | { readonly guardrail: "approvalRate"; readonly most: number }
  /** PSI of the calibrated score between the arms, beyond chance and above `most`. */
  | { readonly guardrail: "scoreShift"; readonly most: number }
  /** Difference of the share of missing values. */
  | { readonly guardrail: "missingRate"; readonly most: number }
  /** PSI of the first stated reasons, beyond chance and above `most`. */
  | { readonly guardrail: "reasonMix"; readonly most: number };

export interface LearningDeclaration {
  /** Which bundle is learnt; without it the workspace does not learn. */
  readonly bundle: string;
  readonly gates?: readonly GateDeclaration[];
  readonly guardrails?: readonly GuardrailDeclaration[];
  /** `envelope`: a loop whose gates all pass goes on by itself; `person`: somebody approves each. Inconclusive always waits. */
  readonly approval?: "envelope" | "person";
  /** Live decisions to look on at before any is made by the challenger; 0 skips. */
  readonly shadow?: { readonly decisions: number };
  /** `share` of applicants (at most .5) to the challenger and an equal share to the concurrent control, until each arm has `decisions`. */
  readonly canary?: { readonly share: number; readonly decisions: number };
  readonly bake?: { readonly decisions: number };
  /** Longest wait for enough live decisions in a stage, or for a person, before the loop ends without a release. */
  readonly patienceMinutes?: number;
  readonly triggers?: {
    /** New outcomes known since the champion's label cut-off. */
    readonly outcomes?: number;
    /** A finding of this severity in the latest report, of a kind that learning mends: no broken source, no group's ratio. */
    readonly drift?: "warning" | "critical";
    /** Days since the champion's dataset. */
    readonly calendarDays?: number;
  };
  readonly coolDownHours?: number;
  readonly mostLoopsPerMonth?: number;
  /** No loop starts or releases between these instants. */
  readonly freezes?: readonly { readonly from: string; readonly to: string; readonly why: string }[];
  /** true: no loop starts or releases at all. */
  readonly stopped?: boolean;
}

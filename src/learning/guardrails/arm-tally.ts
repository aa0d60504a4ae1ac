// Served decisions of one side counted for the guardrails. Only what policy decided counts, and a person counts once, by the
// first decision: asking again gives the same answer again, and tests are about people. Nothing protected is in a record.

import { isMissing } from "../../base/index.ts";
import type { ServedDecision } from "../../decisions/index.ts";

export interface ArmCounts {
  /** Of policy, those about people who were counted before included. */
  readonly decisions: number;
  readonly people: number;
  readonly approved: number;
  /** Calibrated, one a person. */
  readonly scores: readonly number[];
  /** `role.feature` → people without a value. */
  readonly missing: { readonly [column: string]: number };
  /** Of adverse decisions, the reason stated first. */
  readonly reasons: { readonly [reason: string]: number };
  /** The decider's own time, one a decision. */
  readonly micros: readonly number[];
}

export class ArmTally {
  readonly #people = new Set<string>();
  readonly #scores: number[] = [];
  readonly #missing = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #micros: number[] = [];
  #approved = 0;

  add({ decision, envelope }: Pick<ServedDecision, "decision" | "envelope">): void {
    if (decision.decidedBy !== "policy") return;
    const { read, kernel, decide } = envelope.timingsMicros;
    this.#micros.push(read + kernel + decide);
    const { entity } = decision.parties[0]!;
    if (this.#people.has(entity)) return;
    this.#people.add(entity);
    this.#scores.push(decision.outputs[0]!.calibrated);
    if (decision.disposition === "approve") this.#approved++;
    for (const [column, value] of Object.entries(decision.values))
      raise(this.#missing, column, isMissing(value) ? 1 : 0);
    if (decision.adverse) raise(this.#reasons, decision.reasons[0]?.reason ?? "none", 1);
  }

  counts(): ArmCounts {
    return {
      decisions: this.#micros.length,
      people: this.#people.size,
      approved: this.#approved,
      scores: this.#scores,
      missing: Object.fromEntries(this.#missing),
      reasons: Object.fromEntries(this.#reasons),
      micros: this.#micros,
    };
  }
}

function raise(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

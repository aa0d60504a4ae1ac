// Served decisions counted as they stream by: memory is that of the sketches and of who was there. Somebody who asks again is much
// like before, and a test that counted both would alarm at people who are eager; so each person is compared by the first decision
// of the span.

import type { ServedDecision } from "../decisions/index.ts";
import { SketchBuilder, type ValueSketch } from "../evaluate/index.ts";
import type { DecisionPart } from "../policy/index.ts";
import { ColumnTally, sortedCounts } from "./column-tally.ts";
import { latencyOf } from "./latency-report.ts";
import type { ColumnProfile } from "./profile-document.ts";
import type { LatencyReport, ShadowReport } from "./report-document.ts";
import { type SecondOpinion, ShadowTally } from "./shadow-report.ts";

export interface Served {
  readonly decisions: number;
  /** What follows counts each once. */
  readonly people: number;
  readonly columns: { readonly [column: string]: ColumnProfile };
  readonly outputs: { readonly [output: string]: ValueSketch };
  readonly dispositions: { readonly [disposition: string]: number };
  /** Of adverse decisions, the reason stated first. */
  readonly reasons: { readonly [reason: string]: number };
  readonly adverse: number;
  /** Referrals that a person closed. */
  readonly byPerson: number;
  readonly latency: LatencyReport;
  readonly shadow: ShadowReport | null;
}

/** Counts policy's decisions; what a person decided later is counted as such and not as a decision of the bundle. */
export class ServedTally {
  readonly #columns = new Map<string, ColumnTally>();
  readonly #outputs = new Map<string, SketchBuilder>();
  readonly #dispositions = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #latency = new SketchBuilder();
  readonly #shadow: ShadowTally;
  readonly #people = new Set<string>();
  #decisions = 0;
  #adverse = 0;
  #byPerson = 0;

  constructor(secondOpinion: SecondOpinion | null) {
    this.#shadow = new ShadowTally(secondOpinion);
  }

  add(served: ServedDecision): void {
    const { decision, envelope } = served;
    if (decision.decidedBy === "person") {
      this.#byPerson++;
      return;
    }
    this.#decisions++;
    this.#shadow.add(served);
    const { read, kernel, decide } = envelope.timingsMicros;
    this.#latency.add(read + kernel + decide);
    const { entity } = decision.parties[0]!;
    if (!this.#people.has(entity)) this.#compare(decision);
    this.#people.add(entity);
  }

  #compare(decision: DecisionPart): void {
    for (const [name, value] of Object.entries(decision.values)) inMap(this.#columns, name, newTally).add(value);
    for (const { model, output, calibrated } of decision.outputs) this.#score(`${model}.${output}`, calibrated);
    count(this.#dispositions, decision.disposition);
    if (decision.adverse) {
      this.#adverse++;
      count(this.#reasons, decision.reasons[0]?.reason ?? "none");
    }
  }

  served(): Served {
    const latency = this.#latency.sketch();
    return {
      decisions: this.#decisions,
      people: this.#people.size,
      columns: Object.fromEntries([...this.#columns].map(([name, tally]) => [name, tally.profile()])),
      outputs: Object.fromEntries([...this.#outputs].map(([name, builder]) => [name, builder.sketch()])),
      dispositions: sortedCounts(this.#dispositions),
      reasons: sortedCounts(this.#reasons),
      adverse: this.#adverse,
      byPerson: this.#byPerson,
      latency: latencyOf(latency),
      shadow: this.#shadow.report(),
    };
  }

  #score(name: string, calibrated: number): void {
    inMap(this.#outputs, name, () => new SketchBuilder()).add(calibrated);
  }
}

function newTally(): ColumnTally {
  return new ColumnTally();
}

function inMap<T>(map: Map<string, T>, name: string, make: () => T): T {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  return made;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

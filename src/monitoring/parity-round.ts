// Parity, watched: after each seal a share of the latest decisions is computed again from table files, off the response path.
// Which decisions is decided by the hash of their ids, so that every round looks at the same ones while they are recent: news
// that came too late for a decision shows itself only later.

import { formatInstant, hashPrefix, type Instant } from "../base/index.ts";
import { type ParityCause, ParityTally } from "../datasets/index.ts";
import type { RecordStore, StoredDecision } from "../decisions/index.ts";
import type { Snapshot } from "../history/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import { compareDecisions } from "./decision-claims.ts";
import type { Finding, ParityRound } from "./report-document.ts";

export interface ParityRoundRequest {
  readonly records: Pick<RecordStore, "served" | "keptHead">;
  readonly documentOf: (bundle: string) => Promise<BundleDocument>;
  readonly snapshot: Snapshot;
  /** Of decisions, above 0 and at most 1. */
  readonly share: number;
  readonly now: Instant;
}

/** The most decisions that one round computes again. */
const ROUND_MAX = 2_000;

export async function drawParityRound(request: ParityRoundRequest): Promise<ParityRound> {
  const { records, documentOf, snapshot, share, now } = request;
  const stored = await sampled(records, share);
  const tally = new ParityTally();
  const ground = { snapshot, onlineFolder: null };
  const compared = await compareDecisions(stored, documentOf, ground, tally, () => {});
  return { ...tally.report(), ...compared, snapshot: snapshot.hash, drawnAt: formatInstant(now), share };
}

/** The latest decisions of the sample, in the order they were kept. */
async function sampled(records: ParityRoundRequest["records"], share: number): Promise<StoredDecision[]> {
  const fromKept = Math.max(0, (await records.keptHead()) - Math.ceil(ROUND_MAX / share));
  const stored: StoredDecision[] = [];
  for await (const one of records.served({ fromKept })) {
    if (hashPrefix(one.decision.decisionId, 32) / 2 ** 32 < share) stored.push(one);
  }
  return stored.slice(-ROUND_MAX);
}

/** What the world does late is a warning; what only we can have done is critical. */
const ARRIVALS: readonly ParityCause[] = ["late", "revised since", "retracted since"];

/** One finding a cause. */
export function parityFindings({ causes, values, examples }: ParityRound): Finding[] {
  return Object.entries(causes).map(([cause, count]): Finding => {
    const arrived = ARRIVALS.some((one) => one === cause);
    const example = examples.find((one) => one.includes(`. ${cause}: `));
    return {
      key: `parity ${cause}`,
      kind: "parity",
      severity: arrived ? "warning" : "critical",
      subject: { name: cause },
      effect: { measure: "served values that differ from the rebuilt", value: count },
      bound: { value: 0, method: "every bit agrees, or the cause is named" },
      adjustedP: null,
      sentence:
        `${count} of ${values} served values are no longer what history gives: ${cause}. ${example ?? ""}`.trimEnd(),
      wayOut: arrived
        ? "Declare the delay that the source keeps; `assay parity --decisions` names each value"
        : "Run `assay parity --decisions`, and hold releases until the cause is understood",
    };
  });
}

// The values of served decisions, as parity takes them: what each party was said to have, when, and up to where history had
// arrived. A person's verdict computed nothing and is left out.

import { parseInstant, type SEMANTICS } from "../base/index.ts";
import {
  compareClaims,
  type ParityClaim,
  type ParityClaims,
  type ParityGround,
  type ParityTally,
} from "../datasets/index.ts";
import { askedMajorUnits, inputFromRecord, type StoredDecision } from "../decisions/index.ts";
import type { BundleDocument } from "../policy/index.ts";

export interface DecisionsCompared {
  /** Decisions compared. */
  readonly decisions: number;
  /** Decisions that read history beyond what is sealed: nothing can be said of them yet. */
  readonly waiting: number;
}

/**
 * Compares the recorded values of decisions with those that their own bundles give now. Throws what reading table files and
 * the online store throws.
 */
export async function compareDecisions(
  stored: readonly StoredDecision[],
  documentOf: (bundle: string) => Promise<BundleDocument>,
  ground: ParityGround,
  tally: ParityTally,
  progress: Parameters<typeof compareClaims>[3],
): Promise<DecisionsCompared> {
  const policy = stored.filter(({ decision }) => decision.decidedBy === "policy");
  const sealed = ground.snapshot.manifest.position.offset;
  const covered = policy.filter(({ envelope }) => (envelope.positions[0]?.offset ?? 0) <= sealed);
  for (const [bundle, decisions] of Map.groupBy(covered, ({ decision }) => decision.bundle)) {
    for (const claims of claimsOf(decisions, await documentOf(bundle))) {
      await compareClaims(claims, ground, tally, progress);
    }
  }
  return { decisions: covered.length, waiting: policy.length - covered.length };
}

/** One entry per role that the bundle computes values for. */
function claimsOf(decisions: readonly StoredDecision[], document: BundleDocument): ParityClaims[] {
  const schema = Object.fromEntries(document.events.map((event) => [event.name, event]));
  return Object.entries(document.roles).map(([role, name]) => {
    const { node: set, meaningHash } = document.featureSets.find(({ node }) => node.name === name)!;
    const claims = decisions.flatMap((stored) => claimOf(stored, role, document));
    const semantics = document.semantics as typeof SEMANTICS;
    return { role, set, meaningHash, schema, request: document.request, claims, semantics, redefined: false };
  });
}

function claimOf({ decision, envelope }: StoredDecision, role: string, document: BundleDocument): ParityClaim[] {
  const entity = decision.parties.find((party) => party.role === role)?.entity;
  const values = inputFromRecord(document, decision).values[role];
  // Of an incomplete request nothing was computed.
  const computed = Object.keys(decision.values).some((name) => name.startsWith(`${role}.`));
  if (entity === undefined || values === undefined || !computed) return [];
  return [
    {
      decisionId: decision.decisionId,
      entity,
      t: parseInstant(decision.t)!,
      asked: askedMajorUnits(document.request, decision.asked),
      values: { numbers: Float64Array.from(values.numbers), kinds: Uint8Array.from(values.kinds) },
      position: envelope.positions[0] ?? null,
    },
  ];
}

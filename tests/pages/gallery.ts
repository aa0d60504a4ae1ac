// Pages over a small real story, without a service: decisions are made by `decide` from the shipped file's first card
// holders and replayed by `replayDecision`; only storage is left out, because pages never see it.

import { canonicalJson, hashText, isMissing, parseInstant } from "../../src/base/index.ts";
import { chainHashOf, genesis, replayDecision, type StoredDecision, type Summary } from "../../src/decisions/index.ts";
import { decide, type DecisionPart, type LoadedBundle, noticeOf, personDecision } from "../../src/policy/index.ts";
import type { PageParts } from "../../src/server/pages/page-parts.ts";
import { caveats, invented } from "../../examples/card-lines/facts.ts";
import { evaluationOf, fairnessOf } from "./evidence.ts";
import { firstHolders, type Holder, t } from "./portfolio.ts";
import { marginsOf, smallBundle } from "./small-bundle.ts";

export interface Gallery {
  readonly parts: PageParts;
  /** One decision of each kind, and the one by which a person closed the referral. */
  readonly shown: { readonly [disposition: string]: string };
  readonly bundle: string;
}

export async function openGallery(people = 3000): Promise<Gallery> {
  const holders = await firstHolders(people);
  const bundle = smallBundle(holders, { dataset: "1".repeat(64), evaluation: "2".repeat(64), fairness: "3".repeat(64) });
  const decisions = holders.map((holder, i) => decide(bundle, requestOf(holder, i)));
  const judged = {
    holders,
    margins: marginsOf(holders),
    probabilities: decisions.map((decision) => decision.outputs[0]!.calibrated),
    decisions,
  };
  const closed = closeReferral(decisions, bundle);
  const stored = storeAll([...decisions, closed]);
  const byId = new Map(stored.map((one) => [one.decision.decisionId, one]));
  const shown = Object.fromEntries(KINDS.map((kind) => [kind, pickOf(decisions, kind).decisionId]));
  const evaluation = evaluationOf(judged);
  const fairness = fairnessOf(judged);
  return {
    bundle: bundle.hash,
    shown: { ...shown, refer: closed.supersedes!, person: closed.decisionId },
    parts: {
      workspaceName: "card-lines",
      simulatedNow: "2005-10-03T12:00:00+08:00",
      facts: { invented, caveats },
      bundle: async (hash) =>
        hash === undefined || hash === bundle.hash
          ? { hash: bundle.hash, document: bundle.document, releasedAt: parseInstant("2026-11-25T02:14:00Z")! }
          : null,
      evaluation: async () => evaluation,
      fairness: async () => fairness,
      counts: async () => countsOf(decisions),
      decisions: async ({ limit, after }) => pageOf(stored, limit, after),
      decision: async (id) => byId.get(id),
      closing: async (id) => (id === closed.supersedes ? closed.decisionId : undefined),
      notice: async (id) => {
        const found = byId.get(id);
        return found?.decision.adverse === true ? noticeOf(found.decision, bundle.document) : undefined;
      },
      replay: async (id) => {
        const found = byId.get(id)!;
        const referral = byId.get(found.decision.supersedes ?? "")?.decision;
        return replayDecision({ loaded: bundle, document: bundle.document }, found, referral === undefined ? {} : { referral });
      },
      story: async () => STORY,
    },
  };
}

const KINDS = ["approve", "counterOffer", "decline"] as const;

const STORY = {
  parity: { values: 1_500_000, differences: 0 },
  replay: { count: 3_001, differences: 0 },
  decisions: { withoutReason: 0, perSecond: 640, p50Ms: 11.2, p99Ms: 38.5 },
  releaseMs: 412,
  rollbackMs: 9,
  dropped: 0,
};

function requestOf({ entity, row, values }: Holder, index: number) {
  const id = hashText(entity);
  return {
    decisionId: `d-${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`,
    t: t + 1,
    application: `app-${String(index + 1).padStart(5, "0")}`,
    kind: "lineIncrease",
    stage: "decision",
    product: "card",
    channel: "web",
    parties: [{ role: "applicant", entity }],
    asked: { increase: Number(row["LIMIT_BAL"]) * 25 },
    values: { applicant: values },
  } as const;
}

/** The one with most to say: most reasons, then most values that are present. */
function pickOf(decisions: readonly DecisionPart[], kind: string): DecisionPart {
  const present = (decision: DecisionPart) => Object.values(decision.values).filter((value) => !isMissing(value)).length;
  return decisions
    .filter((decision) => decision.disposition === kind)
    .reduce((best, next) => (next.reasons.length * 1000 + present(next) > best.reasons.length * 1000 + present(best) ? next : best));
}

function closeReferral(decisions: readonly DecisionPart[], bundle: LoadedBundle): DecisionPart {
  const referral = pickOf(decisions, "refer");
  const verdict = { disposition: "decline", code: "incomeChanged", person: "r.chen", reasons: ["lowPayments"] } as const;
  const closed = personDecision(referral, { ...verdict, decisionId: "d-person-0001", t: t + 3_600_000_000 }, bundle.document);
  if (Array.isArray(closed)) throw new Error(JSON.stringify(closed));
  return closed as DecisionPart;
}

function storeAll(decisions: readonly DecisionPart[]): StoredDecision[] {
  const writer = "w-3f1c8f0a-6f7e-4a55-9d4e-1f6f8f6f2b11";
  let previousHash = genesis(writer);
  return decisions.map((decision, i) => {
    const decisionText = canonicalJson(decision);
    const saltedHash = hashText(decisionText);
    const chainHash = chainHashOf(previousHash, i + 1, saltedHash);
    const link = { writer, ordinal: i + 1, saltedHash, previousHash, chainHash };
    previousHash = chainHash;
    return { decision, decisionText, envelope: ENVELOPE, link, intact: true };
  });
}

const ENVELOPE: StoredDecision["envelope"] = {
  format: "assay.envelope",
  version: 1,
  positions: [{ partition: 0, offset: 240_000 }],
  engine: { release: "0.1.0", node: "24.21.0", cpu: "AMD EPYC 7763 64-Core Processor" },
  timingsMicros: { read: 184, kernel: 37, decide: 1_240 },
  arm: "champion",
  salt: null,
  propensity: 1,
  exploration: false,
  notice: null,
};

function countsOf(decisions: readonly DecisionPart[]): { disposition: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { disposition } of decisions) counts.set(disposition, (counts.get(disposition) ?? 0) + 1);
  return [...counts].map(([disposition, count]) => ({ disposition, count }));
}

function pageOf(stored: readonly StoredDecision[], limit: number, after: string | null): Summary[] {
  return stored
    .map(({ decision }) => ({
      decision_id: decision.decisionId,
      application_id: decision.application,
      decided_at: parseInstant(decision.t)!,
      bundle: decision.bundle,
      disposition: decision.disposition,
      adverse: decision.adverse,
      supersedes: decision.supersedes,
    }))
    .sort((a, b) => (a.decision_id < b.decision_id ? 1 : -1))
    .filter((row) => after === null || row.decision_id < after)
    .slice(0, limit);
}

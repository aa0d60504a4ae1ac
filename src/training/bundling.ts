// From a choice to a bundle: the policy is bound to the chosen model, reasons get their baseline rows, and everything that
// `decide` needs is named by hash in one document.

import { AssayError, type Hash, hashJson, SEMANTICS } from "../base/index.ts";
import type {
  BundleNode,
  EventNode,
  FeatureSetNode,
  ModelNode,
  PolicyNode,
  ReasonLibraryNode,
  RequestNode,
} from "../define/index.ts";
import { approvalCutoff, type BundleDocument, type BundledModel, jurisdictionPack } from "../policy/index.ts";
import type { BaselineDocument } from "../score/index.ts";
import type { ScoredContender } from "./comparison.ts";
import { problems } from "./errors.ts";
import type { TrainedModel } from "./run.ts";

export interface FittedModel {
  readonly node: ModelNode;
  readonly trained: TrainedModel;
  readonly scored: ScoredContender;
}

export interface BundleParts {
  readonly node: BundleNode;
  readonly events: readonly EventNode[];
  readonly request: RequestNode;
  readonly sets: readonly {
    readonly role: string;
    readonly node: FeatureSetNode;
    readonly meaningHash: Hash;
    readonly texts: { readonly [feature: string]: string };
  }[];
  readonly policy: PolicyNode;
  /** The model, as defined, that the policy is written on. */
  readonly model: string;
  readonly reasons: ReasonLibraryNode;
  readonly champion: FittedModel;
  readonly shadow: readonly FittedModel[];
  readonly evidence: BundleDocument["evidence"];
  /** null in a draft whose decisions its profile will be drawn from. */
  readonly profile: Hash | null;
  readonly approvals: BundleDocument["approvals"];
}

export interface DraftedBundle {
  readonly document: BundleDocument;
  /** Documents to keep beside it, by hash: the baseline and the calibrators. */
  readonly documents: ReadonlyMap<Hash, { readonly kind: string; readonly name: string; readonly document: unknown }>;
}

export function draftBundle(parts: BundleParts): DraftedBundle {
  const documents = new Map<Hash, { kind: string; name: string; document: unknown }>();
  const keep = (kind: string, name: string, document: unknown): Hash => {
    const hash = hashJson(document);
    documents.set(hash, { kind, name, document });
    return hash;
  };
  const bundled = (model: FittedModel): BundledModel => ({
    node: model.node,
    artefact: model.trained.artefact,
    calibrator: keep("calibrator", model.node.name, model.scored.calibrator),
    columns: model.trained.columns,
    run: model.trained.run,
  });
  const policy = boundTo(parts.policy, parts.model, parts.champion.node.name);
  const baseline = drawBaseline(parts, policy);
  const { node } = parts;
  const document: BundleDocument = {
    format: "assay.bundle",
    version: 1,
    name: node.name,
    semantics: { number: SEMANTICS.number, timeZoneData: SEMANTICS.timeZoneData },
    events: parts.events,
    request: parts.request,
    roles: Object.fromEntries(parts.sets.map(({ role, node: set }) => [role, set.name])),
    featureSets: parts.sets.map(({ node: set, meaningHash, texts }) => ({ node: set, meaningHash, texts })),
    models: [bundled(parts.champion)],
    shadow: parts.shadow.map(bundled),
    policy,
    reasons: parts.reasons,
    baseline: {
      hash: keep("baseline", node.name, baseline),
      model: baseline.model,
      output: baseline.output,
      cutoff: baseline.cutoff,
    },
    jurisdiction: packOf(node.jurisdiction),
    evidence: parts.evidence,
    ...(parts.profile === null ? {} : { profile: parts.profile }),
    intendedUse: node.intendedUse,
    owner: node.owner,
    validator: node.validator,
    limits: node.limits,
    approvals: parts.approvals,
  };
  return { document, documents };
}

function packOf(name: string): BundleDocument["jurisdiction"] {
  const pack = jurisdictionPack(name);
  if (pack === undefined) throw new AssayError(problems.UNKNOWN_JURISDICTION(`jurisdiction "${name}"`));
  return pack;
}

/** A policy may be written on a contest; a bundle's is on the entry that won it. */
function boundTo(policy: PolicyNode, written: string, champion: string): PolicyNode {
  const bound = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bound);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, child]) => {
      return [key, key === "model" && child === written ? champion : bound(child)];
    });
    return Object.fromEntries(entries);
  };
  return bound(policy) as PolicyNode;
}

/** Log odds by which a baseline row must pass, so that rounding cannot put it on the other side. */
const CLEARLY_PASSING = 1e-6;

/** The validation rows nearest the cut-off on its passing side, nearest first; ties by row number. */
function drawBaseline({ node, champion }: BundleParts, policy: PolicyNode): BaselineDocument {
  const cutoff = approvalCutoff(policy);
  if (cutoff === undefined) throw new AssayError(problems.NO_CUTOFF(`policy "${policy.name}"`));
  const { rows, margins, probabilities } = champion.scored.validation;
  const failingMargin = margins.reduce(
    (least, margin, i) => (probabilities[i]! >= cutoff && margin < least ? margin : least),
    Number.POSITIVE_INFINITY,
  );
  const passing = Array.from(margins.keys())
    .filter((row) => probabilities[row]! < cutoff && margins[row]! < failingMargin - CLEARLY_PASSING)
    .sort((a, b) => margins[b]! - margins[a]! || a - b)
    .slice(0, node.baseline.rows);
  const width = rows.columns.length;
  return {
    format: "assay.baseline",
    version: 1,
    model: champion.node.name,
    output: node.baseline.output,
    cutoff,
    columns: rows.columns,
    rows: passing.map((row) =>
      Array.from(rows.values.subarray(row * width, (row + 1) * width), (value) => (Number.isNaN(value) ? null : value)),
    ),
    kinds: passing.map((row) => Array.from(rows.kinds.subarray(row * width, (row + 1) * width))),
  };
}

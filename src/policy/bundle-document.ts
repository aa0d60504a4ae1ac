// A bundle as it is stored, hashed and released: one JSON document that names everything `decide` needs by hash.

import type { Hash } from "../base/index.ts";
import type {
  EventNode,
  FeatureSetNode,
  ModelNode,
  PolicyNode,
  ReasonLibraryNode,
  RequestNode,
} from "../define/index.ts";
import type { ModelFormat } from "../score/index.ts";

export interface BundledModel {
  readonly node: ModelNode;
  readonly artefact: { readonly format: ModelFormat; readonly hash: Hash };
  readonly calibrator: Hash | null;
  /** `role.feature`, in the order the artefact was fitted on. */
  readonly columns: readonly string[];
  readonly run: string;
}

/** What a jurisdiction asks of a decision, as data. */
export interface JurisdictionPack {
  readonly name: string;
  readonly maxReasons: number;
  /** Of all that raised the risk, the share below which a group is no principal reason; 0 in packs from before it was asked. */
  readonly leastReasonShare?: number;
  readonly noticeDays: number;
  readonly counterOfferDays: number;
  readonly retentionMonths: number;
  readonly creditorNotice: string;
  readonly sources: readonly string[];
}

export interface BundleDocument {
  readonly format: "assay.bundle";
  readonly version: 1;
  readonly name: string;
  readonly semantics: { readonly number: number; readonly timeZoneData: string };
  readonly events: readonly EventNode[];
  readonly request: RequestNode;
  /** Role of the request → name of the feature set computed for it. */
  readonly roles: { readonly [role: string]: string };
  readonly featureSets: readonly {
    readonly node: FeatureSetNode;
    readonly meaningHash: Hash;
    /** What each feature is called in a letter, where its definition says. */
    readonly texts?: { readonly [feature: string]: string };
  }[];
  readonly models: readonly BundledModel[];
  readonly shadow: readonly BundledModel[];
  readonly policy: PolicyNode;
  readonly reasons: ReasonLibraryNode;
  readonly baseline: { readonly hash: Hash; readonly model: string; readonly output: string; readonly cutoff: number };
  readonly jurisdiction: JurisdictionPack;
  readonly evidence: { readonly dataset: Hash; readonly evaluation: Hash; readonly fairness: Hash };
  /** What values, scores and decisions looked like where it was made; absent in bundles from before profiles. */
  readonly profile?: Hash;
  readonly intendedUse: string;
  readonly owner: string;
  readonly validator: string;
  readonly limits: readonly string[];
  readonly approvals: readonly { readonly person: string; readonly at: string; readonly note: string }[];
}

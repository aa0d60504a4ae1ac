// What pages ask of the service: plain getters, wired by a door. Pages never see a database, a file or a model.

import type { Hash } from "../../base/index.ts";
import type { FeatureEntry, Lineage } from "../../catalogue/index.ts";
import type { ReplayOutcome, StoredDecision, Summary } from "../../decisions/index.ts";
import type { EvaluationDocument, FairnessDocument } from "../../evaluate/index.ts";
import type { Bake, Halt, LoopDocument, LoopEntry } from "../../learning/index.ts";
import type { Alert, KeptReport } from "../../monitoring/index.ts";
import type { BundleDocument, Notice } from "../../policy/index.ts";

export interface ReleasedBundle {
  readonly hash: Hash;
  readonly document: BundleDocument;
  /** Microseconds since 1970, by the database's clock; null where it is not the bundle in force. */
  readonly releasedAt: number | null;
}

export interface PageParts {
  readonly workspaceName: string;
  /** ISO 8601 with an offset where the clock of decisions is simulated. */
  readonly simulatedNow: string | null;
  readonly facts: { readonly invented: readonly string[]; readonly caveats: readonly string[] };
  /** The bundle in force; with a hash, that bundle, also where it is no longer in force. null where there is none. */
  bundle(hash?: Hash): Promise<ReleasedBundle | null>;
  /** Evidence of the bundle in force. */
  evaluation(): Promise<EvaluationDocument | null>;
  fairness(): Promise<FairnessDocument | null>;
  /** Decisions by disposition, those of people on referrals left out. */
  counts(): Promise<readonly { readonly disposition: string; readonly count: number }[]>;
  /** A page of decisions in a fixed order, after the one named. */
  decisions(page: { readonly limit: number; readonly after: string | null }): Promise<readonly Summary[]>;
  decision(id: string): Promise<StoredDecision | undefined>;
  /** The decision by which a person closed a referral. */
  closing(id: string): Promise<string | undefined>;
  notice(id: string): Promise<Notice | undefined>;
  replay(id: string): Promise<ReplayOutcome>;
  /** Of the catalogue, those that say every word; all where none is asked. */
  features(words: string): Promise<readonly FeatureEntry[]>;
  /** null where the catalogue holds no such feature. */
  feature(set: string, name: string): Promise<{ readonly entry: FeatureEntry; readonly lineage: Lineage } | null>;
  /** Newest first. */
  reports(limit: number): Promise<readonly KeptReport[]>;
  /** null where there is no such report. */
  report(hash: Hash): Promise<KeptReport | null>;
  openAlerts(): Promise<readonly Alert[]>;
  /** Newest first. */
  /** Who stopped learning, if anybody. */
  halted(): Promise<Halt | null>;
  /** Made by hand, newest first. */
  watchedReleases(limit: number): Promise<readonly Bake[]>;
  loops(limit: number): Promise<readonly LoopEntry[]>;
  loop(id: string): Promise<LoopEntry | undefined>;
  /** The evidence pack of a loop; null where the registry does not have it. */
  loopEvidence(hash: Hash): Promise<LoopDocument | null>;
  /** What the demo measured about itself (`story.json`), where it ran. */
  story(): Promise<unknown>;
}

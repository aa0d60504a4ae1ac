// `assay.erasure` version 1: what was taken away, what stays and why, and which models saw the person. It names them by
// tombstone alone, so it may be shown to anyone and kept for ever.

import { formatInstant, type Hash } from "../base/index.ts";
import type { DatasetHolding, SequencesHolding, SplitName } from "../datasets/index.ts";
import type { RecordHoldings } from "../decisions/index.ts";
import type { HistoryHoldings } from "../history/index.ts";
import type { VaultHoldings } from "../vault/index.ts";

/** An artefact of the registry whose bytes went, and the one that stands for it now. */
export interface ForgottenObject {
  readonly hash: Hash;
  readonly kind: string;
  readonly successor: Hash | null;
}

/** A model that was made with rows of the person. */
export interface SeeingModel {
  readonly model: Hash;
  readonly name: string;
  readonly dataset: Hash;
  /** It was fitted on `train`, calibrated and chosen on `validation`, judged on `test`. */
  readonly splits: readonly SplitName[];
  readonly bundles: readonly { readonly bundle: Hash; readonly released: boolean }[];
}

/** What each room held of a person. */
export interface Removed {
  readonly vault: VaultHoldings;
  readonly decisions: RecordHoldings & { readonly joint: number };
  readonly history: HistoryHoldings;
  readonly datasets: readonly DatasetHolding[];
  /** Absent where there were none. */
  readonly sequences?: readonly SequencesHolding[];
  readonly registry: readonly ForgottenObject[];
}

export interface Receipt {
  readonly format: "assay.erasure";
  readonly version: 1;
  /** A keyed hash of the id, never the id. */
  readonly person: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly finishedAt: string;
  /** Release of Assay. */
  readonly release: string;
  readonly removed: Removed;
  readonly kept: readonly { readonly what: string; readonly why: string }[];
  readonly models: readonly SeeingModel[];
}

export interface ReceiptParts extends Pick<Receipt, "person" | "askedBy" | "release" | "removed" | "models"> {
  /** Microseconds since 1970. */
  readonly askedAt: number;
  readonly finishedAt: number;
}

export function drawReceipt({ person, askedBy, askedAt, finishedAt, release, removed, models }: ReceiptParts): Receipt {
  return {
    format: "assay.erasure",
    version: 1,
    person,
    askedBy,
    askedAt: formatInstant(askedAt),
    finishedAt: formatInstant(finishedAt),
    release,
    removed,
    kept: keptOf(removed, models),
    models,
  };
}

function keptOf({ decisions, history }: Removed, models: readonly SeeingModel[]): Receipt["kept"] {
  const said = (when: boolean, what: string, why: string) => (when ? [{ what, why }] : []);
  return [
    { what: "a keyed hash of the id", why: "so that nothing of the person is taken in again" },
    ...said(
      decisions.decisions > 0,
      `of ${decisions.decisions} decisions: id, instant, bundle, disposition, envelope and chain hashes`,
      "the chain of records must verify; its hashes are salted, and the salts are gone",
    ),
    ...said(
      models.length > 0,
      "models, baselines and evidence that were made with rows of the person",
      "sums and fitted numbers without ids; fit again without the person where that is not enough",
    ),
    ...said(
      history.events > 0,
      "pages that the online store has freed and not yet used again",
      "overwritten when the store is next opened",
    ),
    {
      what: "pages and the write-ahead log of the database, and backups of it",
      why: "overwritten as the database works; backups end by the operator's own schedule",
    },
  ];
}

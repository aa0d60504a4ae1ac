// What stays when a person was erased: the receipt, and the word in place of a dataset.

import { canonicalJson, hashText, instant } from "../../src/base/index.ts";
import { drawReceipt, type Receipt, readReceipt } from "../../src/compliance/index.ts";
import { type DatasetManifest, readWithdrawn, withdrawnOf } from "../../src/datasets/index.ts";
import { type Format, withVersion } from "./format.ts";

const [dataset, model] = [hashText("dataset"), hashText("model")];

function receiptDocument(): Receipt {
  const askedAt = instant("2024-06-01T00:00:00Z");
  return drawReceipt({
    person: `erased-${hashText("borrower-1")}`,
    askedBy: "officer",
    askedAt,
    finishedAt: askedAt + 1_500_000,
    release: "0.1.0",
    removed: {
      vault: { attributes: 2, keys: 1 },
      decisions: { decisions: 3, joint: 1, notices: 1, requests: 3, outbox: 2, shadowScores: 2 },
      history: { events: 45, redacted: 1, quarantined: 1 },
      datasets: [{ dataset, rows: 2, splits: ["train"] }],
      registry: [{ hash: hashText("spine"), kind: "spine", successor: hashText("another spine") }],
    },
    models: [
      {
        model,
        name: "pd",
        dataset,
        splits: ["train"],
        bundles: [{ bundle: hashText("bundle"), released: true }],
      },
    ],
  });
}

const erasure: Format = {
  name: "erasure",
  version: 1,
  compare: "bytes",
  write: () => Buffer.from(canonicalJson(receiptDocument())),
  read: (bytes) => {
    const { person, removed, kept, models } = readReceipt(bytes.toString());
    return { person, removed, kept: kept.map(({ what }) => what), models: models.map(({ name }) => name) };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_COMPLIANCE_UNKNOWN_VERSION",
};

const withdrawn: Format = {
  name: "withdrawn",
  version: 1,
  compare: "bytes",
  write: () => {
    // Its manifest is a format of its own.
    const manifest = { name: "lines" } as DatasetManifest;
    return Buffer.from(canonicalJson(withdrawnOf(manifest, "it held a person who was erased")));
  },
  read: (bytes) => {
    const { why, manifest } = readWithdrawn(bytes.toString());
    return { why, name: manifest.name };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_DATASETS_UNKNOWN_VERSION",
};

export const complianceFormats: readonly Format[] = [erasure, withdrawn];

// Spines and datasets: the rows that are asked about, and the rows with values that a model is fitted on.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { canonicalJson, instant } from "../../src/base/index.ts";
import { buildDataset, readManifest, readSpine } from "../../src/datasets/index.ts";
import { currentSnapshot } from "../../src/history/index.ts";
import { readTable } from "../../src/storage/index.ts";
import { type Format, plain, type Workplace, withVersion } from "./format.ts";
import { goldenFiles } from "./golden.ts";
import { unpackFiles } from "./history-formats.ts";
import { lineRequestNode, reviewSet, schema, spineText, wentBadLabel } from "./small-lender.ts";

const spine: Format = {
  name: "spine",
  version: 1,
  compare: "bytes",
  write: () => Buffer.from(spineText),
  read: async (bytes, at) => await readSpine(spineFile(bytes, at)),
  future: (bytes) => Buffer.from(bytes.toString().replace("{", '{"version":2,')),
  refusal: "ASSAY_DATASETS_BAD_SPINE_ROW",
};

function spineFile(bytes: Buffer, at: Workplace): string {
  const file = join(at.folder(), "spine.ndjson");
  writeFileSync(file, bytes);
  return file;
}

interface Packed {
  readonly manifest: string;
  /** Parquet, compressed. */
  readonly rows: string;
}

/** Built from the golden snapshot and the golden spine, so that an old history gives the same training set. */
const dataset: Format = {
  name: "dataset",
  version: 1,
  compare: "meaning",
  write: async (at) => {
    const golden = (name: string) => goldenFiles().find(({ format }) => format === name)!.bytes;
    const history = at.folder();
    unpackFiles(golden("snapshot"), history);
    const request = {
      name: "small-lender",
      spine: await readSpine(spineFile(golden("spine"), at)),
      snapshot: (await currentSnapshot(history))!,
      schema,
      request: lineRequestNode,
      roles: [{ role: "applicant", set: reviewSet.node, meaningHash: reviewSet.meaningHash }],
      label: wentBadLabel,
      labelCutOff: instant("2024-08-01T00:00:00Z"),
      split: { seed: "small-lender", train: 0.5, validation: 0.25 },
    };
    const quiet = { progress: () => {}, signal: new AbortController().signal };
    const { manifest, file } = await buildDataset(request, { folder: at.folder(), workers: 1, ...quiet });
    const packed = { manifest: canonicalJson(manifest), rows: gzipSync(readFileSync(file)).toString("base64") };
    return Buffer.from(canonicalJson(packed));
  },
  read: async (bytes, at) => {
    const packed = JSON.parse(bytes.toString()) as Packed;
    const { file, ...manifest } = readManifest(packed.manifest);
    const path = join(at.folder(), "rows.parquet");
    writeFileSync(path, gunzipSync(Buffer.from(packed.rows, "base64")));
    const table = await readTable([path]);
    const columns = Object.entries(table.columns).map(([name, { values }]) => [name, plain(values)]);
    return { manifest, namesItsFile: /^[0-9a-f]{64}$/.test(file.sha256), columns: Object.fromEntries(columns) };
  },
  future: (bytes) => {
    const packed = JSON.parse(bytes.toString()) as Packed;
    return Buffer.from(canonicalJson({ ...packed, manifest: withVersion(Buffer.from(packed.manifest), 2).toString() }));
  },
  refusal: "ASSAY_DATASETS_UNKNOWN_VERSION",
};

export const datasetFormats: readonly Format[] = [spine, dataset];

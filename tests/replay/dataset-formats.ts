// Spines and datasets: the rows that are asked about, and the rows with values that a model is fitted on.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { canonicalJson, hashJson, instant } from "../../src/base/index.ts";
import { buildDataset, type DatasetRequest, readManifest, readSpine } from "../../src/datasets/index.ts";
import type { LabelNode, WindowNode } from "../../src/define/index.ts";
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
  /** Of loan-months, likewise. */
  readonly months?: string;
}

/** Built from the golden snapshot and the golden spine, so that an old history gives the same training set. */
async function packedDataset(at: Workplace, labelled: Pick<DatasetRequest, "label" | "labelShape">): Promise<Buffer> {
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
    labelCutOff: instant("2024-08-01T00:00:00Z"),
    split: { seed: "small-lender", train: 0.5, validation: 0.25 },
    ...labelled,
  };
  const quiet = { progress: () => {}, signal: new AbortController().signal };
  const { manifest, file } = await buildDataset(request, { folder: at.folder(), workers: 1, ...quiet });
  const packed = (path: string) => gzipSync(readFileSync(path)).toString("base64");
  const months = manifest.months === undefined ? {} : { months: packed(join(dirname(file), "months.parquet")) };
  return Buffer.from(canonicalJson({ manifest: canonicalJson(manifest), rows: packed(file), ...months }));
}

async function readPacked(bytes: Buffer, at: Workplace): Promise<object> {
  const packed = JSON.parse(bytes.toString()) as Packed;
  const { file, months, ...manifest } = readManifest(packed.manifest);
  const columnsOf = async (table: string) => {
    const path = join(at.folder(), "table.parquet");
    writeFileSync(path, gunzipSync(Buffer.from(table, "base64")));
    const { columns } = await readTable([path]);
    return Object.fromEntries(Object.entries(columns).map(([name, { values }]) => [name, plain(values)]));
  };
  return {
    manifest,
    namesItsFile: /^[0-9a-f]{64}$/.test(file.sha256),
    columns: await columnsOf(packed.rows),
    ...(months === undefined ? {} : { monthRows: months.rows, months: await columnsOf(packed.months!) }),
  };
}

const dataset: Format = {
  name: "dataset",
  version: 1,
  compare: "meaning",
  write: async (at) => await packedDataset(at, { label: wentBadLabel, labelShape: "flags" }),
  read: readPacked,
  future: (bytes) => {
    const packed = JSON.parse(bytes.toString()) as Packed;
    return Buffer.from(canonicalJson({ ...packed, manifest: withVersion(Buffer.from(packed.manifest), 2).toString() }));
  },
  refusal: "ASSAY_DATASETS_UNKNOWN_VERSION",
};

const soonBad: LabelNode = {
  ...wentBadLabel.node,
  name: "soonBad",
  bad: withWindow(wentBadLabel.node.bad, { kind: "nextCalendar", unit: "month", count: 2, zone: "UTC" }),
  observed: { kind: "matures", afterMicros: 0 },
};

function withWindow(value: LabelNode["bad"], window: WindowNode): LabelNode["bad"] {
  return value.kind === "aggregate" ? { ...value, window } : value;
}

/** The same version with the label as a table of months beside it. */
const loanMonths: Format = {
  ...dataset,
  name: "dataset-loan-months",
  write: async (at) =>
    await packedDataset(at, { label: { node: soonBad, meaningHash: hashJson(soonBad) }, labelShape: "loanMonths" }),
};

export const datasetFormats: readonly Format[] = [spine, dataset, loanMonths];

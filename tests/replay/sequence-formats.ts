// Sequences: what their scalings and words were fitted to, and tokens as flat columns.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, hashJson, instant, silent } from "../../src/base/index.ts";
import { knownFit } from "../../src/compile/index.ts";
import {
  buildSequences,
  type FittedSequence,
  fitSequence,
  openSequences,
  readSpine,
} from "../../src/datasets/index.ts";
import type { EventNode, SequenceNode, TokenCoding, TokenFieldNode } from "../../src/define/index.ts";
import { currentSnapshot } from "../../src/history/index.ts";
import { type Format, plain, type Workplace, withVersion } from "./format.ts";
import { goldenFiles } from "./golden.ts";
import { unpackFiles } from "./history-formats.ts";
import { schema, spineText } from "./small-lender.ts";

/** Nothing here may change: the golden files were made from it. */
const node: SequenceNode = {
  kind: "sequence",
  name: "behaviour",
  entity: "borrower",
  count: 3,
  ageMicros: 3_600_000_000,
  steps: [
    step("statement", {
      billed: { kind: "scaled" },
      paid: { kind: "steps", count: 3 },
      monthsLate: { kind: "number" },
    }),
    step("purchase", {
      kind: { kind: "coded", most: 2 },
      merchant: { kind: "coded", most: 1 },
      note: { kind: "coded", most: 9 },
    }),
  ],
};

function step(event: string, codings: { readonly [field: string]: TokenCoding }): SequenceNode["steps"][number] {
  const { fields, name, entity } = schema[event] as EventNode;
  const tokens = Object.entries(codings).map(([field, coding]): TokenFieldNode => {
    return { name: field, row: { kind: "field", field, type: fields[field]!.type }, coding };
  });
  return { stream: { kind: "stream", event: name, entity, filter: null }, fields: tokens };
}

const quiet = { progress: silent, signal: new AbortController().signal };

async function rowsOf(at: Workplace) {
  const [history, spine] = [at.folder(), join(at.folder(), "spine.ndjson")];
  unpackFiles(goldenFiles().find(({ format }) => format === "snapshot")!.bytes, history);
  writeFileSync(spine, spineText);
  return {
    sequence: { node, meaningHash: hashJson(node) },
    schema,
    snapshot: (await currentSnapshot(history))!,
    spine: await readSpine(spine),
    role: "applicant",
    split: { seed: "small-lender", train: 0.5, validation: 0.25 },
  };
}

async function fitted(at: Workplace): Promise<FittedSequence> {
  return await fitSequence({ ...(await rowsOf(at)), knownUntil: instant("2024-04-29T00:00:00Z") }, quiet);
}

const fit: Format = {
  name: "sequence-fit",
  version: 1,
  compare: "bytes",
  write: async (at) => Buffer.from(canonicalJson((await fitted(at)).fit)),
  read: (bytes) => knownFit(bytes.toString()),
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_COMPILE_UNKNOWN_FIT",
};

/** As of a larger lender: of eight people no word is kept. */
const WORDS = [["cash", "groceries"], ["m0"], ["rent\n“May”"]];

async function fittedOnMany(at: Workplace): Promise<FittedSequence> {
  const own = (await fitted(at)).fit;
  const words = own.steps[1]!.map((field, i) => ({ ...field, words: WORDS[i]! }) as typeof field);
  const many = { ...own, steps: [own.steps[0]!, words] };
  return { hash: hashJson(many), fit: many };
}

interface Packed {
  readonly manifest: string;
  /** All others by name, base64. */
  readonly files: { readonly [name: string]: string };
}

/** Of an old snapshot and an old fit, so that an encoder of today trains on what one of yesterday did. */
const sequences: Format = {
  name: "sequences",
  version: 1,
  // The engine decides on the bytes of rows.parquet.
  compare: "meaning",
  write: async (at) => {
    const request = { ...(await rowsOf(at)), name: "small-lender", fitted: await fittedOnMany(at) };
    const { folder } = await buildSequences(request, { folder: at.folder(), ...quiet });
    const names = readdirSync(folder).filter((name) => name !== "manifest.json");
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString("base64")]));
    return Buffer.from(canonicalJson({ manifest: readFileSync(join(folder, "manifest.json"), "utf8"), files }));
  },
  read: async (bytes, at) => {
    const packed = JSON.parse(bytes.toString()) as Packed;
    const folder = join(at.folder(), "sequences");
    mkdirSync(folder);
    writeFileSync(join(folder, "manifest.json"), packed.manifest);
    for (const [name, text] of Object.entries(packed.files))
      writeFileSync(join(folder, name), Buffer.from(text, "base64"));
    const { manifest, tokens } = await openSequences(folder);
    const { files: _, ...described } = manifest;
    return { manifest: described, rows: Array.from({ length: manifest.rows }, (_, row) => plain(tokens(row))) };
  },
  future: (bytes) => {
    const packed = JSON.parse(bytes.toString()) as Packed;
    return Buffer.from(canonicalJson({ ...packed, manifest: withVersion(Buffer.from(packed.manifest), 2).toString() }));
  },
  refusal: "ASSAY_DATASETS_UNKNOWN_VERSION",
};

export const sequenceFormats: readonly Format[] = [fit, sequences];

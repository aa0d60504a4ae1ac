// What watching and learning leave behind: a bundle's profile, a report against it on golden decisions, a loop's evidence pack.

import { canonicalJson, hashText, instant, type Json } from "../../src/base/index.ts";
import type { ServedDecision } from "../../src/decisions/index.ts";
import { type LoopDocument, readLoop } from "../../src/learning/index.ts";
import {
  columnProfile,
  drawReport,
  type ProfileDocument,
  readProfile,
  readReport,
} from "../../src/monitoring/index.ts";
import { goldenDecisions } from "./decision-formats.ts";
import { type Format, orThrow, withVersion } from "./format.ts";

const present = (...numbers: readonly number[]) => columnProfile(numbers, new Uint8Array(numbers.length));

function profileDocument(): ProfileDocument {
  const field = { source: "core", event: "statement", field: "billed", categories: null, entities: 3 };
  return {
    format: "assay.profile",
    version: 1,
    name: "small-lender",
    dataset: hashText("dataset"),
    snapshot: hashText("snapshot"),
    rows: { values: 4, decisions: 4 },
    columns: {
      "applicant.lateCount": columnProfile([0, 1, 2, Number.NaN], [0, 0, 0, 1]),
      "applicant.paidShare": present(0.1, 0.5, 0.25, 0.9),
    },
    outputs: { "pd.pd": present(0.02, 0.05, 0.2, 0.4).sketch },
    dispositions: { approve: 2, decline: 1, refer: 1 },
    reasons: { lateness: 2 },
    adverse: 2,
    fields: [{ ...field, ...present(100, 250.5, 12.75) }],
    feeds: [
      {
        source: "core",
        event: "statement",
        events: 3,
        delayMicros: 172_800_000_000,
        lateness: present(-5, 0, 60_000_000).sketch,
        longestGapMicros: 2_592_000_000_000,
      },
    ],
  };
}

const profile: Format = {
  name: "profile",
  version: 1,
  compare: "bytes",
  write: () => Buffer.from(canonicalJson(profileDocument())),
  read: (bytes) => {
    const { columns, outputs, fields, feeds } = orThrow(readProfile(JSON.parse(bytes.toString())));
    return { columns: Object.keys(columns), outputs, fields: fields.map(({ field }) => field), feeds: feeds.length };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_MONITORING_UNKNOWN_VERSION",
};

/** Golden decisions as they would be read from the record. */
function served(): ServedDecision[] {
  const timingsMicros = { read: 10, kernel: 20, decide: 30 };
  return goldenDecisions().map((decision, kept) => {
    const stored = { decision, decisionText: canonicalJson(decision), envelope: { timingsMicros, arm: "champion" } };
    return { ...stored, kept, intact: true, shadows: [] } as unknown as ServedDecision;
  });
}

const monitor: Format = {
  name: "monitor",
  version: 1,
  compare: "bytes",
  write: async () => {
    const report = await drawReport({
      bundle: hashText("bundle"),
      profileHash: hashText("profile"),
      profile: profileDocument(),
      served: served(),
      span: { fromKept: 0, toKept: 100, sample: null },
      now: instant("2024-06-01T00:00:00Z"),
      declaration: {},
    });
    return Buffer.from(canonicalJson(report));
  },
  read: async (bytes) => {
    const { decisions, verdict, features, findings } = await readReport(holding(bytes), "it");
    return { decisions, verdict, features: features.map(({ name, psi }) => [name, psi]), findings: findings.length };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_MONITORING_UNKNOWN_VERSION",
};

function loopDocument(): LoopDocument {
  const bounds = { margin: 0.01 };
  const measured = { difference: 0.003, low: null };
  const evidence = { dataset: hashText("dataset"), seed: "7" };
  const held = { verdict: "holds", sentence: "No request failed.", challenger: 0, control: 0, most: 0.02 } as const;
  return {
    format: "assay.loop",
    version: 1,
    id: "loop-1",
    bundleName: "small-lender",
    trigger: { kind: "outcomes", why: "5000 outcomes became known", by: "assay work" },
    labelCutOff: "2024-08-01T00:00:00.000000Z",
    seed: "7",
    champion: hashText("champion"),
    challenger: hashText("challenger"),
    steps: [{ step: "snapshot", seconds: 0.5, made: { snapshot: hashText("snapshot"), keptHead: 12, none: null } }],
    gates: [{ name: "discrimination", verdict: "pass", sentence: "It is better.", measured, bounds, evidence }],
    approval: { verdict: "approve", person: "the declared envelope", note: "", basis: "envelope" },
    looks: [{ stage: "bake", decisions: { challenger: 400, control: 400 }, results: [{ name: "errors", ...held }] }],
    verdict: "released",
    why: "every gate and guardrail held",
    problem: null,
  };
}

const loop: Format = {
  name: "loop",
  version: 1,
  compare: "bytes",
  write: () => Buffer.from(canonicalJson(loopDocument())),
  read: async (bytes) => {
    const { verdict, gates, steps, looks } = await readLoop(holding(bytes), "it");
    return { verdict, gates: gates.map(({ name, verdict: one }) => [name, one]), steps, looks: looks.length };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_LEARNING_UNKNOWN_VERSION",
};

/** What reads it from a registry reads these bytes. */
const holding = (bytes: Buffer) => ({ document: async () => JSON.parse(bytes.toString()) as Json });

export const watchingFormats: readonly Format[] = [profile, monitor, loop];

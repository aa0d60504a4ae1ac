// Every command prints one JSON document with `--json`, whatever the answer, and asks nothing.

import { afterAll, beforeAll, expect, it } from "vitest";
import { SmallWorkspace, statement } from "./small-workspace.ts";

let workspace: SmallWorkspace;

beforeAll(async () => {
  workspace = await SmallWorkspace.open();
  const file = await workspace.write("events.ndjson", [statement("ann", "s1"), statement("ben", "s2")]);
  expect(await workspace.json("ingest", file)).toMatchObject({ code: 0, document: { accepted: 2 } });
});

afterAll(() => workspace.close());

it.each([
  ["init", ["init", "other"], 0, { files: expect.arrayContaining(["assay.config.ts"]) }],
  ["check", ["check"], 0, { definitions: { event: 1, features: 1, bundle: 1 }, problems: [] }],
  [
    "explain",
    ["explain", "review"],
    0,
    { kind: "features", name: "review", plan: expect.stringContaining("lateCount180d") },
  ],
  ["explain (all)", ["explain"], 0, [expect.objectContaining({ kind: "features", name: "review" })]],
  [
    "explain (a feature)",
    ["explain", "lateCount180d", "--set", "review"],
    0,
    {
      kind: "feature",
      name: "review.lateCount180d",
      estimate: { walks: [{ event: "statement" }] },
      lineage: { nodes: expect.any(Array) },
    },
  ],
  ["diff (nothing released)", ["diff"], 1, { problem: { code: "ASSAY_CLI_NOTHING_RELEASED" } }],
  ["check (nowhere to keep)", ["check", "--keep", "nowhere/kept"], 1, { problem: { code: "ASSAY_CLI_NOT_KEPT" } }],
  ["diff (with itself)", ["diff", "book/definitions"], 0, { changes: [], meaningsDiffer: false, note: null }],
  [
    "diff (no such thing)",
    ["diff", "book/definitions", "nowhere"],
    1,
    { problem: { code: "ASSAY_CLI_NO_DEFINITIONS_THERE" } },
  ],
  ["features (search)", ["features", "--search", "amount OWED"], 0, [expect.objectContaining({ name: "billedNow" })]],
  ["features (nothing found)", ["features", "--search", "nonsense"], 0, []],
  ["explain (no such set)", ["explain", "revue"], 1, { problem: { nearest: "review" } }],
  [
    "seal",
    ["seal"],
    0,
    { snapshot: expect.stringMatching(/^[0-9a-f]{64}$/), position: { offset: expect.any(Number) } },
  ],
  [
    "tables",
    ["tables"],
    0,
    {
      types: expect.arrayContaining([expect.objectContaining({ name: "statement", rows: 2, files: 1, runsMax: 1 })]),
      snapshots: [{ position: 2, current: true }],
    },
  ],
  ["tables verify", ["tables", "verify"], 0, { snapshots: [{ damage: [] }] }],
  ["tables compact (nothing to do)", ["tables", "compact"], 0, { filesBefore: 1, filesAfter: 1 }],
  [
    "tables rollback (no such)",
    ["tables", "rollback", "nope"],
    1,
    { problem: { code: "ASSAY_HISTORY_UNKNOWN_SNAPSHOT" } },
  ],
  ["quarantine", ["quarantine"], 0, { counts: {}, rows: [] }],
  ["verify", ["verify"], 0, { chain: { records: 0, breaks: [] }, tables: [] }],
  ["replay", ["replay"], 0, { count: 0, differences: 0 }],
  ["replay (no such decision)", ["replay", "d-1"], 1, { problem: { code: "ASSAY_CLI_NO_DECISION" } }],
  [
    "features",
    ["features"],
    0,
    expect.arrayContaining([expect.objectContaining({ name: "billedNow", worse: "higher" })]),
  ],
  ["bundles", ["bundles"], 0, { bundles: [], released: null }],
  ["runs", ["runs"], 0, []],
  ["models", ["models"], 0, []],
  ["datasets", ["datasets"], 0, []],
  ["decisions", ["decisions"], 0, []],
  ["decisions (no such)", ["decisions", "d-1"], 1, { problem: { code: "ASSAY_CLI_NO_DECISION" } }],
  ["monitor", ["monitor"], 1, { problem: { code: "ASSAY_CLI_NOTHING_RELEASED" } }],
  ["monitor (no such report)", ["monitor", "abc"], 1, { problem: { code: "ASSAY_CLI_NO_REPORT" } }],
  ["monitor (kept reports)", ["monitor", "--list"], 0, []],
  ["alerts", ["alerts"], 0, []],
  ["alerts (no such)", ["alerts", "a-1"], 1, { problem: { code: "ASSAY_MONITORING_UNKNOWN_ALERT" } }],
  ["learn", ["learn", "b"], 1, { problem: { code: "ASSAY_LEARNING_NOT_DECLARED" } }],
  ["loops", ["loops"], 0, { halt: null, loops: [], watched: [] }],
  ["loops (the kill switch)", ["loops", "resume"], 0, { halt: null }],
  ["loops (no such)", ["loops", "l-1"], 1, { problem: { code: "ASSAY_CLI_NO_LOOP" } }],
  ["loops (no such to cancel)", ["loops", "cancel", "l-1"], 1, { problem: { code: "ASSAY_LEARNING_UNKNOWN_LOOP" } }],
  ["keys", ["keys", "list"], 0, []],
  ["rollback", ["rollback"], 1, { problem: { code: "ASSAY_REGISTRY_NOTHING_RELEASED" } }],
  ["release", ["release", "abc"], 1, { problem: { code: "ASSAY_CLI_NO_BUNDLE" } }],
  ["build", ["build", "b", "--spine", "none"], 1, { problem: { code: "ASSAY_LEARNING_UNKNOWN" } }],
  ["train", ["train", "b"], 1, { problem: { code: "ASSAY_LEARNING_UNKNOWN" } }],
  ["evaluate", ["evaluate", "b"], 1, { problem: { code: "ASSAY_LEARNING_UNKNOWN" } }],
  ["parity", ["parity", "b"], 1, { problem: { code: "ASSAY_LEARNING_UNKNOWN" } }],
  ["decide", ["decide", "none.json"], 1, { problem: { code: "ASSAY_CLI_BAD_REQUEST" } }],
  ["demo", ["demo", "none"], 1, { problem: { code: "ASSAY_CLI_NO_DEMO" } }],
  ["serve", ["--state", "/dev/null/none", "serve"], 1, { problem: { wayOut: expect.any(String) } }],
])("%s", async (_, args, code, document) => {
  expect(await workspace.json(...args)).toMatchObject({ code, document });
});

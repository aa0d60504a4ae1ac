// What the back-fill bench asks for: 60 features and a label at three moments of each borrower.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { hashJson, MICROS_PER_DAY } from "../src/base/index.ts";
import type { DatasetRequest } from "../src/datasets/index.ts";
import type { LabelNode } from "../src/define/index.ts";
import type { Snapshot } from "../src/history/index.ts";
import type { Taken } from "./back-fill-sql.ts";
import { decidedAt } from "./spending.ts";
import { type StreamsAsked, spineOf, streamSchema } from "./table-streams.ts";
import { spendingHash, spendingSet } from "./window-features.ts";

export interface BackFillAsked {
  /** Folders. */
  readonly history: string;
  readonly out: string;
  readonly streams: StreamsAsked;
  readonly workers: number;
}

export interface BackFillTaken extends Taken {
  readonly file: string;
  readonly peakBytes: number;
}

/** Runs it in a process of its own. */
export function backFillApart(asked: BackFillAsked): BackFillTaken {
  const script = fileURLToPath(new URL("./back-fill-run.ts", import.meta.url));
  const said = execFileSync(process.execPath, [script, JSON.stringify(asked)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(said.trim().split("\n").at(-1)!) as BackFillTaken;
}

export function backFillRequest(snapshot: Snapshot, streams: StreamsAsked): DatasetRequest {
  const label = labelNode();
  return {
    name: "bench",
    spine: spineOf(streams),
    snapshot,
    schema: streamSchema,
    request: null,
    roles: [{ role: "applicant", set: spendingSet, meaningHash: spendingHash }],
    label: { node: label, meaningHash: hashJson(label) },
    labelCutOff: decidedAt,
    split: { seed: "bench", train: 0.6, validation: 0.2 },
  };
}

/** Bad is a purchase in cash within 30 days; any purchase shows that the borrower was observed. */
function labelNode(): LabelNode {
  const window = { kind: "nextFixed", micros: 30 * MICROS_PER_DAY } as const;
  const row = { kind: "field", field: "kind", type: streamSchema.purchase.fields["kind"]!.type } as const;
  const filter = { kind: "fieldTest", row, test: { kind: "equals", value: 2 } } as const;
  const stream = { kind: "stream", event: "purchase", entity: "borrower", filter: null } as const;
  const occurs = { kind: "aggregate", aggregate: "occurs", row: null, window } as const;
  return {
    kind: "label",
    name: "cashSoon",
    entity: "borrower",
    bad: { ...occurs, stream: { ...stream, filter } },
    unclear: null,
    endedBy: null,
    observed: { kind: "by", value: { ...occurs, stream } },
  };
}

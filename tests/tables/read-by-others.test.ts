// Table files are read by programs that know nothing of Assay: the guide's own SQL and Python, run as they stand there, give
// what the naive rule gives.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { category, entity, event, money, optional, text } from "assay";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/base/index.ts";
import type { HistoryEvent } from "../../src/compile/index.ts";
import { type EventNode, nodeOf } from "../../src/define/index.ts";
import { sealDrawn } from "../../src/history/index.ts";

const guide = readFileSync(new URL("../../docs/guides/read-the-tables.md", import.meta.url), "utf8");
const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));

const purchase = event("purchase", entity("borrower"), {
  fields: { amount: optional(money("USD")), kind: category("rent", "cash"), note: optional(text) },
});
const node = nodeOf(purchase) as EventNode;

let history: string;
beforeAll(async () => {
  history = mkdtempSync(join(tmpdir(), "assay-tables-"));
  await sealDrawn(history, { purchase: node }, events.length, function* () {
    const placed = events.map((event, offset) => ({ event, offset }));
    // Two seals: some revisions lie in another file than what they revise.
    for (const half of [0, 1]) {
      yield {
        name: "purchase",
        bucket: 0,
        rows: placed.filter(({ event }) => Number(event.knownAt >= MIDDLE) === half),
      };
    }
  });
});
afterAll(() => rmSync(history, { recursive: true }));

const END = 1_000;
const MIDDLE = 500;
const events = drawEvents();

function drawEvents(): HistoryEvent[] {
  const random = seededRandom("tables/read-by-others");
  return Array.from({ length: 400 }, (_, id) => {
    const revisions = random.integer(10) === 0 ? 1 + random.integer(3) : 1;
    let known = -1;
    return Array.from({ length: revisions }, (__, i): HistoryEvent => {
      const at = random.integer(END);
      known = Math.max(at, known + 1) + random.integer(i === 0 ? 20 : 400);
      return {
        event: "purchase",
        entity: `b${id % 7}`,
        source: "core",
        eventId: `p${id}`,
        seq: null,
        at,
        knownAt: known,
        retracted: i > 0 && random.integer(3) === 0,
        fields: { amount: random.integer(20) === 0 ? null : random.integer(10_000) - 5_000, kind: id % 2, note: "né" },
      };
    });
  }).flat();
}

/** Entity, events and their sum as known at `t`, by the rule read aloud. */
function expected(t: number): [string, number, number | null][] {
  const byEvent = Map.groupBy(events, ({ eventId }) => eventId);
  const latest = [...byEvent.values()].flatMap((all) => {
    const known = all.filter(({ knownAt }) => knownAt <= t).toSorted((a, b) => a.knownAt - b.knownAt);
    return known.slice(-1);
  });
  const visible = latest.filter(({ retracted, at }) => !retracted && at < t);
  const byEntity = [...Map.groupBy(visible, ({ entity }) => entity)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byEntity.map(([entity, all]) => [entity, all.length, sumOf(all.map(({ fields }) => fields["amount"]))]);
}

function sumOf(amounts: readonly unknown[]): number | null {
  const there = amounts.filter((amount) => typeof amount === "number");
  return there.length === 0 ? null : there.reduce((sum, amount) => sum + amount, 0);
}

function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, code]) => code!);
}

function manifestFiles(): string[] {
  const { current } = JSON.parse(readFileSync(join(history, "snapshots", "current"), "utf8")) as { current: string };
  const manifest = JSON.parse(readFileSync(join(history, "snapshots", `${current}.json`), "utf8")) as {
    events: { purchase: { files: { path: string; rows: number }[] } };
  };
  const { files } = manifest.events.purchase;
  expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(events.length);
  return files.map(({ path }) => join(history, path));
}

const moments = [0, 100, 499, 500, 501, 900, 5_000];

test("DuckDB, by the guide's SQL", async () => {
  const [sql] = blocks("sql");
  const files = `[${manifestFiles()
    .map((file) => `'${file}'`)
    .join(", ")}]`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const t of moments) {
    const asked = sql!.replace("FILES", files).replaceAll(/\bT\b/g, String(t));
    const rows = (await connection.runAndReadAll(asked)).getRows();
    const read = rows.map(([name, count, cents]) => [name, Number(count), cents === null ? null : Number(cents)]);
    expect(read).toEqual(expected(t));
  }
  connection.closeSync();
  instance.closeSync();
});

test("pyarrow, by the guide's Python", () => {
  const [paths, arrow] = blocks("python");
  const script = `import json
HISTORY, EVENT = ${JSON.stringify(history)}, "purchase"
${paths}
for T in ${JSON.stringify(moments)}:
    exec(${JSON.stringify(arrow)})
    print(json.dumps([list(row.values()) for row in found.to_pylist()]))`;
  const said = execFileSync(python, ["-c", script], { encoding: "utf8" }).trim().split("\n");
  expect(said.map((line) => JSON.parse(line) as unknown)).toEqual(moments.map(expected));
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedClock, hashJson, invariant, MICROS_PER_DAY } from "../src/base/index.ts";
import { naiveFeatures } from "../src/compile/index.ts";
import { buildDataset, type SpineRow } from "../src/datasets/index.ts";
import type { LabelNode } from "../src/define/index.ts";
import { openHistory, type Snapshot } from "../src/history/index.ts";
import { type ReadTable, readTable, writeTable } from "../src/storage/index.ts";
import { sqlBackFill, type Taken, taken } from "./back-fill-sql.ts";
import type { Bench, Figure, Result, Size } from "./bench.ts";
import { decidedAt, entityName, purchasesOf, sourceRow } from "./spending.ts";
import { schema, spendingHash, spendingSet } from "./window-features.ts";

const plan = { tiny: { entities: 30, events: 20 }, small: { entities: 5_000, events: 200 } };
const DAYS_AGO = [40, 80, 120];

/** A point-in-time training set from the clustered store, and the same in SQL. */
export const backFillBench: Bench = {
  name: "backfill",
  work: "60 exact window features at 3 instants of each borrower, Parquet to Parquet, 2 threads; DuckDB SQL beside it",
  async run(size: Size, seed: string): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
    try {
      return await backFillIn(folder, plan[size], seed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function backFillIn(folder: string, { entities, events }: (typeof plan)["small"], seed: string): Promise<Result> {
  const snapshot = await sealedHistory(join(folder, "history"), entities, events, seed);
  const spine = spineOf(entities);
  let ours = "";
  const built = await taken(async () => {
    ours = (await buildDataset(requestOf(snapshot, spine), siteIn(join(folder, "datasets")))).file;
  });
  const files = snapshot.manifest.events["purchase"]!.files.map(({ path }) => join(snapshot.folder, path));
  const sql = await sqlBackFill(files, await writeSpine(folder, spine), folder);
  const [table, theirs] = [await readTable([ours]), await readTable([join(folder, "sql.parquet")])];
  const agreed = compareWithSql(table, theirs) + compareWithNaive(table, events, seed);
  const beside = (what: string, peer: Taken) => ({ what, value: peer.wall, ratio: built.wall / peer.wall });
  const figures: Figure[] = [
    { what: "back-fill, wall", value: built.wall, unit: "s", peer: beside("DuckDB SQL", sql.features) },
    { what: "back-fill, beside a scan", value: built.wall, unit: "s", peer: beside("scan", sql.scan) },
    {
      what: "back-fill, beside a scan and sort",
      value: built.wall,
      unit: "s",
      peer: beside("scan + sort", sql.scanAndSort),
    },
    {
      what: "back-fill, CPU",
      value: built.cpu,
      unit: "s",
      peer: { what: "DuckDB SQL", value: sql.features.cpu, ratio: built.cpu / sql.features.cpu },
    },
    { what: "values per CPU second", value: (table.rows * spendingSet.features.length) / built.cpu, unit: "values/s" },
  ];
  const note = `${entities * events} events, ${spine.length} rows asked, ${table.rows} with an outcome; ours judges the label too.`;
  return { figures, agreed, notes: [note] };
}

async function sealedHistory(folder: string, entities: number, events: number, seed: string): Promise<Snapshot> {
  const options = { schema, vault: { store: async () => {} }, clock: fixedClock(decidedAt + MICROS_PER_DAY) };
  const history = await openHistory(folder, options);
  const rows = function* () {
    for (let i = 0; i < entities; i++) yield* purchasesOf(entityName(i), events, seed).map(sourceRow);
  };
  const { accepted } = await history.ingest(rows(), { source: "bench" });
  invariant(accepted === entities * events, `${accepted} events accepted`);
  const snapshot = await history.seal();
  await history.close();
  return snapshot;
}

function spineOf(entities: number): SpineRow[] {
  return Array.from({ length: entities }, (_, i) => entityName(i)).flatMap((entity) =>
    DAYS_AGO.map((ago) => ({
      decisionId: `${entity}-${ago}`,
      t: decidedAt - ago * MICROS_PER_DAY,
      parties: { applicant: entity },
      asked: {},
    })),
  );
}

/** Bad is a purchase in cash within 30 days; any purchase shows that the borrower was observed. */
function labelNode(): LabelNode {
  const window = { kind: "nextFixed", micros: 30 * MICROS_PER_DAY } as const;
  const row = { kind: "field", field: "kind", type: schema["purchase"]!.fields["kind"]!.type } as const;
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

function requestOf(snapshot: Snapshot, spine: readonly SpineRow[]) {
  const label = labelNode();
  return {
    name: "bench",
    spine,
    snapshot,
    schema,
    request: null,
    roles: [{ role: "applicant", set: spendingSet, meaningHash: spendingHash }],
    label: { node: label, meaningHash: hashJson(label) },
    labelCutOff: decidedAt,
    split: { seed: "bench", train: 0.6, validation: 0.2 },
  };
}

function siteIn(folder: string) {
  return { folder, workers: 2, progress: () => {}, signal: new AbortController().signal };
}

async function writeSpine(folder: string, spine: readonly SpineRow[]): Promise<string> {
  const written = await writeTable(join(folder, "spine.parquet"), [
    { name: "decision_id", type: "varchar", values: spine.map(({ decisionId }) => decisionId) },
    { name: "entity", type: "varchar", values: spine.map(({ parties }) => parties["applicant"]!) },
    { name: "t", type: "bigint", values: Float64Array.from(spine, ({ t }) => t) },
  ]);
  return written.path;
}

const column = (table: ReadTable, name: string) => table.columns[name]!.values as ArrayLike<number>;
const ids = (table: ReadTable) => table.columns["decision_id"]!.values as readonly string[];

/** All but the standard deviation to the bit; DuckDB computes that one in floats. */
function compareWithSql(ours: ReadTable, theirs: ReadTable): number {
  const rowOf = new Map(ids(theirs).map((id, row) => [id, row]));
  let agreed = 0;
  for (const { name } of spendingSet.features) {
    const [mine, peer] = [column(ours, `applicant.${name}`), column(theirs, `applicant.${name}`)];
    const near = name.startsWith("stddev") ? 1e-9 : 0;
    for (const [row, id] of ids(ours).entries()) {
      const [a, b] = [mine[row]!, peer[rowOf.get(id)!]!];
      const same = Object.is(a, b) || Math.abs(a - b) <= near * Math.abs(a);
      invariant(same, `${name} of ${id} is ${a} here and ${b} in SQL`);
      agreed++;
    }
  }
  return agreed;
}

/** The naive twin on the first rows: every bit. */
function compareWithNaive(ours: ReadTable, events: number, seed: string): number {
  const instants = column(ours, "t");
  let agreed = 0;
  for (const [row, id] of ids(ours).slice(0, 30).entries()) {
    const history = purchasesOf(id.slice(0, id.lastIndexOf("-")), events, seed);
    const expected = naiveFeatures(spendingSet, schema, history, instants[row]!, {});
    for (const { name } of spendingSet.features) {
      const wanted = expected[name]!;
      const got = column(ours, `applicant.${name}`)[row]!;
      const same = typeof wanted === "number" ? Object.is(got, wanted) : Number.isNaN(got);
      invariant(same, `${name} of ${id} is ${got} and not ${JSON.stringify(wanted)}`);
      agreed++;
    }
  }
  return agreed;
}

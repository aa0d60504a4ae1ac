import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { invariant } from "../src/base/index.ts";
import { compileKernel, type EntityHistory } from "../src/compile/index.ts";
import {
  applicationEvents,
  DeciderPool,
  DecisionService,
  type DecisionTables,
  eventDoor,
  migrations,
  RecordStore,
  replayDecision,
  runBundle,
} from "../src/decisions/index.ts";
import { onlineFolder, openHistory } from "../src/history/index.ts";
import { migrate, openMetadata } from "../src/storage/index.ts";
import { openVault } from "../src/vault/index.ts";
import { type Bench, type Figure, quantile, type Result, type Size } from "./bench.ts";
import { decidedAt, entityName, historiesOf, purchasesOf, sourceRow } from "./spending.ts";
import { spendingParcel } from "./spending-bundle.ts";
import { schema, spendingHash, spendingSet } from "./window-features.ts";

const plan = {
  tiny: { people: 30, events: 20, decisions: 40, inFlight: [8], sized: { trees: 8, depth: 3, baseline: 5 } },
  small: {
    people: 500,
    events: 100,
    decisions: 4_000,
    inFlight: [16, 32],
    sized: { trees: 100, depth: 4, baseline: 200 },
  },
};
type Plan = (typeof plan)["small"];

/** Durable, explained, chained decisions of one process, without HTTP. Each is decided again from histories in memory. */
export const decideBench: Bench = {
  name: "decide",
  work: "decisions of one service: request logged and synced, 60 features from LMDB, forest, reasons, shadow, committed to PostgreSQL",
  async run(size: Size, seed: string): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
    try {
      return await decideIn(folder, plan[size], seed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function decideIn(
  folder: string,
  { people, events, decisions, inFlight, sized }: Plan,
  seed: string,
): Promise<Result> {
  const histories = historiesOf(people, events, seed);
  const parcel = spendingParcel(histories, sized, seed);
  const metadata = await openMetadata(folder);
  const vault = await openVault(metadata);
  await migrate(metadata.db, "decisions", migrations);
  const all = { ...schema, ...Object.fromEntries(applicationEvents.map((event) => [event.name, event])) };
  const clock = { now: () => decidedAt - 1 };
  const history = await openHistory(join(folder, "history"), { schema: all, vault, clock });
  for (let person = 0; person < people; person++) {
    await history.ingest(purchasesOf(entityName(person), events, seed).map(sourceRow), { source: "bench" });
  }
  const records = new RecordStore(metadata.db as Kysely<DecisionTables>, vault.personKeys);
  const pool = new DeciderPool(
    { onlineFolder: onlineFolder(history.folder), schema: all },
    Math.max(1, cpus().length - 1),
  );
  const parts = { pool, records, events: eventDoor(history), parcelOf: async () => parcel, clock, release: "bench" };
  const service = new DecisionService(parts);
  await service.prepare(parcel);
  service.use(parcel.hash);
  const telling = setInterval(() => void service.forwardOutbox(), 250);
  const figures: Figure[] = [];
  for (const clients of [1, ...inFlight]) {
    const asked = clients === 1 ? Math.ceil(decisions / 8) : decisions;
    figures.push(...(await load(service, { folder, clients, people, asked, run: `${clients}` })));
  }
  clearInterval(telling);
  await service.drainShadows();
  const agreed = await decidedAgain(records, parcel, histories);
  await service.close();
  await history.close();
  await metadata.close();
  return { figures, agreed, notes: ["The clients are this process; deciders are threads of it."] };
}

interface Load {
  readonly folder: string;
  readonly clients: number;
  readonly people: number;
  readonly asked: number;
  readonly run: string;
}

async function load(service: DecisionService, { folder, clients, people, asked, run }: Load): Promise<Figure[]> {
  const millis: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let i = next++; i < asked; i = next++) {
      const began = performance.now();
      await service.decide(requestOf(entityName((i * 7_919) % people), `${run}-${i}`));
      millis.push(performance.now() - began);
    }
  };
  const [ours, theirs, began] = [process.cpuUsage(), databaseSeconds(folder), performance.now()];
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(ours);
  const what = (text: string) => `${clients} in flight: ${text}`;
  return [
    { what: what("decisions"), value: asked / seconds, unit: "a second" },
    { what: what("median"), value: quantile(millis, 0.5), unit: "ms" },
    { what: what("p99"), value: quantile(millis, 0.99), unit: "ms" },
    { what: what("CPU of the service"), value: (user + system) / asked, unit: "µs a decision" },
    {
      what: what("CPU of PostgreSQL"),
      value: ((databaseSeconds(folder) - theirs) * 1e6) / asked,
      unit: "µs a decision",
    },
  ];
}

function requestOf(entity: string, idempotencyKey: string) {
  return {
    idempotencyKey,
    request: "lineRequest",
    kind: "lineIncrease",
    product: "card",
    channel: "bench",
    parties: [{ role: "applicant", entity }],
    asked: { increase: "1000.00" },
  } as const;
}

const TICKS_A_SECOND = 100;

/** CPU seconds so far of the PostgreSQL whose data lie in the folder: the server and the processes it started. */
function databaseSeconds(folder: string): number {
  const seconds = new Map<number, { readonly parent: number; readonly seconds: number; readonly command: string }>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      const ticks = Number(fields[11]) + Number(fields[12]);
      seconds.set(Number(pid), { parent: Number(fields[1]), seconds: ticks / TICKS_A_SECOND, command });
    } catch {
      // It ended while it was being looked at.
    }
  }
  const isServer = (command: string | undefined) => command?.includes("postgres") === true && command.includes(folder);
  return [...seconds.values()]
    .filter(({ parent, command }) => isServer(command) || isServer(seconds.get(parent)?.command))
    .reduce((sum, each) => sum + each.seconds, 0);
}

/** Values of every decision, from histories in memory: the record must come out to the byte. */
async function decidedAgain(
  records: RecordStore,
  parcel: ReturnType<typeof spendingParcel>,
  histories: readonly EntityHistory[],
): Promise<number> {
  const bundle = runBundle(parcel);
  const kernel = compileKernel(spendingSet, schema, { meaningHash: spendingHash });
  const byEntity = new Map(histories.map((history) => [history.entity, history]));
  let agreed = 0;
  for await (const stored of records.decisions()) {
    const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
    kernel.evaluate(byEntity.get(stored.decision.parties[0]!.entity)!, decidedAt, {}, numbers, kinds, 0);
    const { differences } = replayDecision(bundle, stored, { values: { applicant: { numbers, kinds } } });
    invariant(differences.length === 0, `${stored.decision.decisionId} differs in ${differences.join(", ")}`);
    agreed += numbers.length;
  }
  return agreed;
}

// Parity: the values that a model was trained on, the values that the online store gives now, and those of the naive twin
// must agree in every bit. The dataset was filled by the kernel from table files, so all three roads are walked.

import { formatInstant, isMissing, missingCode, type Progress } from "../base/index.ts";
import { compileKernel, type HistoryEvent, type HistorySchema, type Kernel, naiveFeatures } from "../compile/index.ts";
import type { RequestNode } from "../define/index.ts";
import { type Snapshot, snapshotEvents } from "../history/index.ts";
import { openOnlineReader } from "../history/online-reader.ts";
import { majorAsked } from "./asked.ts";
import { type DatasetRow, readDatasetRows } from "./dataset-rows.ts";
import type { DatasetRole } from "./role-values.ts";

export interface ParityRequest {
  /** The dataset's Parquet file. */
  readonly file: string;
  readonly schema: HistorySchema;
  readonly request: RequestNode | null;
  readonly roles: readonly DatasetRole[];
  /** Where the naive twin reads its events. */
  readonly snapshot: Snapshot;
  readonly onlineFolder: string;
}

export interface ParityReport {
  readonly rows: number;
  /** Values compared: rows × columns, each on three roads. */
  readonly values: number;
  readonly differences: number;
  /** The first few, by road. */
  readonly examples: readonly string[];
}

export async function compareRoads(request: ParityRequest, progress: Progress): Promise<ParityReport> {
  const rows = await readDatasetRows(request.file, request);
  const events = await eventsByEntity(request.snapshot, request.schema);
  const tally: Tally = { values: 0, differences: 0, examples: [] };
  for (const role of request.roles) await compareRole(role, request, { rows, events }, tally, progress);
  return { rows: rows.length, ...tally };
}

async function eventsByEntity(snapshot: Snapshot, schema: HistorySchema): Promise<Map<string, HistoryEvent[]>> {
  const byEntity = new Map<string, HistoryEvent[]>();
  for await (const events of snapshotEvents(snapshot, schema)) {
    for (const event of events) {
      const known = byEntity.get(event.entity);
      if (known === undefined) byEntity.set(event.entity, [event]);
      else known.push(event);
    }
  }
  return byEntity;
}

interface Tally {
  values: number;
  differences: number;
  readonly examples: string[];
}

interface Read {
  readonly rows: readonly DatasetRow[];
  readonly events: ReadonlyMap<string, readonly HistoryEvent[]>;
}

async function compareRole(
  role: DatasetRole,
  { schema, request, onlineFolder }: ParityRequest,
  { rows, events }: Read,
  tally: Tally,
  progress: Progress,
): Promise<void> {
  const options = { meaningHash: role.meaningHash, ...(request === null ? {} : { request }) };
  const kernel = compileKernel(role.set, schema, options);
  const reader = openOnlineReader(onlineFolder, schema);
  const online = { numbers: new Float64Array(kernel.columns.length), kinds: new Uint8Array(kernel.columns.length) };
  try {
    for (const [i, row] of rows.entries()) {
      const entity = row.parties.find((party) => party.role === role.role)?.entity;
      if (entity === undefined) continue;
      const asked = majorAsked(request, row.asked);
      kernel.evaluate(reader.history(entity, kernel.events), row.t, asked, online.numbers, online.kinds, 0);
      const naive = valuesOf(naiveFeatures(role.set, schema, events.get(entity) ?? [], row.t, asked));
      compareRow(kernel, { entity, t: row.t }, { dataset: row.values[role.role]!, online, naive }, tally);
      if (i % 500 === 0) progress({ stage: "parity", done: i, total: rows.length, unit: "rows" });
    }
  } finally {
    await reader.close();
  }
}

interface Values {
  readonly numbers: ArrayLike<number>;
  readonly kinds: ArrayLike<number>;
}

function compareRow(
  { columns }: Kernel,
  row: { readonly entity: string; readonly t: number },
  { naive, dataset, online }: { readonly dataset: Values; readonly online: Values; readonly naive: Values },
  tally: Tally,
): void {
  columns.forEach((column, i) => {
    tally.values++;
    const [a, b, c] = [naive, dataset, online].map(({ numbers, kinds }) => bits(numbers[i]!, kinds[i]!));
    if (a === b && b === c) return;
    tally.differences++;
    if (tally.examples.length === 10) return;
    tally.examples.push(`${column} of ${row.entity} at ${formatInstant(row.t)}: naive ${a}, dataset ${b}, online ${c}`);
  });
}

const view = new DataView(new ArrayBuffer(8));

/** A present value's eight bytes, or its missing kind. */
function bits(value: number, kind: number): string {
  if (kind !== 0) return `missing ${kind}`;
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

function valuesOf(features: ReturnType<typeof naiveFeatures>): Values {
  const values = Object.values(features);
  return {
    numbers: values.map((value) => (isMissing(value) ? Number.NaN : value)),
    kinds: values.map((value) => (isMissing(value) ? missingCode(value.missing) : 0)),
  };
}

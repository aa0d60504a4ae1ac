// Parity: the values that somebody was given (a decision's record, a row of a training set), those that the table files give
// now, those of the naive twin and those of the online store must agree in every bit. Where they do not, the cause is named.

import { formatInstant, type Progress, type SEMANTICS } from "../base/index.ts";
import {
  compileKernel,
  type EntityHistory,
  evaluateWith,
  type HistoryOf,
  type HistorySchema,
  type Kernel,
} from "../compile/index.ts";
import { partsOf, type RequestNode, type ValueNode } from "../define/index.ts";
import type { Position, Snapshot } from "../history/index.ts";
import { type LmdbReader, openOnlineReader } from "../history/online-reader.ts";
import { majorAsked } from "./asked.ts";
import { readDatasetRows } from "./dataset-rows.ts";
import { type Cause, causeOf, type Differing, type ParityCause } from "./parity-cause.ts";
import { sameAt, valueInWords } from "./parity-value.ts";
import { type ParityPlan, Witness, witnessedEvents } from "./parity-witness.ts";
import type { DatasetRole } from "./role-values.ts";
import { type PartyMoment, type PartyValues, tableValues } from "./table-values.ts";

/** Values as somebody was given them; what they were computed from is rebuilt. */
export interface ParityClaim extends PartyMoment {
  /** Of the decision. */
  readonly decisionId: string;
  /** In the order of the set's columns. */
  readonly values: PartyValues;
  /** Up to where history had arrived when they were computed; null where nobody kept it. */
  readonly position: Position | null;
}

/** Claims of one role under one set of definitions. */
export interface ParityClaims extends ParityPlan {
  readonly role: string;
  readonly claims: readonly ParityClaim[];
  /** Under which they were computed; null where nobody kept it. */
  readonly semantics: typeof SEMANTICS | null;
  /** Whether the definitions given here have another meaning than those that computed them. */
  readonly redefined: boolean;
}

export interface ParityGround {
  readonly snapshot: Snapshot;
  /** null where only what was sealed is compared. */
  readonly onlineFolder: string | null;
}

export interface ParityReport {
  /** Claims compared: parties of rows or decisions. */
  readonly rows: number;
  /** Values compared: rows × columns, each on every road. */
  readonly values: number;
  readonly differences: number;
  /** Differences by cause. */
  readonly causes: { readonly [cause in ParityCause]?: number };
  /** The first few, with what explains them. */
  readonly examples: readonly string[];
}

const EXAMPLES_MAX = 10;

export class ParityTally {
  #rows = 0;
  #values = 0;
  #differences = 0;
  readonly #causes = new Map<ParityCause, number>();
  readonly #examples: string[] = [];

  compared(values: number): void {
    this.#rows++;
    this.#values += values;
  }

  differs({ cause, why }: Cause, what: string): void {
    this.#differences++;
    this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push(`${what}. ${cause}: ${why}`);
  }

  report(): ParityReport {
    const causes = Object.fromEntries([...this.#causes].sort(([a], [b]) => (a < b ? -1 : 1)));
    const [rows, values, differences] = [this.#rows, this.#values, this.#differences];
    return { rows, values, differences, causes, examples: this.#examples };
  }
}

export interface ParityRequest {
  /** The dataset's Parquet file. */
  readonly file: string;
  readonly schema: HistorySchema;
  readonly request: RequestNode | null;
  readonly roles: readonly DatasetRole[];
  /** What it is compared with now. */
  readonly snapshot: Snapshot;
  readonly onlineFolder: string;
  /** Where the log stood in the snapshot that it was built from; by default that of `snapshot`. */
  readonly builtAt?: Position | null;
  /** Role → meaning hash in the dataset's manifest; by default those of `roles`. */
  readonly builtBy?: { readonly [role: string]: string };
  /** So many rows, spread over the dataset; all by default. */
  readonly sample?: number;
}

/** A dataset against table files, twin and online store. Throws what reading them throws. */
export async function compareRoads(request: ParityRequest, progress: Progress): Promise<ParityReport> {
  const { schema, request: asks, roles, snapshot, onlineFolder, builtBy } = request;
  const { builtAt = snapshot.manifest.position } = request;
  const rows = spread(await readDatasetRows(request.file, request), request.sample);
  const tally = new ParityTally();
  for (const role of roles) {
    const claims = rows.flatMap((row): ParityClaim[] => {
      const entity = row.parties.find((party) => party.role === role.role)?.entity;
      if (entity === undefined) return [];
      const { decisionId, t } = row;
      const asked = majorAsked(asks, row.asked);
      return [{ decisionId, entity, t, asked, values: row.values[role.role]!, position: builtAt }];
    });
    const redefined = builtBy !== undefined && builtBy[role.role] !== role.meaningHash;
    const plan = { role: role.role, set: role.set, meaningHash: role.meaningHash, schema, request: asks };
    await compareClaims({ ...plan, claims, semantics: null, redefined }, { snapshot, onlineFolder }, tally, progress);
  }
  return { ...tally.report(), rows: rows.length };
}

/** So many of a list, evenly spread, in its order. */
export function spread<T>(all: readonly T[], count: number | undefined): readonly T[] {
  if (count === undefined || count >= all.length) return all;
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
}

/** Claims held in memory at once, with the events of their parties. */
const CLAIMS_AT_ONCE = 5_000;

/** Compares every value of the claims on all roads, and counts each difference by its cause. */
export async function compareClaims(
  claims: ParityClaims,
  ground: ParityGround,
  tally: ParityTally,
  progress: Progress,
): Promise<void> {
  const { claims: all, role } = claims;
  for (let from = 0; from < all.length; from += CLAIMS_AT_ONCE) {
    const some = all.slice(from, from + CLAIMS_AT_ONCE);
    await compareSome({ ...claims, claims: some }, ground, tally);
    progress({ stage: `parity of ${role}`, done: from + some.length, total: all.length, unit: "rows" });
  }
}

async function compareSome(
  claims: ParityClaims,
  { snapshot, onlineFolder }: ParityGround,
  tally: ParityTally,
): Promise<void> {
  const { set, schema, request, meaningHash } = claims;
  const tables = await tableValues(snapshot, { schema, request, set, meaningHash }, claims.claims);
  const events = await witnessedEvents(snapshot, claims, claims.claims);
  const options = { meaningHash, ...(request === null ? {} : { request }) };
  const kernel = compileKernel(set, schema, options);
  const reader = onlineFolder === null ? null : openOnlineReader(onlineFolder, schema);
  try {
    for (const [i, claim] of claims.claims.entries()) {
      const witness = new Witness(claims, claim, events);
      const online = reader === null ? null : onlineValues(reader, kernel, claim);
      const roads = { table: tables[i]!, naive: witness.valuesOf(), online };
      const of = { witness, snapshotPosition: snapshot.manifest.position };
      compareClaim(claims, claim, { ...roads, ...of }, tally);
    }
  } finally {
    await reader?.close();
  }
}

interface Online {
  readonly values: PartyValues;
  readonly history: EntityHistory;
  readonly position: Position;
}

function onlineValues(reader: LmdbReader, kernel: Kernel, { entity, t, asked }: ParityClaim): Online {
  const values = { numbers: new Float64Array(kernel.columns.length), kinds: new Uint8Array(kernel.columns.length) };
  const { histories, position } = reader.read([{ entity, events: kernel.events }]);
  const history = histories[0]!;
  const historyOf: HistoryOf = (_, id, names) => reader.also(id, names);
  evaluateWith(kernel, history, t, asked, historyOf, values.numbers, values.kinds, 0);
  return { values, history, position };
}

interface Roads {
  readonly table: PartyValues;
  readonly naive: PartyValues;
  readonly online: Online | null;
  readonly witness: Witness;
  readonly snapshotPosition: Position;
}

function compareClaim(claims: ParityClaims, claim: ParityClaim, roads: Roads, tally: ParityTally): void {
  const { features } = claims.set;
  const { table, naive, online } = roads;
  tally.compared(features.length);
  const others = [table, naive, ...(online === null ? [] : [online.values])];
  const differing = [...features.keys()].filter((i) => !others.every((values) => sameAt(claim.values, values, i)));
  const onlyAsked = differing.every((i) => readsRequest(features[i]!.feature.value));
  for (const column of differing) {
    const cause = causeOf(differingAt(column, claims, claim, roads, onlyAsked));
    tally.differs(cause, sentence(claims, claim, roads, column));
  }
}

function differingAt(
  column: number,
  { schema, semantics, redefined }: ParityClaims,
  { t, values: recorded, position }: ParityClaim,
  { table, naive, online, witness, snapshotPosition }: Roads,
  onlyAsked: boolean,
): Differing {
  const read = { onlineHistory: online?.history ?? null, onlinePosition: online?.position ?? null, snapshotPosition };
  const values = { recorded, table, naive, online: online?.values ?? null };
  return { column, t, ...values, witness, schema, position, semantics, redefined, onlyAsked, ...read };
}

function sentence(
  { role, set }: ParityClaims,
  claim: ParityClaim,
  { table, naive, online }: Roads,
  column: number,
): string {
  const name = `${role}.${set.features[column]!.name} of ${claim.entity} at ${formatInstant(claim.t)}`;
  const words = [
    `recorded ${valueInWords(claim.values, column)}`,
    `table files ${valueInWords(table, column)}`,
    `naive ${valueInWords(naive, column)}`,
    ...(online === null ? [] : [`online ${valueInWords(online.values, column)}`]),
  ];
  return `${name} (decision ${claim.decisionId}): ${words.join(", ")}`;
}

function readsRequest(value: ValueNode): boolean {
  return value.kind === "asked" || partsOf(value).some(readsRequest);
}

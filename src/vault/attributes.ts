// Protected attributes and identity. They come in at ingest and never leave as a person's: the only question is how many
// people of each group are in each of the asker's cells.

import { sql } from "kysely";
import { AssayError } from "../base/index.ts";
import { type Answer, type Count, disclose, NOT_COLLECTED } from "./disclosure.ts";
import { problems } from "./errors.ts";
import type { VaultDatabase } from "./vault-tables.ts";

export interface AttributeRow {
  readonly entityType: string;
  readonly entity: string;
  readonly field: string;
  /** As the source wrote it; undocumented codes too. */
  readonly value: string;
  /** When it was so, in microseconds since 1970. */
  readonly at: number;
}

/** `from` included, `to` excluded. */
export interface Band {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface Question {
  readonly entityType: string;
  readonly field: string;
  /** Groups a numeric attribute; other values fall into "outside the bands". Without it, each value is a group. */
  readonly bands?: readonly Band[];
  readonly members: Iterable<{ readonly entity: string; readonly cell: string }>;
}

const ROWS_AT_ONCE = 20_000;

/** Keeps the latest value of each attribute, in one transaction; the same rows in any order lead to the same state. */
export async function storeAttributes(db: VaultDatabase, rows: readonly AttributeRow[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      await upsert(transaction, rows.slice(from, from + ROWS_AT_ONCE));
    }
  });
}

async function upsert(db: VaultDatabase, rows: readonly AttributeRow[]): Promise<void> {
  const column = (name: keyof AttributeRow) => rows.map((row) => row[name]);
  await sql`
    insert into vault.attribute as kept (entity_type, entity, field, value, at)
    select distinct on (entity_type, field, entity) entity_type, entity, field, value, at
    from unnest(${column("entityType")}::text[], ${column("entity")}::text[], ${column("field")}::text[],
                ${column("value")}::text[], ${column("at")}::int8[]) as given (entity_type, entity, field, value, at)
    order by entity_type, field, entity, at desc, value desc
    on conflict (entity_type, field, entity) do update set value = excluded.value, at = excluded.at
    where (excluded.at, excluded.value) > (kept.at, kept.value)`.execute(db);
}

/**
 * How many of the members of each cell are in each group of a protected attribute. Cells and groups with fewer than
 * `MINIMUM_PEOPLE` people are merged into "too few". Throws ASSAY_VAULT_TWO_CELLS or ASSAY_VAULT_BANDS.
 */
export async function aggregate(db: VaultDatabase, question: Question): Promise<Answer> {
  const cells = cellsByEntity(question.members);
  const group = question.bands === undefined ? sql`attribute.value` : bandOf(question.bands);
  const counts = await sql<Count>`
    select coalesce(case when attribute.entity is not null then ${group} end, ${NOT_COLLECTED}) as "group",
           member.cell, count(*) as people
    from unnest(${[...cells.keys()]}::text[], ${[...cells.values()]}::text[]) as member (entity, cell)
    left join vault.attribute on attribute.entity = member.entity
      and attribute.entity_type = ${question.entityType} and attribute.field = ${question.field}
    group by 1, 2 order by 1, 2`.execute(db);
  return disclose(counts.rows);
}

function cellsByEntity(members: Question["members"]): Map<string, string> {
  const cells = new Map<string, string>();
  for (const { entity, cell } of members) {
    const first = cells.get(entity) ?? cell;
    if (first !== cell) throw new AssayError(problems.TWO_CELLS("a question to the vault", { first, second: cell }));
    cells.set(entity, cell);
  }
  return cells;
}

function bandOf(bands: readonly Band[]) {
  checkBands(bands);
  const column = (name: keyof Band) => bands.map((band) => band[name]);
  return sql`coalesce((
    select band.name from unnest(${column("name")}::text[], ${column("from")}::float8[], ${column("to")}::float8[])
      as band (name, lower, upper)
    where case when attribute.value ~ '^[+-]?[0-9]+([.][0-9]+)?$'
      then attribute.value::float8 >= band.lower and attribute.value::float8 < band.upper end
  ), 'outside the bands')`;
}

function checkBands(bands: readonly Band[]): void {
  for (const [i, { name, from, to }] of bands.entries()) {
    const last = bands[i - 1];
    const detail = !(from < to)
      ? `band "${name}" holds nothing`
      : last !== undefined && from < last.to
        ? `band "${name}" overlaps "${last.name}"`
        : undefined;
    if (detail !== undefined) throw new AssayError(problems.BANDS("a question to the vault", { detail }));
  }
}

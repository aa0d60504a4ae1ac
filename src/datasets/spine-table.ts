// Spines from tables: a CSV or Parquet file, or a SELECT over the snapshot's events. Columns: `t` (an instant with an offset, or
// microseconds), one by each role's name, `asked.FIELD` for what was asked, and `decision_id`, which is derived where absent.
// Rows are put in the order of their decision ids, so that a spine does not depend on how an engine ran.

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AssayError, formatInstant, nearest, parseInstant } from "../base/index.ts";
import type { EventNode, FieldType, RequestNode } from "../define/index.ts";
import type { Snapshot } from "../history/index.ts";
import { type LockedView, lockedQuery, type TextTable } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { SpineRow } from "./spine.ts";

export interface SpineShape {
  /** Roles that a feature set is bound to; the first is the label's. */
  readonly roles: readonly string[];
  readonly request: RequestNode | null;
  /** What a column is called in the source, by what it stands for. */
  readonly columns?: { readonly [column: string]: string };
}

export async function csvSpine(file: string, shape: SpineShape): Promise<SpineRow[]> {
  return await fileSpine(file, (path) => `read_csv(${path}, all_varchar = true, header = true)`, shape);
}

export async function parquetSpine(file: string, shape: SpineShape): Promise<SpineRow[]> {
  return await fileSpine(file, (path) => `read_parquet(${path})`, shape);
}

async function fileSpine(file: string, scan: (path: string) => string, shape: SpineShape): Promise<SpineRow[]> {
  const path = resolve(file);
  const views = [{ name: "file", sql: `SELECT * FROM ${scan(`'${path.replaceAll("'", "''")}'`)}` }];
  const table = await lockedQuery({ thing: file, sql: "SELECT * FROM file", views, files: [path] });
  return tableSpine(table, shape, file);
}

/**
 * Rows of a SELECT over one view per event type. A view has `entity`, `happened_at` and `known_at` (microseconds), `source`, `event_id`,
 * `retracted`, and the fields: money and decimals exact, categories by name. Every revision is a row.
 */
export async function sqlSpine(file: string, snapshot: Snapshot, shape: SpineShape): Promise<SpineRow[]> {
  const sql = await readFile(file, "utf8").catch((error: Error) => {
    throw new AssayError(problems.NO_SPINE(file, { why: error.message }), { cause: error });
  });
  const { folder, manifest } = snapshot;
  const views = Object.entries(manifest.events).flatMap(([name, { files, schemaHash }]): LockedView[] => {
    const paths = files.map(({ path }) => `'${join(folder, path).replaceAll("'", "''")}'`);
    return paths.length === 0 ? [] : [{ name, sql: viewOf(manifest.schemas[schemaHash]!, paths) }];
  });
  const files = Object.values(manifest.events).flatMap((each) => each.files.map(({ path }) => join(folder, path)));
  return tableSpine(await lockedQuery({ thing: file, sql, views, files }), shape, file);
}

function viewOf({ fields }: EventNode, paths: readonly string[]): string {
  const open = Object.entries(fields).filter(([, { protection }]) => protection === "none");
  const columns = open.map(([name, { type }]) => `${inMajorUnits(`"${name}"`, type)} AS "${name}"`);
  const identity = [
    "_entity AS entity",
    "_at AS happened_at",
    "_known_at AS known_at",
    "_source AS source",
    "_event_id AS event_id",
    "_retracted = 1 AS retracted",
  ];
  return `SELECT ${[...identity, ...columns].join(", ")} FROM read_parquet([${paths.join(", ")}], union_by_name = true)`;
}

/** Stored units as people write them; exact, for DECIMAL times DECIMAL is. */
function inMajorUnits(column: string, type: FieldType): string {
  if (type.kind === "boolean") return `${column} = 1`;
  if (type.kind === "category") {
    const names = type.values.map((value) => `'${value.replaceAll("'", "''")}'`);
    return `[${names.join(", ")}][${column} + 1]`;
  }
  if ((type.kind !== "money" && type.kind !== "decimal") || type.scale === 0) return column;
  const unit = `0.${"0".repeat(type.scale - 1)}1`;
  return `${column}::DECIMAL(18, 0) * ${unit}::DECIMAL(${type.scale + 1}, ${type.scale})`;
}

// ---------------------------------------------------------------- rows

function tableSpine({ columns, rows }: TextTable, shape: SpineShape, file: string): SpineRow[] {
  const read = new ColumnReader(columns, shape, file);
  const spine = rows.map((row, i) => read.row(row, `row ${i + 1} of ${file}`));
  if (spine.length === 0) throw new AssayError(problems.EMPTY_SPINE(file));
  spine.sort((a, b) => (a.decisionId < b.decisionId ? -1 : a.decisionId > b.decisionId ? 1 : 0));
  const twice = spine.findIndex(({ decisionId }, i) => i > 0 && spine[i - 1]!.decisionId === decisionId);
  if (twice >= 0) throw new AssayError(problems.REPEATED_DECISION(`"${spine[twice]!.decisionId}" of ${file}`));
  return spine;
}

class ColumnReader {
  readonly #at = new Map<string, number>();
  readonly #shape: SpineShape;

  constructor(columns: readonly string[], shape: SpineShape, file: string) {
    this.#shape = shape;
    const wanted = [
      "decision_id",
      "t",
      ...shape.roles,
      ...Object.keys(shape.request?.fields ?? {}).map((name) => `asked.${name}`),
    ];
    for (const name of wanted) {
      const called = shape.columns?.[name] ?? name;
      const place = columns.indexOf(called);
      if (place >= 0) this.#at.set(name, place);
      else if (name === "t" || name === shape.roles[0] || shape.columns?.[name] !== undefined) {
        throw new AssayError(problems.NO_SPINE_COLUMN(file, { name, called }, { nearest: nearest(called, columns) }));
      }
    }
  }

  #called(name: string): string {
    return `column "${this.#shape.columns?.[name] ?? name}"`;
  }

  row(cells: readonly (string | null)[], thing: string): SpineRow {
    const cell = (name: string) => {
      const place = this.#at.get(name);
      return place === undefined || cells[place] === "" ? null : (cells[place] ?? null);
    };
    const t = instantOf(cell("t"));
    if (t === undefined) {
      const why = `${this.#called("t")} is no instant with an offset`;
      throw new AssayError(problems.BAD_SPINE_ROW(thing, { why, wayOut: INSTANT_CELL }));
    }
    const texts = (names: readonly string[], prefix = "") =>
      Object.fromEntries(names.flatMap((name) => (cell(prefix + name) === null ? [] : [[name, cell(prefix + name)!]])));
    const parties = texts(this.#shape.roles);
    const asked = texts(Object.keys(this.#shape.request?.fields ?? {}), "asked.");
    const role = this.#shape.roles[0]!;
    const first = parties[role];
    if (first === undefined) {
      const params = { why: `nobody has the role "${role}"`, wayOut: `Write who it is in ${this.#called(role)}` };
      throw new AssayError(problems.BAD_SPINE_ROW(thing, params));
    }
    return { decisionId: cell("decision_id") ?? derivedId(first, t), t, parties, asked };
  }
}

const INSTANT_CELL = "Write 2025-03-31T09:00:00+08:00, or whole microseconds since 1970";

/** The same row has the same id, whoever draws the spine. */
export function derivedId(entity: string, t: number): string {
  return `${entity}@${formatInstant(t)}`;
}

function instantOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
  return parseInstant(text);
}

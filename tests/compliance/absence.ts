// Proof that nothing of a person is left: every byte of every file below a folder, Parquet decoded, and every row of every table.
// It is only as good as the markers, so a test shows first that they are found.

import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type Metadata, readTable } from "../../src/storage/index.ts";

/** Files below `folder` that hold one of the markers, by path; PostgreSQL's own files are left to `tracesInTables`. */
export async function tracesInFiles(folder: string, markers: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const shown = relative(folder, path);
    if (!entry.isFile() || shown.startsWith("postgres")) continue;
    const bytes = await readFile(path);
    const decoded = path.endsWith(".parquet") ? await decodedText(path) : "";
    if (markers.some((marker) => bytes.includes(marker) || decoded.includes(marker))) found.push(shown);
  }
  return found.sort();
}

async function decodedText(path: string): Promise<string> {
  const { columns } = await readTable([path]);
  return Object.values(columns)
    .flatMap(({ values }) => (Array.isArray(values) ? values : []))
    .join("\n");
}

/** Tables that hold one of the markers, by name, whatever room they belong to. */
export async function tracesInTables({ pool }: Metadata, markers: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const tables = await pool.query<{ room: string; name: string }>(
    `select table_schema as room, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  for (const { room, name } of tables.rows) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from "${room}"."${name}" as t`);
    if (rows.some(({ row }) => markers.some((marker) => row.includes(marker)))) found.push(`${room}.${name}`);
  }
  return found;
}

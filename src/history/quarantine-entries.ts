// What the lines of a quarantine say together. It is filled by the writer, line by line, or by `readQuarantine` for
// whoever only looks while another process writes.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type QuarantinedRow, type QuarantineEntry, type QuarantineLine, readLines } from "./quarantine-lines.ts";

export const QUARANTINE_FILE = "rows.ndjson";

/** Rows by code. */
export interface CodeCounts {
  readonly total: number;
  readonly byCode: { readonly [code: string]: number };
}

export interface QuarantinePage {
  /** The entry before the first; one that is not there begins the list anew. */
  readonly after?: string;
  readonly limit: number;
  /** Leaves the mended ones out. */
  readonly onlyOpen?: boolean;
}

export class QuarantineEntries {
  readonly #rows: QuarantinedRow[] = [];
  readonly #places = new Map<string, number>();
  readonly #mended = new Map<string, NonNullable<QuarantineEntry["mended"]>>();

  add(line: QuarantineLine): void {
    if (line.kind === "mended") {
      const { by, mendedAt, position } = line;
      this.#mended.set(line.id, { by, mendedAt, position });
    } else if (!this.#places.has(line.id)) this.#places.set(line.id, this.#rows.push(line) - 1);
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  find(id: string): QuarantineEntry | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#entry(this.#rows[place]!);
  }

  /** In the order they came. */
  list({ after, limit, onlyOpen = false }: QuarantinePage): readonly QuarantineEntry[] {
    const found: QuarantineEntry[] = [];
    const start = after === undefined ? 0 : (this.#places.get(after) ?? -1) + 1;
    for (let i = start; i < this.#rows.length && found.length < limit; i++) {
      const row = this.#rows[i]!;
      if (!onlyOpen || !this.#mended.has(row.id)) found.push(this.#entry(row));
    }
    return found;
  }

  /** Of all rows that were ever refused. */
  counts(): CodeCounts {
    return countByCode(this.#rows);
  }

  /** Of those that nobody has mended. */
  openCounts(): CodeCounts {
    return countByCode(this.#rows.filter(({ id }) => !this.#mended.has(id)));
  }

  #entry(row: QuarantinedRow): QuarantineEntry {
    const mended = this.#mended.get(row.id);
    return mended === undefined ? row : { ...row, mended };
  }
}

function countByCode(rows: readonly QuarantinedRow[]): CodeCounts {
  const byCode: Record<string, number> = {};
  for (const { code } of rows) byCode[code] = (byCode[code] ?? 0) + 1;
  return { total: rows.length, byCode };
}

/** The quarantine of a history that another process may be writing; empty where there is none yet. */
export async function readQuarantine(historyFolder: string): Promise<QuarantineEntries> {
  const entries = new QuarantineEntries();
  const bytes = await readFile(join(historyFolder, "quarantine", QUARANTINE_FILE)).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  for (const line of readLines(bytes).lines) entries.add(line);
  return entries;
}

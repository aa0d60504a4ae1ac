// A workspace as `assay init` writes it, its database held open so that commands attach and are quick.

import { mkdir, writeFile } from "node:fs/promises";
import { type Metadata, openMetadata } from "../../src/storage/index.ts";
import { type Ended, Ground } from "../e2e/assay-process.ts";

export class SmallWorkspace {
  readonly ground: Ground;
  readonly #metadata: Metadata;

  private constructor(ground: Ground, metadata: Metadata) {
    this.ground = ground;
    this.#metadata = metadata;
  }

  static async open(): Promise<SmallWorkspace> {
    const ground = await Ground.open();
    await ground.run(["init", "book"]);
    await mkdir(ground.path("book/.assay"));
    return new SmallWorkspace(ground, await openMetadata(ground.path("book/.assay")));
  }

  run(...args: string[]): Promise<Ended> {
    return this.ground.run(["--workspace", "book", ...args]);
  }

  /** The one document that `--json` prints, beside the exit code. */
  async json<T>(...args: string[]): Promise<{ readonly code: number | null; readonly document: T }> {
    const { code, stdout, stderr } = await this.run("--json", ...args);
    if (stdout === "") throw new Error(`no document: ${stderr}`);
    return { code, document: JSON.parse(stdout) as T };
  }

  async write(name: string, lines: readonly unknown[]): Promise<string> {
    const path = this.ground.path(name);
    await writeFile(path, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
    return path;
  }

  async close(): Promise<void> {
    await this.#metadata.close();
    await this.ground.close();
  }
}

/** A statement as a source writes it. */
export function statement(entity: string, id: string, fields: object = {}, more: object = {}): object {
  const all = { billed: "100.00", paid: "40.00", monthsLate: 0, ...fields };
  return { event: "statement", entity, eventId: id, at: "2024-01-01T00:00:00Z", fields: all, ...more };
}

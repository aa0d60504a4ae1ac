// An example as its README has it run: the commands in a state of its own, and the rows of the set that was built.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { missingKindOf, PRESENT } from "../../src/base/index.ts";
import type { BuiltDataset } from "../../src/datasets/index.ts";
import { type Metadata, openMetadata, readTable } from "../../src/storage/index.ts";
import { checkout, type Ended, Ground } from "../e2e/assay-process.ts";

export interface ExampleRow {
  readonly label: number;
  readonly values: { readonly [column: string]: number | string };
}

export class Example {
  readonly folder: string;
  readonly #ground: Ground;
  readonly #metadata: Metadata;

  private constructor(name: string, ground: Ground, metadata: Metadata) {
    this.folder = join(checkout, "examples", name);
    this.#ground = ground;
    this.#metadata = metadata;
  }

  /** Its database is held open, so that commands attach and are quick. */
  static async open(name: string): Promise<Example> {
    const ground = await Ground.open();
    await mkdir(ground.path("state"));
    return new Example(name, ground, await openMetadata(ground.path("state")));
  }

  run(...args: string[]): Promise<Ended> {
    return this.#ground.run(["--workspace", this.folder, "--state", this.#ground.path("state"), ...args]);
  }

  /** The document that `--json` prints; a command that was refused is an error. */
  async json<T extends object>(...args: string[]): Promise<T> {
    const { stdout, stderr } = await this.run("--json", ...args);
    const document = JSON.parse(stdout === "" ? "{}" : stdout) as T;
    if (stdout === "" || "problem" in document) throw new Error(`${args.join(" ")}: ${stdout}${stderr}`);
    return document;
  }

  /** Every column of one row: the number, or which kind of nothing it is. */
  async row({ file, manifest }: BuiltDataset, decisionId: string): Promise<ExampleRow> {
    const { columns } = await readTable([file], { where: `t."decision_id" = '${decisionId}'` });
    const cell = (name: string) => (columns[name]!.values as ArrayLike<number>)[0]!;
    const values = manifest.columns.map((name) => {
      const kind = cell(`${name}__missing`);
      return [name, kind === PRESENT ? cell(name) : missingKindOf(kind)!];
    });
    return { label: cell("label"), values: Object.fromEntries(values) };
  }

  /** A file of the example. */
  file(...names: string[]): string {
    return join(this.folder, ...names);
  }

  data(name: string): string {
    return this.file("data", name);
  }

  /** A file of the test's own. */
  path(name: string): string {
    return this.#ground.path(name);
  }

  async text(name: string): Promise<string> {
    const bytes = await readFile(this.data(name));
    return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  }

  async close(): Promise<void> {
    await this.#metadata.close();
    await this.#ground.close();
  }
}

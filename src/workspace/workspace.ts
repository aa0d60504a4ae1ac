// A workspace and its engines, each opened when first asked for and closed in reverse, Postgres last. `assay check` opens
// none; the service opens all.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { AssayError } from "../base/index.ts";
import type { DecisionTables, RecordStore } from "../decisions/index.ts";
import type { History, Snapshot } from "../history/index.ts";
import type { Registry } from "../registry/index.ts";
import type { Metadata, ObjectStore } from "../storage/index.ts";
import type { Vault } from "../vault/index.ts";
import { type FoundWorkspace, findWorkspace, wallClock } from "./config.ts";
import { type LoadedDefinitions, loadDefinitions, schemaOf } from "./definitions.ts";
import { problems } from "./errors.ts";

/** Loaded with the first engine: a command that only looks at definitions waits for none of them. */
const engines = () => import("./engines.ts");

export class Workspace {
  readonly found: FoundWorkspace;
  readonly #opened = new Map<string, Promise<unknown>>();

  private constructor(found: FoundWorkspace) {
    this.found = found;
  }

  /** Opens no engine yet; `stateFolder` stands in for the configured one. Throws ASSAY_WORKSPACE_NOT_FOUND, BAD_CONFIG. */
  static async open(from: string, stateFolder?: string): Promise<Workspace> {
    return new Workspace(await findWorkspace(from, stateFolder));
  }

  /** A folder below the state folder. */
  folder(...names: string[]): string {
    return join(this.found.stateFolder, ...names);
  }

  definitions(): Promise<LoadedDefinitions> {
    return this.#once("definitions", () => loadDefinitions(this.found.definitionsFolder));
  }

  /** Definitions that may be compiled. Throws ASSAY_WORKSPACE_PROBLEMS where any has a problem. */
  async checkedDefinitions(): Promise<LoadedDefinitions> {
    const loaded = await this.definitions();
    if (loaded.problems.length > 0) {
      throw new AssayError(problems.PROBLEMS(this.found.config.name, { count: loaded.problems.length }));
    }
    return loaded;
  }

  metadata(): Promise<Metadata> {
    return this.#once("metadata", async () => {
      await mkdir(this.found.stateFolder, { recursive: true });
      const { config, stateFolder } = this.found;
      const { externalPostgres, openMetadata } = await engines();
      if (config.postgres === undefined) return await openMetadata(stateFolder);
      return await externalPostgres(config.postgres, stateFolder);
    });
  }

  async objects(): Promise<ObjectStore> {
    const { directoryObjects } = await engines();
    return directoryObjects(this.folder("objects"));
  }

  registry(): Promise<Registry> {
    return this.#once("registry", async () => {
      const { openRegistry } = await engines();
      return openRegistry(await this.metadata(), await this.objects());
    });
  }

  vault(): Promise<Vault> {
    return this.#once("vault", async () => (await engines()).openVault(await this.metadata()));
  }

  /** The one writer of history; another process that has it open makes this throw ASSAY_HISTORY_LOCKED. */
  history(): Promise<History> {
    return this.#once("history", async () => {
      const { catalogue } = await this.checkedDefinitions();
      const { applicationEvents, documentSink, openHistory } = await engines();
      const ours = Object.fromEntries(applicationEvents.map((event) => [event.name, event]));
      const schema = { ...schemaOf(catalogue), ...ours };
      const documents = { sink: documentSink(await this.objects()), fanOuts: this.found.config.documents ?? {} };
      return await openHistory(this.folder("history"), {
        schema,
        vault: await this.vault(),
        documents,
        clock: wallClock,
      });
    });
  }

  /** Closes the writer of history, so that another process may take it over. */
  async closeHistory(): Promise<void> {
    const opened = this.#opened.get("history") as Promise<History> | undefined;
    this.#opened.delete("history");
    // One that could not be opened has nothing to close, and whoever asked for it was told.
    const history = await opened?.catch(() => undefined);
    await history?.close();
  }

  /** The newest sealed snapshot. Throws ASSAY_WORKSPACE_NO_SNAPSHOT. */
  async snapshot(): Promise<Snapshot> {
    const { currentSnapshot } = await engines();
    const snapshot = await currentSnapshot(this.folder("history"));
    if (snapshot === undefined) throw new AssayError(problems.NO_SNAPSHOT(this.found.config.name));
    return snapshot;
  }

  records(): Promise<RecordStore> {
    return this.#once("records", async () => {
      const metadata = await this.metadata();
      const { decisionMigrations, migrate, RecordStore } = await engines();
      await migrate(metadata.db, "decisions", decisionMigrations);
      const vault = await this.vault();
      return new RecordStore(metadata.db as Kysely<DecisionTables>, vault.personKeys);
    });
  }

  /** Closes the writer of history, then the database under everything else. */
  async close(): Promise<void> {
    await this.closeHistory();
    const opened = this.#opened.get("metadata") as Promise<Metadata> | undefined;
    this.#opened.clear();
    const metadata = await opened?.catch(() => undefined);
    await metadata?.close();
  }

  #once<T>(name: string, open: () => Promise<T>): Promise<T> {
    const opened = this.#opened.get(name) ?? open();
    this.#opened.set(name, opened);
    return opened as Promise<T>;
  }
}

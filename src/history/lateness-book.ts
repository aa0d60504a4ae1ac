// The lateness of a history, kept beside it in `lateness.json`, version 1, replaced as a whole about once a second while
// events come in, at every seal and at the end. What a kill kept from being counted is counted at the next open from the
// log, which tells `knownAt` − `at`; when those events arrived is then known to nobody, so fewer arrivals are counted.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, type Instant } from "../base/index.ts";
import type { HistoryEvent, HistorySchema } from "../compile/index.ts";
import { hasErrorCode, publishBytes } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { EventLog, Position } from "./event-log.ts";
import { type FeedLateness, LatenessTally } from "./lateness.ts";
import type { OnlineHistories } from "./online-histories.ts";
import { decodeEvent } from "./wire-event.ts";

const FLUSH_MS = 1000;

interface LatenessFile {
  readonly format: "assay.lateness";
  readonly version: 1;
  /** Events of the log from here up to there are counted. */
  readonly from: Position;
  readonly to: Position;
  readonly feeds: readonly FeedLateness[];
}

export interface LatenessParts {
  readonly log: EventLog;
  /** Brought up to the log. */
  readonly online: OnlineHistories;
  readonly schema: HistorySchema;
}

/** Opens the counts of a history and completes them from the log; a history that has none is counted from now on. */
export async function openLateness(historyFolder: string, parts: LatenessParts): Promise<LatenessBook> {
  const path = pathIn(historyFolder);
  const head = parts.log.head();
  const file = await readLatenessFile(path);
  const follows = file !== undefined && file.to.offset >= parts.log.oldest().offset && file.to.offset <= head.offset;
  if (!follows) return new LatenessBook(path, parts.schema, head, head, new LatenessTally());
  const tally = new LatenessTally();
  tally.merge(file.feeds);
  await countLogged(parts, file.to, tally);
  return new LatenessBook(path, parts.schema, file.from, head, tally);
}

/** How late the feeds of a history come, as last noted by the process that writes it. */
export async function readLateness(historyFolder: string): Promise<readonly FeedLateness[]> {
  return (await readLatenessFile(pathIn(historyFolder)))?.feeds ?? [];
}

function pathIn(historyFolder: string): string {
  return join(historyFolder, "lateness.json");
}

async function readLatenessFile(path: string): Promise<LatenessFile | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const file = JSON.parse(text) as LatenessFile;
  if (file.version === 1) return file;
  throw new AssayError(problems.UNKNOWN_VERSION(path, { format: "lateness", version: String(file.version) }));
}

async function countLogged({ log, online, schema }: LatenessParts, from: Position, tally: LatenessTally) {
  for await (const { records } of log.read(from)) {
    const events = records.map(decodeEvent);
    const held = await online.held(events);
    for (const [i, event] of events.entries()) {
      const delay = schema[event.event]?.delayMicros;
      const first = held[i]?.revisions[0]?.knownAt === event.knownAt;
      if (first && delay !== undefined) tally.add(event, delay, null);
    }
  }
}

export class LatenessBook {
  readonly #path: string;
  readonly #schema: HistorySchema;
  readonly #from: Position;
  #to: Position;
  readonly #tally: LatenessTally;
  #noted: Position | undefined;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(path: string, schema: HistorySchema, from: Position, to: Position, tally: LatenessTally) {
    this.#path = path;
    this.#schema = schema;
    this.#from = from;
    this.#to = to;
    this.#tally = tally;
  }

  /** Counts the first deliveries among events that reach up to `to` in the log. */
  add(fresh: readonly HistoryEvent[], arrivedAt: Instant, to: Position): void {
    for (const event of fresh) this.#tally.add(event, this.#schema[event.event]!.delayMicros, arrivedAt);
    this.#to = to;
    // A disk that is full now may not be in a second; the counts stay here, and closing tells.
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), FLUSH_MS).unref();
  }

  feeds(): readonly FeedLateness[] {
    return this.#tally.feeds();
  }

  /** Makes the counts durable. Throws ASSAY_STORAGE_DISK_FULL. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const flushed = this.#flushing.then(() => this.#publish());
    this.#flushing = flushed.catch(() => {});
    return flushed;
  }

  async #publish(): Promise<void> {
    const [from, to] = [this.#from, this.#to];
    if (this.#noted?.offset === to.offset) return;
    const file: LatenessFile = { format: "assay.lateness", version: 1, from, to, feeds: this.#tally.feeds() };
    await publishBytes(this.#path, Buffer.from(canonicalJson(file)));
    this.#noted = to;
  }
}

// A quarantined row, mended: the row as it should have come, whole or as changes to what was kept. It goes through the
// same door as any other, under the source it came from; what is accepted is noted in the quarantine, what is refused
// again leaves the entry open and says why. Killed in between, sending it again finds a duplicate and notes that.

import { AssayError, type Clock, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import type { Quarantine } from "./quarantine.ts";
import type { QuarantinedRow } from "./quarantine-lines.ts";

export interface Mend {
  /** Of the quarantined row. */
  readonly id: string;
  /** The whole row as its source should have written it. */
  readonly row?: unknown;
  /** Or changes to what was kept: a key of the envelope, else the name of a field; null leaves it out. */
  readonly set?: { readonly [name: string]: unknown };
}

export interface Mended {
  readonly id: string;
  /** The row stands before it, durable and visible to the deciders. */
  readonly position: Position;
}

/** Takes one row in without noting it where it is refused. */
export type MendingDoor = (row: unknown, source: string) => Promise<{ position: Position } | { problem: Problem }>;

export class Mender {
  readonly #quarantine: Quarantine;
  readonly #door: MendingDoor;
  readonly #clock: Clock;
  /** One after another: two mends of one row at once would both find it open. */
  #mending: Promise<unknown> = Promise.resolve();

  constructor(quarantine: Quarantine, door: MendingDoor, clock: Clock) {
    this.#quarantine = quarantine;
    this.#door = door;
    this.#clock = clock;
  }

  /** Throws ASSAY_HISTORY_UNKNOWN_ROW, ALREADY_MENDED, NOT_WHOLE, and whatever the door says of the mended row. */
  mend(mend: Mend, by: string): Promise<Mended> {
    const mended = this.#mending.then(() => this.#mend(mend, by));
    this.#mending = mended.catch(() => {});
    return mended;
  }

  async #mend(mend: Mend, by: string): Promise<Mended> {
    const { id } = mend;
    const entry = this.#quarantine.find(id);
    if (entry === undefined) throw new AssayError(problems.UNKNOWN_ROW(`quarantined row ${id}`, {}));
    if (entry.mended !== undefined) {
      const { position } = entry.mended;
      throw new AssayError(problems.ALREADY_MENDED(`quarantined row ${id}`, { offset: position.offset }));
    }
    const answer = await this.#door(mendedRow(entry, mend), entry.source);
    if ("problem" in answer) throw new AssayError(answer.problem);
    await this.#quarantine.mended({ id, by, mendedAt: this.#clock.now(), position: answer.position });
    return { id, position: answer.position };
  }

  async idle(): Promise<void> {
    await this.#mending;
  }
}

/** The row to send. Throws ASSAY_HISTORY_NOT_WHOLE where changes do not say what becomes of what was not kept. */
function mendedRow({ id, payload }: QuarantinedRow, { row, set = {} }: Mend): unknown {
  if (row !== undefined) return row;
  const thing = `quarantined row ${id}`;
  if (payload.kind === "hashed") throw new AssayError(problems.NOT_WHOLE(thing, { missing: ["the whole row"] }));
  const changes = Object.entries(set).map(([name, value]) => [placeOf(name, payload.removed), value] as const);
  const told = new Set(changes.map(([place]) => place));
  const missing = payload.removed.filter((name) => !told.has(name));
  if (missing.length > 0) throw new AssayError(problems.NOT_WHOLE(thing, { missing }));
  const mended = new Map(Object.entries(payload.payload));
  const fields = new Map(Object.entries((payload.payload["fields"] ?? {}) as object));
  for (const [place, value] of changes) {
    if (place.startsWith(IN_FIELDS)) change(fields, place.slice(IN_FIELDS.length), value);
    else change(mended, place, value);
  }
  return Object.fromEntries([...mended, ["fields", Object.fromEntries(fields)]]);
}

const IN_FIELDS = "fields.";
const ENVELOPE = new Set(["event", "entity", "source", "eventId", "at", "knownAt", "seq", "retracted"]);

function placeOf(name: string, removed: readonly string[]): string {
  const said = ENVELOPE.has(name) || name.startsWith(IN_FIELDS) || removed.includes(name);
  return said ? name : `${IN_FIELDS}${name}`;
}

function change(target: Map<string, unknown>, name: string, value: unknown): void {
  if (value === null) target.delete(name);
  else target.set(name, value);
}

// Sequences over real table files and a real online store, and read by the Python that trains on them: whoever makes the tokens,
// the bytes are the same.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant, MICROS_PER_DAY, silent } from "../base/index.ts";
import {
  compareBytes,
  compileSequence,
  type EncodedField,
  type HistoryEvent,
  type NaiveToken,
  naiveSequence,
  type SequenceEncoder,
  type Tokens,
} from "../compile/index.ts";
import { onlineFolder } from "../history/index.ts";
import { openOnlineReader } from "../history/online-reader.ts";
import { BEGINS, openShoppingHistory, type ShoppingHistory, schema, shopping } from "./fixtures/shopping-history.ts";
import { type BuiltSequences, buildSequences, type SequencesSite } from "./sequence-build.ts";
import { type FittedSequence, fitSequence } from "./sequence-fit.ts";
import { sequencesHolding, withdrawSequences } from "./sequence-forget.ts";
import { foundSequences } from "./sequence-found.ts";
import { openSequences } from "./sequence-reader.ts";
import type { SpineRow } from "./spine.ts";
import { splitOf } from "./split.ts";
import { checkNotWithdrawn } from "./withdrawn.ts";

const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const quiet = { progress: silent, signal: new AbortController().signal };
/** Before every row of the spine. */
const KNOWN_UNTIL = BEGINS + 60 * MICROS_PER_DAY;

let shop: ShoppingHistory;
let fitted: FittedSequence;
let built: BuiltSequences;
let encoder: SequenceEncoder;
let rows: readonly SpineRow[];

const siteOf = (name: string): SequencesSite => ({ folder: join(shop.folder, name), ...quiet });

beforeAll(async () => {
  shop = await openShoppingHistory();
  fitted = await fitSequence({ ...shop.rows, knownUntil: KNOWN_UNTIL }, quiet);
  built = await buildSequences({ ...shop.rows, name: "shopping", fitted }, siteOf("sequences"));
  encoder = compileSequence(shopping.node, schema, { meaningHash: shopping.meaningHash, fit: fitted.fit });
  rows = shop.rows.spine.toSorted((a, b) => compareBytes(a.decisionId, b.decisionId));
});
afterAll(() => shop.close());

/** Every bit of every array. */
function bitsOf({ kind, age, columns }: Tokens): string[] {
  return [kind, age, ...columns].map((column) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("hex"),
  );
}

function typed(tokens: readonly NaiveToken[]): Tokens {
  return {
    length: tokens.length,
    kind: Uint8Array.from(tokens, ({ kind }) => kind),
    age: Int32Array.from(tokens, ({ age }) => age),
    columns: encoder.columns.map(({ type }, i) =>
      type === "code"
        ? Int32Array.from(tokens, ({ fields }) => fields[i]!)
        : Float32Array.from(tokens, ({ fields }) => fields[i] ?? Number.NaN),
    ),
  };
}

const eventsOf = (entity: string | undefined) => shop.events.filter((event) => event.entity === entity);

describe("the tokens of every row", () => {
  it("are those of the naive twin", async () => {
    const { manifest, tokens } = await openSequences(built.folder);
    expect(manifest).toMatchObject({ rows: 122, sequence: { length: 6, ageMicros: 3_600_000_000 } });
    for (const [i, { t, parties }] of rows.entries()) {
      const twin = naiveSequence(shopping.node, fitted.fit, eventsOf(parties["applicant"]), t);
      expect(bitsOf(tokens(i))).toEqual(bitsOf(typed(twin)));
    }
    // They are worth comparing only while they are awkward.
    expect(manifest.exceptions).toBeGreaterThan(20);
    const lengths = rows.map((_, i) => tokens(i).length);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([0, 6]);
  });

  it("are those that the online store's history gives", async () => {
    const { tokens } = await openSequences(built.folder);
    const reader = openOnlineReader(onlineFolder(shop.history.folder), schema);
    try {
      for (const [i, { t, parties }] of rows.entries()) {
        const history = reader.history(parties["applicant"] ?? "", encoder.events);
        expect(bitsOf(encoder.encode(history, t))).toEqual(bitsOf(tokens(i)));
      }
    } finally {
      await reader.close();
    }
  });

  it.skipIf(!existsSync(python))("are those that Python gathers from the mapped files", async () => {
    const { tokens } = await openSequences(built.folder);
    const script = join(shop.folder, "gather.py");
    await writeFile(script, GATHER);
    const env = {
      PATH: process.env["PATH"] ?? "",
      PYTHONPATH: fileURLToPath(new URL("../../python", import.meta.url)),
    };
    const bytes = execFileSync(python, [script, built.folder], { env, maxBuffer: 1 << 26 });
    const padded = rows.map((_, i) => tokens(i));
    const { length } = encoder;
    const batch = Buffer.concat([
      Buffer.from(Int32Array.from(padded, (row) => row.length).buffer),
      stacked(
        padded.map(({ kind }) => kind),
        new Uint8Array(length),
      ),
      stacked(
        padded.map(({ age }) => age),
        new Int32Array(length),
      ),
      ...encoder.columns.map(({ type }, i) =>
        stacked(
          padded.map(({ columns }) => columns[i]!),
          type === "code" ? new Int32Array(length) : new Float32Array(length).fill(Number.NaN),
        ),
      ),
    ]);
    expect(bytes.equals(batch)).toBe(true);
    expect(bytes.length).toBe(122 * (4 + 6 * (1 + 4 + 4 * encoder.columns.length)));
  });
});

const GATHER = `
import sys
import numpy as np
from pathlib import Path
from assay_trainer.sequences import open_sequences

sequences = open_sequences(Path(sys.argv[1]))
batch = sequences.gather(np.arange(sequences.rows))
for array in [batch.lengths, batch.kind, batch.age, *batch.columns.values()]:
    sys.stdout.buffer.write(array.tobytes())
`;

/** Rows one after the other, each with nothing behind its tokens. */
function stacked<T extends Uint8Array | Int32Array | Float32Array>(columns: readonly T[], nothing: T): Buffer {
  return Buffer.concat(
    columns.map((column) => {
      const row = nothing.slice() as T;
      row.set(column);
      return Buffer.from(row.buffer);
    }),
  );
}

describe("a fit", () => {
  const trainingEntities = () => {
    const { spine, split } = shop.rows;
    const people = spine.flatMap(({ parties }) => parties["applicant"] ?? []);
    return new Set(people.filter((entity) => splitOf(entity, split) === "train"));
  };
  /** Of those in training rows the newest revision known by then of what happened by then. */
  const known = (until: number): HistoryEvent[] => {
    const training = trainingEntities();
    const events = shop.events.filter((event) => training.has(event.entity) && event.knownAt <= until);
    const newest = Map.groupBy(events, ({ eventId }) => eventId);
    return [...newest.values()]
      .map((revisions) => revisions.toSorted((a, b) => b.knownAt - a.knownAt)[0]!)
      .filter((event) => !event.retracted && event.at < until);
  };
  const isThere = (value: HistoryEvent["fields"][string] | undefined): value is number | string =>
    value !== undefined && value !== null;
  const fieldsOf = (until: number, event: string, field: string) =>
    known(until).flatMap(({ event: type, fields }) =>
      type === event && isThere(fields[field]) ? [fields[field]] : [],
    );
  const paidBy = (until: number, field: string) =>
    known(until).flatMap(({ entity, event, fields }) =>
      event === "purchase" && Number(fields["amount"]) > 0 && isThere(fields[field])
        ? [{ entity, said: fields[field] }]
        : [],
    );
  const paidField = (until: number, field: string) => paidBy(until, field).map(({ said }) => said);
  const most = (field: string, count: number, wordOf: (said: unknown) => unknown = (said) => said) =>
    [...Map.groupBy(paidBy(KNOWN_UNTIL, field), ({ said }) => String(wordOf(said)))]
      .filter(([, uses]) => new Set(uses.map(({ entity }) => entity)).size >= 10)
      .sort(([a, x], [b, y]) => y.length - x.length || Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .slice(0, count)
      .map(([word]) => word);

  it("takes means, quantiles and words from what training rows' entities had by the cut-off", () => {
    const billed = fieldsOf(KNOWN_UNTIL, "statement", "billed").map((value) => BigInt(value));
    const [n, sum] = [BigInt(billed.length), billed.reduce((total, value) => total + value, 0n)];
    const squares = billed.reduce((total, value) => total + value * value, 0n);
    const amounts = paidField(KNOWN_UNTIL, "amount")
      .map(Number)
      .sort((a, b) => a - b);
    const edge = (i: number) => amounts[Math.ceil((i * amounts.length) / 5) - 1]!;
    const notes = paidField(KNOWN_UNTIL, "note");
    const kinds = paidField(KNOWN_UNTIL, "kind");
    const [statement, purchase] = fitted.fit.steps;
    expect(statement).toEqual([
      {
        kind: "scaled",
        mean: Number(sum) / Number(n),
        deviation: Math.sqrt(Number(n * squares - sum * sum) / Number(n * n)),
        rows: Number(n),
      },
      { kind: "number" },
    ]);
    expect(purchase!.filter((_, i) => i !== 1)).toEqual([
      { kind: "steps", edges: [edge(1), edge(2), edge(3), edge(4)], rows: amounts.length },
      {
        kind: "coded",
        words: most("kind", 1000, (kind) => ["groceries", "rent", "cash"][Number(kind)]),
        rows: kinds.length,
      },
      {
        kind: "coded",
        words: most("merchant", 2),
        rows: paidField(KNOWN_UNTIL, "merchant").length,
      },
      { kind: "coded", words: most("note", 1000), rows: notes.length },
      {
        kind: "coded",
        words: most("online", 1000, (online) => online === 1),
        rows: kinds.length,
      },
    ]);
    expect(fitted.fit).toMatchObject({
      fittedKnownUntil: formatInstant(KNOWN_UNTIL),
      entities: { count: trainingEntities().size },
    });
    expect(rowsIn(fitted)).toBeGreaterThan(100);
  });

  const rowsIn = ({ fit }: FittedSequence) =>
    fit.steps.flat().reduce((sum, field: EncodedField) => sum + ("rows" in field ? field.rows : 0), 0);

  it("knows more from a later cut-off, and has the same hash from the same one", async () => {
    const later = await fitSequence({ ...shop.rows, knownUntil: KNOWN_UNTIL + 30 * MICROS_PER_DAY }, quiet);
    expect(rowsIn(later)).toBeGreaterThan(rowsIn(fitted));
    expect(later.hash).not.toBe(fitted.hash);
    expect((await fitSequence({ ...shop.rows, knownUntil: KNOWN_UNTIL }, quiet)).hash).toBe(fitted.hash);
  });

  it("is refused where there is nothing to fit on", async () => {
    const spine = shop.rows.spine.filter(({ decisionId }) => decisionId === "d-nobody");
    await expect(fitSequence({ ...shop.rows, spine, knownUntil: KNOWN_UNTIL }, quiet)).rejects.toMatchObject({
      code: "ASSAY_DATASETS_NOTHING_TO_FIT",
    });
  });
});

describe("sequences", () => {
  const build = (more: object, name = "other") =>
    buildSequences({ ...shop.rows, name: "shopping", fitted, ...more }, siteOf(name));

  it("have the same bytes each time, also when late events have come since", async () => {
    await shop.ingestLate();
    await shop.history.seal();
    const again = await build({}, "again");
    expect(again.hash).toBe(built.hash);
    for (const name of await readdir(built.folder)) {
      expect([name, await readFile(join(again.folder, name))]).toEqual([
        name,
        await readFile(join(built.folder, name)),
      ]);
    }
  });

  it("hold each entity once, whatever rows it is in", async () => {
    const once = await build({ spine: shop.rows.spine.filter(({ decisionId }) => decisionId !== "d-0") });
    expect(once.manifest).toMatchObject({ tokens: built.manifest.tokens, rows: built.manifest.rows - 1 });
  });

  it("refuse a row that evaluates on whom the fit saw, later than the row", async () => {
    const later = await fitSequence({ ...shop.rows, knownUntil: BEGINS + 200 * MICROS_PER_DAY }, quiet);
    // Nobody who evaluates in the split of the fit was seen by it; in another split many were.
    const apart = await build({ fitted: later });
    expect(apart.manifest.split.rows.test).toBeGreaterThan(0);
    await expect(build({ fitted: later, split: { seed: "other", train: 0.5, validation: 0.5 } })).rejects.toMatchObject(
      {
        code: "ASSAY_DATASETS_SEEN_BEFORE",
        problem: { rule: expect.stringContaining("up to 2024-07-19") },
      },
    );
    // Known earlier than every row, it may have seen whom it likes.
    const early = await build({ split: { seed: "other", train: 0.5, validation: 0.5 } });
    expect(early.manifest.rows).toBe(122);
  });

  it("refuse a fit of another meaning", async () => {
    const node = { ...shopping.node, count: 7 };
    const other = { sequence: { node, meaningHash: "f".repeat(64) } };
    await expect(build(other)).rejects.toMatchObject({ code: "ASSAY_COMPILE_OTHER_FIT" });
  });

  it("leave nothing behind when they are cancelled", async () => {
    const [cancel, site] = [new AbortController(), siteOf("cancelled")];
    cancel.abort();
    await expect(
      buildSequences({ ...shop.rows, name: "x", fitted }, { ...site, signal: cancel.signal }),
    ).rejects.toThrow("aborted");
    expect(existsSync(site.folder)).toBe(false);
  });

  it("are found again by what they were made from, and by nothing else", async () => {
    const request = { ...shop.rows, name: "shopping", knownUntil: KNOWN_UNTIL };
    const folder = join(shop.folder, "sequences");
    expect(await foundSequences(request, folder)).toEqual(built);
    const others = [
      { name: "other" },
      { knownUntil: KNOWN_UNTIL + 1 },
      { split: { ...request.split, seed: "other" } },
      { spine: request.spine.slice(1) },
      { splitRole: "coApplicant" },
      { snapshot: { ...request.snapshot, hash: "f".repeat(64) } },
      { sequence: { ...request.sequence, meaningHash: "f".repeat(64) } },
    ];
    for (const other of others) expect(await foundSequences({ ...request, ...other }, folder)).toBeUndefined();
    expect(await foundSequences(request, join(shop.folder, "nowhere"))).toBeUndefined();
  });

  it("go with whoever stands in their rows, or in their fit alone", async () => {
    const folder = join(shop.folder, "forgetting");
    const person = shop.rows.spine.find(
      ({ parties }) => parties["applicant"] !== undefined && splitOf(parties["applicant"], shop.rows.split) === "train",
    )!.parties["applicant"]!;
    const rowsOf = (entity: string) => shop.rows.spine.filter(({ parties }) => parties["applicant"] === entity);
    const without = shop.rows.spine.filter((row) => !rowsOf(person).includes(row));
    const whole = await build({}, "forgetting");
    const seenOnly = await build({ name: "seen only", spine: without }, "forgetting");
    const rest = { ...shop.rows, spine: without, name: "rest" };
    const apart = await build(
      { ...rest, fitted: await fitSequence({ ...rest, knownUntil: KNOWN_UNTIL }, quiet) },
      "forgetting",
    );
    const found = await sequencesHolding(folder, [person]);
    expect(found).toEqual(
      [
        { sequences: whole.hash, rows: rowsOf(person).length },
        { sequences: seenOnly.hash, rows: 0 },
      ].sort((a, b) => (a.sequences < b.sequences ? -1 : 1)),
    );
    expect(await sequencesHolding(folder, ["it's nobody"])).toEqual([]);
    await mkdir(join(folder, ".building-cut-off"));
    const hashes = found.map(({ sequences }) => sequences);
    for (let time = 0; time < 2; time++) await withdrawSequences(folder, hashes, "a person was erased");
    expect(await readdir(folder)).toEqual([...hashes, apart.hash].sort());
    for (const hash of hashes) {
      expect(await readdir(join(folder, hash))).toEqual(["withdrawn.json"]);
      await expect(checkNotWithdrawn(folder, hash)).rejects.toThrow(/ASSAY_DATASETS_WITHDRAWN: sequences "/);
    }
    expect(await sequencesHolding(folder, [person])).toEqual([]);
    expect(await foundSequences({ ...shop.rows, name: "shopping", knownUntil: KNOWN_UNTIL }, folder)).toBeUndefined();
    expect((await openSequences(apart.folder)).manifest.rows).toBe(without.length);
  });

  it("are refused by name where a file is damaged", async () => {
    const copy = await build({ name: "damaged" });
    await writeFile(join(copy.folder, "kind.u8"), Buffer.alloc(copy.manifest.tokens));
    await expect(openSequences(copy.folder)).rejects.toMatchObject({ code: "ASSAY_DATASETS_DAMAGED_FILE" });
  });
});

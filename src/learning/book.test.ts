import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fixedClock, instant } from "../base/index.ts";
import { type Metadata, openMetadata } from "../storage/index.ts";
import { type Book, openBook } from "./book.ts";
import type { LearningDeclaration } from "./declaration.ts";
import type { AskedLoop } from "./loops.ts";

const NOW = instant("2026-03-01T00:00:00Z");
const CHAMPION = "c".repeat(64);
const asked: AskedLoop = {
  bundleName: "lines",
  trigger: { kind: "hand", why: "to see", by: "ann" },
  labelCutOff: NOW,
};

let folder: string;
let metadata: Metadata;
let book: Book;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-book-"));
  metadata = await openMetadata(folder);
  book = await opened({ bundle: "lines" });
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await metadata.pool.query("truncate learning.loop cascade");
});

const opened = (declaration: LearningDeclaration | undefined, champion: string | null = CHAMPION) =>
  openBook(metadata, { declaration, clock: fixedClock(NOW), champion: async () => champion });

const refusal = (code: string) => ({ problem: { code: `ASSAY_LEARNING_${code}` } });

async function endedLoop(): Promise<string> {
  const { id } = await book.ask(asked);
  await book.end(id, { verdict: "kept", why: "a gate failed", evidence: null, problem: null });
  return id;
}

describe("the kill switch", () => {
  it("ends the open loop, refuses the next by name, and lets go", async () => {
    const entry = await book.ask(asked);
    const halt = await book.halt({ person: "bob", note: "an audit" });
    expect(halt).toMatchObject({ person: "bob", note: "an audit" });
    expect(await book.loop(entry.id)).toMatchObject({ cancelAsked: true, why: "bob stopped learning" });
    expect(await book.halt({ person: "cyd", note: "too" })).toEqual(halt);
    await book.end(entry.id, { verdict: "cancelled", why: "it was cancelled", evidence: null, problem: null });
    await expect(book.ask(asked)).rejects.toMatchObject(refusal("HALTED"));
    await expect(book.checkOpen("a release")).rejects.toMatchObject(refusal("HALTED"));
    await book.resume();
    expect(await book.halted()).toBeNull();
    expect((await book.ask(asked)).state).toBe("asked");
  });
});

describe("asking for a loop", () => {
  it("writes down who asked, why, and against which champion", async () => {
    const entry = await book.ask(asked);
    expect(entry).toMatchObject({
      bundleName: "lines",
      trigger: asked.trigger,
      labelCutOff: "2026-03-01T00:00:00.000000Z",
      state: "asked",
      step: null,
      champion: CHAMPION,
      cancelAsked: false,
      endedAt: null,
    });
    expect(await book.loop(entry.id)).toEqual(entry);
    expect(await book.loops(10)).toEqual([entry]);
    expect(await book.openLoops()).toEqual([entry]);
  });

  it("lets one of many that ask at once have it, and names it to the others", async () => {
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => book.ask(asked)));
    const taken = answers.filter(({ status }) => status === "fulfilled");
    expect(taken).toHaveLength(1);
    const [entry] = await book.loops(10);
    for (const answer of answers) {
      if (answer.status === "rejected") expect((answer.reason as Error).message).toContain(entry!.id);
    }
    expect(await book.loops(10)).toHaveLength(1);
  });

  it("is refused by the database itself while another is open", async () => {
    const { id } = await book.ask(asked);
    const again = metadata.pool.query(
      `insert into learning.loop (id, bundle_name, trigger_kind, trigger_why, trigger_by, label_cut_off, state, why, cancel_asked)
       select 'another', bundle_name, 'hand', '', '', 0, 'running', '', false from learning.loop where id = $1`,
      [id],
    );
    await expect(again).rejects.toThrow("one_open_loop");
  });

  it("is refused without a declaration, for another bundle, and without a champion", async () => {
    await expect((await opened(undefined)).ask(asked)).rejects.toMatchObject(refusal("NOT_DECLARED"));
    await expect((await opened({ bundle: "cards" })).ask(asked)).rejects.toMatchObject(refusal("OTHER_BUNDLE"));
    await expect((await opened({ bundle: "lines" }, null)).ask(asked)).rejects.toMatchObject(refusal("NO_CHAMPION"));
  });

  it("is refused while learning is stopped or frozen, and allowed right after", async () => {
    await expect((await opened({ bundle: "lines", stopped: true })).ask(asked)).rejects.toMatchObject(
      refusal("STOPPED"),
    );
    const freeze = (from: string, to: string) => opened({ bundle: "lines", freezes: [{ from, to, why: "year end" }] });
    const frozen = await freeze("2026-02-28T00:00:00Z", "2026-03-01T00:00:01Z");
    await expect(frozen.ask(asked)).rejects.toMatchObject(refusal("FROZEN"));
    const thawed = await freeze("2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z");
    expect((await thawed.ask(asked)).state).toBe("asked");
  });

  it("waits for the cool-down of the last loop, but not of one that was cancelled", async () => {
    const last = await endedLoop();
    const cooling = await opened({ bundle: "lines", coolDownHours: 2 });
    await expect(cooling.ask(asked)).rejects.toMatchObject(refusal("COOLING_DOWN"));
    await metadata.pool.query("update learning.loop set ended_at = ended_at - 7200000000 where id = $1", [last]);
    const { id } = await cooling.ask(asked);
    await book.end(id, { verdict: "cancelled", why: "ann said so", evidence: null, problem: null });
    expect((await cooling.ask(asked)).state).toBe("asked");
  });

  it("counts the loops of thirty days", async () => {
    const first = await endedLoop();
    await endedLoop();
    const twice = await opened({ bundle: "lines", mostLoopsPerMonth: 2 });
    await expect(twice.ask(asked)).rejects.toMatchObject(refusal("TOO_MANY_LOOPS"));
    await metadata.pool.query("update learning.loop set asked_at = asked_at - 2592000000001 where id = $1", [first]);
    expect((await twice.ask(asked)).state).toBe("asked");
  });
});

describe("a person's word", () => {
  const approve = { verdict: "approve", person: "ann", note: "looks right" } as const;

  it("is taken while the loop waits for it; the first counts, and the same again changes nothing", async () => {
    const { id } = await book.ask(asked);
    await expect(book.answer(id, approve)).rejects.toMatchObject(refusal("NOT_PAUSED"));
    await book.begin(id, "approval");
    await book.pause(id, "it waits for a person");
    expect(await book.approvalOf(id)).toBeUndefined();
    await book.answer(id, approve);
    await book.answer(id, approve);
    const refuse = { verdict: "refuse", person: "bob", note: "no" } as const;
    await expect(book.answer(id, refuse)).rejects.toMatchObject(refusal("ALREADY_ANSWERED"));
    expect(await book.approvalOf(id)).toEqual(approve);
    await expect(book.answer("loop-x", approve)).rejects.toMatchObject(refusal("UNKNOWN_LOOP"));
  });

  it("cancels what is open, and nothing that has ended", async () => {
    const { id } = await book.ask(asked);
    expect(await book.cancel(id, "ann")).toMatchObject({ cancelAsked: true, why: "ann asked to cancel it" });
    await book.end(id, { verdict: "cancelled", why: "it was cancelled", evidence: null, problem: null });
    await expect(book.cancel(id, "ann")).rejects.toMatchObject(refusal("LOOP_ENDED"));
    await expect(book.cancel("loop-x", "ann")).rejects.toMatchObject(refusal("UNKNOWN_LOOP"));
  });
});

describe("an end", () => {
  it("is written once", async () => {
    const { id } = await book.ask(asked);
    const ending = { verdict: "kept", why: "a gate failed", evidence: CHAMPION, problem: null } as const;
    const ended = await book.end(id, ending);
    expect(ended).toMatchObject({ state: "kept", evidence: CHAMPION });
    expect(await book.end(id, { ...ending, verdict: "released" })).toEqual(ended);
    expect(await book.begin(id, "train")).toEqual(ended);
    expect(await book.openLoops()).toEqual([]);
  });
});

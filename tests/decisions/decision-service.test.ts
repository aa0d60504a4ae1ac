import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant, isAssayError } from "../../src/base/index.ts";
import {
  applicationEvents,
  DecisionService,
  eventDoor,
  firstBreak,
  replayDecision,
  runBundle,
} from "../../src/decisions/index.ts";
import { openHistory } from "../../src/history/index.ts";
import { openSite, people, type Site, takeInPeople, tickingClock } from "./decision-site.ts";
import { lineParcel } from "./line-bundle.ts";
import { lineRequest, NOW } from "./line-request.ts";

let folder: string;
let site: Site;
const workers: Worker[] = [];
const seat = (worker: Worker) => workers.push(worker);
const laterParcel = lineParcel("later");
beforeAll(async () => {
  process.on("worker", seat);
  folder = await mkdtemp(join(tmpdir(), "assay-decisions-"));
  site = await openSite(folder);
  await takeInPeople(site);
});
afterAll(async () => {
  process.off("worker", seat);
  await site.close();
  await rm(folder, { recursive: true });
});

/** One key opens one application, whichever process it reaches: so a change here would decide old keys again. */
function applicationOf(key: string): string {
  return `app-${createHash("sha256").update(key).digest("hex").slice(0, 24)}`;
}

let nextKey = 0;
const decide = (entity: string, key = `key-${nextKey++}`, increase = "1000.00") =>
  site.service.decide(lineRequest(entity, key, increase));

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: unknown) => (isAssayError(error) ? error.code : String(error)),
  );

async function rowsOf(table: "decisions" | "requests"): Promise<number> {
  const { rows } = await site.metadata.pool.query<{ count: number }>(`select count(*) as count from ${table}`);
  return rows[0]!.count;
}

/** Events of an application by name, from the online history. */
async function toldOf(application: string, name: string) {
  const { events } = site.history.online.history(application, [`application.${name}`]);
  return [...(events[`application.${name}`]?.at ?? [])];
}

describe("a decision", () => {
  it("is made from the person's history, answered as recorded, and replays from its record", async () => {
    const dispositions = [];
    for (const entity of [...Object.keys(people), "b-unknown"]) {
      const { decision, link } = await decide(entity);
      dispositions.push(decision.disposition);
      const stored = (await site.records.decision(decision.decisionId))!;
      expect(stored).toMatchObject({ decision, intact: true, link });
      expect(stored.envelope).toMatchObject({ arm: "champion", notice: decision.adverse ? decision.decisionId : null });
      expect(stored.envelope.positions[0]!.offset).toBeGreaterThan(0);
      expect(replayDecision(runBundle(site.parcel), stored)).toMatchObject({ same: true });
    }
    expect(dispositions).toEqual(["approve", "counterOffer", "refer", "decline", "refer"]);
  });

  it("tells the log what it means for the application, once", async () => {
    const { decision } = await decide("b-fair");
    while ((await site.service.forwardOutbox()) > 0);
    const { rows } = await site.metadata.pool.query<{ events: never[] }>("select events from outbox");
    const head = site.history.log.head();
    await eventDoor(site.history).append(rows.flatMap(({ events }) => events));
    expect(site.history.log.head()).toEqual(head);
    for (const name of ["received", "completed", "decided", "offerPresented", "noticeIssued"]) {
      expect(await toldOf(decision.application, name)).toHaveLength(1);
    }
    expect(await toldOf(decision.application, "reviewOpened")).toEqual([]);
  });

  it("has its shadow scores kept beside it", async () => {
    const { decision } = await decide("b-good");
    await site.service.drainShadows();
    const { rows } = await site.metadata.pool.query("select model, raw from shadow_scores where decision_id = $1", [
      decision.decisionId,
    ]);
    expect(rows).toEqual(
      [{ model: "pdChallenger", raw: decision.outputs[0]!.raw - 0.1 }].map(({ model, raw }) => ({
        model,
        raw: expect.closeTo(raw, 12),
      })),
    );
    expect(site.service.shadowFailures).toBe(0);
  });
});

describe("an idempotency key", () => {
  it("is answered once, at the same time and later, and refuses another request", async () => {
    const before = await rowsOf("decisions");
    const together = await Promise.all([decide("b-fair", "same"), decide("b-fair", "same"), decide("b-fair", "same")]);
    const later = await decide("b-fair", "same");
    expect(new Set([...together, later].map(({ decision }) => decision.decisionId)).size).toBe(1);
    expect([...together, later].map(({ repeated }) => repeated)).toEqual([false, true, true, true]);
    expect(await rowsOf("decisions")).toBe(before + 1);
    expect(await codeOf(decide("b-fair", "same", "2000.00"))).toBe("ASSAY_DECISIONS_KEY_REUSED");
    const [first, other] = await Promise.allSettled([decide("b-fair", "mixed"), decide("b-good", "mixed")]);
    expect([first.status, other.status]).toEqual(["fulfilled", "rejected"]);
    expect(await codeOf(decide("b-good", "mixed"))).toBe("ASSAY_DECISIONS_KEY_REUSED");
  });

  it("whose request was cut off after it was appended is decided once, at the instant it first arrived", async () => {
    const application = applicationOf("cut off");
    const at = NOW - 1_000_000;
    await eventDoor(site.history).append([
      {
        event: "application.received",
        entity: application,
        source: "assay.decisions",
        eventId: `${application}:received`,
        at: formatInstant(at),
        fields: { detail: "lineRequest" },
      },
    ]);
    const { decision, repeated } = await decide("b-good", "cut off");
    expect(repeated).toBe(false);
    expect(decision).toMatchObject({ application, t: formatInstant(at + 1) });
    expect(await toldOf(application, "received")).toEqual([at]);
    expect((await decide("b-good", "cut off")).decision).toEqual(decision);
    expect(site.history.quarantine.counts().total).toBe(0);
  });

  it("asked of two writers at once, each with a log of its own, is decided once and answered by both", async () => {
    const vault = site.vault;
    const schema = Object.fromEntries(applicationEvents.map((event) => [event.name, event]));
    const elsewhere = await openHistory(join(folder, "elsewhere"), { schema, vault, clock: { now: () => NOW * 2 } });
    const { pool, parcel, metadata } = site;
    const other = new DecisionService({
      pool,
      records: site.anotherStore(),
      events: eventDoor(elsewhere),
      parcelOf: async () => parcel,
      clock: tickingClock(),
      release: "test",
    });
    await other.prepare(parcel);
    other.use(parcel.hash);
    for (let i = 0; i < 20; i++) {
      const answers = await Promise.all([
        decide("b-fair", `both-${i}`),
        other.decide(lineRequest("b-fair", `both-${i}`)),
      ]);
      expect(answers[0].decision).toEqual(answers[1].decision);
      expect(answers.filter(({ repeated }) => repeated)).toHaveLength(1);
    }
    const { rows } = await metadata.pool.query(
      "select idempotency_key from requests where idempotency_key like 'both-%'",
    );
    expect(rows).toHaveLength(20);
    await other.drainShadows();
    await elsewhere.close();
  });
});

describe("a worker that dies", () => {
  it("refuses by name what it held; the same request again is answered, and the pool goes on", async () => {
    const codes = new Set<string>();
    const keys: string[] = [];
    // Until one dies with work in hand; usually the first.
    for (let round = 0; round < 20 && !codes.has("ASSAY_DECISIONS_WORKER_LOST"); round++) {
      const asked = Array.from({ length: 40 }, (_, i) => `dying-${round}-${i}`);
      const outcomes = Promise.all(asked.map((key) => codeOf(decide("b-fair", key))));
      while ((await eventDoor(site.history).receivedAt([applicationOf(asked[0]!)]))[0] === undefined) {
        await new Promise((turn) => setImmediate(turn));
      }
      await workers.at(-1)!.terminate();
      for (const code of await outcomes) codes.add(code);
      keys.push(...asked);
    }
    expect([...codes].filter((code) => code !== "none")).toEqual(["ASSAY_DECISIONS_WORKER_LOST"]);
    const again = await Promise.all(keys.map((key) => decide("b-fair", key)));
    expect(new Set(again.map(({ decision }) => decision.decisionId)).size).toBe(keys.length);
    expect(again.every(({ decision }) => decision.disposition === "counterOffer")).toBe(true);
  });
});

describe("a release under load", () => {
  it("lets each answer name one of two bundles, by when it began", async () => {
    await site.service.prepare(laterParcel);
    const before = Array.from({ length: 20 }, () => decide("b-good"));
    site.service.use(laterParcel.hash);
    const after = Array.from({ length: 20 }, () => decide("b-good"));
    const bundles = (answers: { decision: { bundle: string } }[]) =>
      new Set(answers.map(({ decision }) => decision.bundle));
    expect(bundles(await Promise.all(before))).toEqual(new Set([site.parcel.hash]));
    expect(bundles(await Promise.all(after))).toEqual(new Set([laterParcel.hash]));
    site.service.use(site.parcel.hash);
  });

  it("is refused where the bundle was not prepared", () => {
    expect(() => site.service.use("0".repeat(64))).toThrow("ASSAY_DECISIONS_BUNDLE_REFUSED");
  });
});

const verdict = { disposition: "decline", code: "income", person: "r.chen", reasons: ["incomeUnverified"] } as const;

describe("a review", () => {
  it("keeps the person's code and reasons, once per referral; the same verdict again repeats the answer", async () => {
    const referral = (await decide("b-grey")).decision;
    const [first, second] = await Promise.all([
      site.service.review(referral.decisionId, verdict),
      site.service.review(referral.decisionId, verdict),
    ]);
    expect(first).toMatchObject({
      repeated: false,
      decision: { supersedes: referral.decisionId, decidedBy: "person" },
    });
    expect(second).toEqual({ ...first, repeated: true });
    expect(await site.service.review(referral.decisionId, verdict)).toMatchObject({
      decision: first.decision,
      repeated: true,
    });
    const stored = (await site.records.decision(first.decision.decisionId))!;
    expect(stored.decision).toMatchObject({ override: { code: "income", person: "r.chen" }, disposition: "decline" });
    expect(stored.decision.reasons[0]).toMatchObject({ reason: "incomeUnverified", component: "person" });
    expect(replayDecision(runBundle(site.parcel), stored, { referral })).toMatchObject({ same: true });
    const other = site.service.review(referral.decisionId, { ...verdict, reasons: ["latePayments"] });
    expect(await codeOf(other)).toBe("ASSAY_DECISIONS_ALREADY_CLOSED");
  });

  it("of two that disagree at the same time: one closes the referral, the other hears of it", async () => {
    const referral = (await decide("b-grey")).decision;
    const approve = { disposition: "approve", code: "known", person: "a.lee", reasons: [] } as const;
    const codes = await Promise.all(
      [verdict, approve].map((each) => codeOf(site.service.review(referral.decisionId, each))),
    );
    expect(codes.sort()).toEqual(["ASSAY_DECISIONS_ALREADY_CLOSED", "none"]);
  });

  it("that comes while a wrong one is under way is heard after it", async () => {
    const referral = (await decide("b-grey")).decision;
    const wrong = { ...verdict, reasons: ["noSuchReason"] };
    const codes = await Promise.all(
      [wrong, verdict].map((each) => codeOf(site.service.review(referral.decisionId, each))),
    );
    expect(codes).toEqual(["ASSAY_POLICY_UNKNOWN_NAME", "none"]);
  });

  it("of a referral that was decided under a bundle no longer in memory reads that bundle", async () => {
    const referral = (await decide("b-grey")).decision;
    const asked: string[] = [];
    const { pool, records, history } = site;
    const restarted = new DecisionService({
      pool,
      records,
      events: eventDoor(history),
      async parcelOf(bundle) {
        asked.push(bundle);
        return site.parcel;
      },
      clock: tickingClock(NOW + 1_000_000_000),
      release: "test",
    });
    await restarted.prepare(laterParcel);
    restarted.use(laterParcel.hash);
    const { decision } = await restarted.review(referral.decisionId, verdict);
    expect(asked).toEqual([site.parcel.hash]);
    expect(decision).toMatchObject({ bundle: site.parcel.hash, supersedes: referral.decisionId });
  });

  it("is refused for what was not referred or never decided, and no client's key takes its place", async () => {
    const { decision } = await decide("b-good");
    expect(await codeOf(site.service.review(decision.decisionId, verdict))).toBe("ASSAY_DECISIONS_NOT_REFERRED");
    expect(await codeOf(site.service.review("d-none", verdict))).toBe("ASSAY_DECISIONS_NOT_FOUND");
    const referral = (await decide("b-grey")).decision;
    await decide("b-good", `review:${referral.decisionId}`);
    expect(await codeOf(site.service.review(referral.decisionId, verdict))).toBe("none");
  });
});

describe("what is wrong with a request", () => {
  it("is said by name before anything is kept", async () => {
    const asked = lineRequest("b-good", "wrong");
    const before = { decisions: await rowsOf("decisions"), head: site.history.log.head() };
    const ask = (change: object) => codeOf(site.service.decide({ ...asked, ...change }));
    const twice = { parties: [...asked.parties, ...asked.parties] };
    expect(await ask({ request: "loan" })).toBe("ASSAY_DECISIONS_UNKNOWN_REQUEST");
    expect(await ask({ parties: [] })).toBe("ASSAY_DECISIONS_MISSING_PARTY");
    expect(await ask({ parties: [...asked.parties, { role: "guarantor", entity: "b" }] })).toBe(
      "ASSAY_DECISIONS_UNKNOWN_PARTY",
    );
    expect(await ask(twice)).toBe("ASSAY_DECISIONS_PARTY_TWICE");
    expect(await ask({ asked: { increase: "5.001" } })).toBe("ASSAY_DECISIONS_BAD_FIELD");
    expect(await ask({ asked: { increase: "5", wayOut: "5" } })).toBe("ASSAY_DECISIONS_BAD_FIELD");
    expect({ decisions: await rowsOf("decisions"), head: site.history.log.head() }).toEqual(before);
    expect((await site.service.decide(asked)).decision.disposition).toBe("approve");
  });
});

describe("everything kept so far", () => {
  it("is linked into a whole chain, every content intact", async () => {
    for (const links of (await site.records.links()).values()) expect(firstBreak(links)).toBeNull();
    for await (const { content } of site.records.contents()) expect(content).toBe("intact");
  });
});

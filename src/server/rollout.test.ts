// A challenger beside the champion, in a whole service: who meets it, what it makes of requests that it only looks on at,
// what happens where it fails, and how it ends.

import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Hash } from "../base/index.ts";
import type { BundleFailures, DecisionAnswer, ServedDecision, StoredDecision } from "../decisions/index.ts";
import type { Rollout } from "../registry/index.ts";
import { type LineParcel, lineParcel } from "./fixtures/line-bundle.ts";
import { bearer, type LineService, lineRequestOf, openLineService, statementsOf } from "./fixtures/line-service.ts";

const PEOPLE = Array.from({ length: 40 }, (_, i) => `b-${i}`);
/** More than a challenger that offers a thousand times as much can count in stored units. */
const TOO_MUCH = "100000000000.00";

let service: LineService;
let app: FastifyInstance;
let headers: { authorization: string };
let [champion, strict, generous, later, unreadable]: Hash[] = [];
beforeAll(async () => {
  service = await openLineService({ released: false });
  champion = await service.saveBundle(lineParcel("champion"));
  strict = await service.saveBundle(banded("strict", [{ kind: "approve", offer: offer(1) }, { kind: "decline" }]));
  generous = await service.saveBundle(banded("generous", [{ kind: "approve", offer: offer(1_000) }]));
  later = await service.saveBundle(lineParcel("later"));
  unreadable = await service.saveBundle(unknownSemantics());
  await service.parts.registry.release({ bundle: champion, by: "test", note: "first" });
  app = await service.build();
  headers = await bearer(service.keys);
  const fair = PEOPLE.flatMap((person) => statementsOf(person, 1));
  await app.inject({ method: "POST", url: "/v1/events", headers, payload: fair });
});
afterAll(() => service.close());

const offer = (times: number) => ({ increase: { asked: "increase", times } });

type Action = (LineParcel["document"]["policy"]["rules"][number] & { kind: "bands" })["otherwise"];

/** The line bundle with other actions in its first bands. */
function banded(name: string, actions: readonly Action[]): LineParcel {
  const { document, objects } = lineParcel(name);
  const rules = document.policy.rules.map((rule) => {
    if (rule.kind !== "bands") return rule;
    return { ...rule, bands: rule.bands.map((band, i) => ({ ...band, action: actions[i] ?? band.action })) };
  });
  return { document: { ...document, policy: { ...document.policy, rules } }, objects };
}

function unknownSemantics(): LineParcel {
  const { document, objects } = lineParcel("unreadable");
  return { document: { ...document, semantics: { ...document.semantics, number: 999 } }, objects };
}

const post = (url: string, payload: object = {}, key = "") =>
  app.inject({ method: "POST", url, headers: { ...headers, "idempotency-key": key }, payload });
const get = async <T>(url: string) => (await app.inject({ method: "GET", url, headers })).json<T>();
const metrics = async () => (await app.inject({ url: "/metrics", headers })).body;

let nextKey = 0;
async function decide(person: string, { key = `k-${nextKey++}`, increase = "1000.00" } = {}): Promise<StoredDecision> {
  const answer = await post("/v1/decisions", lineRequestOf(person, increase), key);
  expect(answer.statusCode).toBe(200);
  return await get<StoredDecision>(`/v1/decisions/${answer.json<DecisionAnswer>().decision.decisionId}`);
}
const decideAll = () => Promise.all(PEOPLE.map((person) => decide(person)));

let nextRollout = 0;
/** Begins it as another process would, and waits until this one follows it. */
async function begin(about: Partial<Rollout> & Pick<Rollout, "stage">): Promise<Rollout> {
  const id = `loop-${nextRollout++}`;
  const canary = about.stage === "canary" ? { shareBasisPoints: 3_000, guardrails: ["errors"] } : {};
  const rollout = { id, salt: id, bundle: strict!, shareBasisPoints: 0, guardrails: [], ...canary, ...about };
  await service.parts.registry.setRollout(rollout);
  await expect.poll(() => service.parts.decisions.rollout, FOLLOWED).toMatchObject(rollout);
  return rollout;
}
const FOLLOWED = { timeout: 5_000, interval: 10 };

async function end(): Promise<void> {
  const rollout = await service.parts.registry.rollout();
  if (rollout !== null) await service.parts.registry.endRollout(rollout.id);
  await expect.poll(() => service.parts.decisions.rollout, FOLLOWED).toBeNull();
}
beforeEach(end);

async function servedSince<T>(fromKept: number, of: (decision: ServedDecision) => T): Promise<T[]> {
  const found: T[] = [];
  await service.parts.decisions.drainShadows();
  for await (const decision of service.parts.records.served({ fromKept })) found.push(of(decision));
  return found;
}

async function failuresOf(bundle: Hash): Promise<Omit<BundleFailures, "bundle">[]> {
  await service.parts.decisions.drainShadows();
  const all = await service.parts.records.failures();
  return all.filter((one) => one.bundle === bundle).map(({ arm, failures }) => ({ arm, failures }));
}

describe("a canary", () => {
  it("decides for its share, the champion for a control as large and for the rest; each record says how", async () => {
    const { salt } = await begin({ stage: "canary" });
    const made = await decideAll();
    const arms = Map.groupBy(made, ({ envelope }) => envelope.arm);
    expect([...arms.keys()].sort()).toEqual(["canary", "champion", "control"]);
    // 40 people at three tenths each: more than four deviations away is no chance.
    for (const arm of ["canary", "control"]) expect(Math.abs(arms.get(arm)!.length - 12)).toBeLessThan(12);
    for (const { envelope, decision } of made) {
      const canary = envelope.arm === "canary";
      expect(decision).toMatchObject(
        canary ? { bundle: strict, disposition: "decline" } : { bundle: champion, disposition: "counterOffer" },
      );
      expect(envelope).toMatchObject({ salt, propensity: envelope.arm === "champion" ? 0.4 : 0.3, exploration: false });
    }
    expect(await metrics()).toContain('assay_rollout_share{stage="canary"} 0.3\n');
    expect(await metrics()).toMatch(/assay_decisions_total\{disposition="decline",arm="canary"\} \d/);
  });

  it("leaves everyone in their arm, however often they come", async () => {
    await begin({ stage: "canary" });
    const [once, again] = [await decideAll(), await decideAll()];
    expect(again.map(({ envelope }) => envelope.arm)).toEqual(once.map(({ envelope }) => envelope.arm));
    expect(again[0]!.decision.decisionId).not.toBe(once[0]!.decision.decisionId);
  });

  it("makes decisions that replay by the bundle that they name, and a person closes them in their arm", async () => {
    await begin({ stage: "canary", shareBasisPoints: 5_000 });
    const made = (await Promise.all(PEOPLE.map((person) => decide(person)))).filter(
      ({ envelope }) => envelope.arm === "canary",
    );
    for (const { decision } of made) {
      expect((await post(`/v1/decisions/${decision.decisionId}/replay`)).json()).toMatchObject({ same: true });
    }
    await app.inject({
      method: "POST",
      url: "/v1/events",
      headers,
      payload: PEOPLE.flatMap((p) => statementsOf(`${p}-grey`, 3)),
    });
    const referrals = await Promise.all(PEOPLE.map((person) => decide(`${person}-grey`)));
    const { decision, envelope } = referrals.find((referral) => referral.envelope.arm === "canary")!;
    expect(decision).toMatchObject({ disposition: "refer", bundle: strict });
    const verdict = { disposition: "decline", code: "income", reasons: ["incomeUnverified"] };
    const closed = (await post(`/v1/decisions/${decision.decisionId}/review`, verdict)).json<DecisionAnswer>();
    const { salt, propensity } = envelope;
    expect((await get<StoredDecision>(`/v1/decisions/${closed.decision.decisionId}`)).envelope).toMatchObject({
      arm: "canary",
      salt,
      propensity,
    });
  });

  it("keeps the answer to a key whatever is under way when it comes again", async () => {
    await begin({ stage: "canary", shareBasisPoints: 5_000 });
    const keys = PEOPLE.map((person) => ({ person, key: `again-${person}` }));
    const answers = () => Promise.all(keys.map(({ person, key }) => decide(person, { key })));
    const first = await answers();
    await begin({ ...(await service.parts.registry.rollout())!, stage: "canary", shareBasisPoints: 100 });
    expect(await answers()).toEqual(first);
    await end();
    expect(await answers()).toEqual(first);
    expect(new Set(first.map(({ envelope }) => envelope.arm))).toEqual(new Set(["canary", "control"]));
  });

  it("that fails is answered for by the champion, in no arm that is compared, and counted", async () => {
    const { salt } = await begin({ stage: "canary", bundle: generous!, shareBasisPoints: 4_000 });
    const good = PEOPLE.map((person) => `${person}-good`);
    await app.inject({
      method: "POST",
      url: "/v1/events",
      headers,
      payload: good.flatMap((person) => statementsOf(person, 0)),
    });
    const usual = await Promise.all(good.map((person) => decide(person)));
    const canary = good.filter((_, i) => usual[i]!.envelope.arm === "canary");
    expect(canary.length).toBeGreaterThan(0);
    expect(usual.find(({ envelope }) => envelope.arm === "canary")!.decision.offered).toEqual({
      increase: "1000000.00",
    });
    for (const person of canary) {
      const { decision, envelope } = await decide(person, { increase: TOO_MUCH });
      expect(decision).toMatchObject({ bundle: champion, disposition: "approve", offered: { increase: TOO_MUCH } });
      expect(envelope).toMatchObject({ arm: "champion", salt, propensity: 0.6 });
    }
    expect(await failuresOf(generous!)).toEqual([{ arm: "canary", failures: canary.length }]);
    expect(await metrics()).toContain(`assay_bundle_failures_total{arm="canary"} ${canary.length}\n`);
  });

  it("is not blamed for what a client got wrong", async () => {
    await begin({ stage: "canary", shareBasisPoints: 5_000 });
    const wrong = await Promise.all(
      PEOPLE.map((p, i) => post("/v1/decisions", lineRequestOf(p, "much"), `wrong-${i}`)),
    );
    expect(new Set(wrong.map(({ statusCode }) => statusCode))).toEqual(new Set([422]));
    expect(await failuresOf(strict!)).toEqual([]);
  });
});

describe("a challenger in shadow", () => {
  it("decides for nobody; what it would have decided is kept beside each decision", async () => {
    await begin({ stage: "shadow" });
    const fromKept = await service.parts.records.keptHead();
    await decideAll();
    const seen = await servedSince(fromKept, ({ decision, envelope, shadows }) => {
      expect(decision).toMatchObject({ bundle: champion, disposition: "counterOffer" });
      expect(envelope).toMatchObject({ arm: "champion", propensity: 1 });
      expect(shadows.filter(({ bundle }) => bundle === champion)).toMatchObject([
        { model: "pdChallenger", disposition: null, firstReason: null },
      ]);
      const [{ raw, calibrated }] = decision.outputs as [DecisionAnswer["decision"]["outputs"][number]];
      expect(shadows.filter(({ bundle }) => bundle === strict)).toEqual([
        { bundle: strict, model: "pd", raw, calibrated, disposition: "decline", firstReason: "latePayments" },
      ]);
      return decision.decisionId;
    });
    expect(seen).toHaveLength(PEOPLE.length);
    expect(service.parts.decisions.shadowFailures).toBe(0);
  });

  it("that fails is counted, and the decision knows nothing of it", async () => {
    await begin({ stage: "shadow", bundle: generous! });
    const lost = service.parts.decisions.shadowFailures;
    const before = await failuresOf(generous!);
    const { decision } = await decide("b-0-good", { increase: TOO_MUCH });
    expect(decision).toMatchObject({ bundle: champion, disposition: "approve" });
    expect(await failuresOf(generous!)).toEqual([...before, { arm: "shadow", failures: 1 }]);
    expect(service.parts.decisions.shadowFailures).toBe(lost + 1);
  });
});

describe("a rollout", () => {
  const prepared = async () => (await service.parts.registry.services()).map((one) => one.prepared);

  it("is prepared by every live service before any request meets it, and that is told", async () => {
    await begin({ stage: "shadow", bundle: later! });
    const services = await prepared();
    expect(services).toHaveLength(1);
    expect(services[0]).toEqual(expect.arrayContaining([champion, later]));
  });

  it("is told again and again, also after nobody heard", async () => {
    const { pool } = service.parts.metadata;
    await pool.query("alter table registry.service rename to mislaid");
    await expect.poll(() => service.logged(), FOLLOWED).toContain("heartbeat not kept");
    await pool.query("alter table registry.mislaid rename to service");
    await pool.query("update registry.service set beat_at = 0");
    await expect.poll(prepared, FOLLOWED).toEqual([expect.arrayContaining([champion])]);
  });

  it("that cannot be prepared leaves the champion alone, and is counted", async () => {
    await begin({ stage: "canary" });
    await service.parts.registry.endRollout((await service.parts.registry.rollout())!.id);
    await service.parts.registry.setRollout({
      id: "never",
      stage: "canary",
      bundle: unreadable!,
      shareBasisPoints: 5_000,
      salt: "never",
      guardrails: ["errors"],
    });
    await expect.poll(metrics, FOLLOWED).toMatch(/assay_rollout_failures_total [1-9]/);
    expect(service.parts.decisions.rollout).toBeNull();
    const made = await decideAll();
    expect(new Set(made.map(({ decision }) => decision.bundle))).toEqual(new Set([champion]));
    expect(made[0]!.envelope).toMatchObject({ arm: "champion", salt: null, propensity: 1 });
    expect((await prepared())[0]).not.toContain(unreadable);
  });

  it("ends by a release, at once where it is made and soon elsewhere, and by a roll-back", async () => {
    await begin({ stage: "canary" });
    expect((await post("/v1/releases", { bundle: later, note: "another" })).statusCode).toBe(200);
    expect(service.parts.decisions.rollout).toBeNull();
    expect((await decide("b-0")).envelope).toMatchObject({ arm: "champion", salt: null });
    await begin({ stage: "canary" });
    await service.parts.registry.rollback({ by: "elsewhere", note: "back" });
    await expect.poll(() => service.parts.decisions.rollout, FOLLOWED).toBeNull();
    await expect.poll(() => service.parts.decisions.currentBundle?.hash, FOLLOWED).toBe(champion);
  });

  it("of a bundle that is then in force: its failures are the champion's", async () => {
    expect((await post("/v1/releases", { bundle: generous, note: "generous" })).statusCode).toBe(200);
    const before = await failuresOf(generous!);
    expect((await post("/v1/decisions", lineRequestOf("b-0-good", TOO_MUCH), "too much")).statusCode).toBe(500);
    expect(await failuresOf(generous!)).toContainEqual({ arm: "champion", failures: 1 });
    expect(before.find(({ arm }) => arm === "champion")).toBeUndefined();
    expect((await post("/v1/releases/rollback", { note: "back" })).statusCode).toBe(200);
  });
});

describe("a service that starts while a rollout is under way", () => {
  it("follows it from the first request on; what it counted is kept and it is gone when it has closed", async () => {
    const own = await openLineService({ released: false });
    const { registry, records, decisions } = own.parts;
    const inForce = await own.saveBundle(lineParcel("champion"));
    const challenger = await own.saveBundle(banded("generous", [{ kind: "approve", offer: offer(1_000) }]));
    await registry.release({ bundle: inForce, by: "test", note: "first" });
    const about = {
      id: "before",
      salt: "before",
      stage: "canary",
      shareBasisPoints: 5_000,
      guardrails: ["errors"],
    } as const;
    await registry.setRollout({ ...about, bundle: challenger });
    const started = await own.build();
    expect((await registry.services()).map(({ prepared }) => prepared.toSorted())).toEqual([
      [inForce, challenger].toSorted(),
    ]);
    const keyed = { ...(await bearer(own.keys)), "idempotency-key": "" };
    const send = (url: string, payload: object, key = "") =>
      started.inject({ method: "POST", url, headers: { ...keyed, "idempotency-key": key }, payload });
    await send(
      "/v1/events",
      PEOPLE.flatMap((person) => statementsOf(person, 0)),
    );
    for (const person of PEOPLE) {
      const { decision } = (
        await send("/v1/decisions", lineRequestOf(person, TOO_MUCH), person)
      ).json<DecisionAnswer>();
      expect(decision.bundle).toBe(inForce);
    }
    expect(decisions.rollout).toMatchObject({ id: "before" });
    await started.close();
    own.left();
    expect(await registry.services()).toEqual([]);
    const [{ failures, ...counted }, ...others] = (await records.failures()) as [BundleFailures, ...BundleFailures[]];
    expect({ counted, others }).toEqual({ counted: { bundle: challenger, arm: "canary" }, others: [] });
    const standIns = await records.countServed({ arm: "champion" });
    expect(failures).toBe(standIns);
    expect(await records.countServed({ arm: "control" })).toBe(PEOPLE.length - standIns);
    await own.close();
  });
});

// The whole road over real rooms: a person with attributes, a decided application, a second one as somebody's guarantor,
// refused rows, a dataset, a spine and a model made from them is erased. Nothing of theirs is left, everything of the others is
// as it was, and it does not matter where the erasure was cut off.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { canonicalJson, hashText } from "../../src/base/index.ts";
import { carryOut, type ErasureSite, type Erasures, lookForErasure, type Receipt } from "../../src/compliance/index.ts";
import { spineText } from "../../src/datasets/index.ts";
import { firstBreak } from "../../src/decisions/index.ts";
import { verifySnapshot } from "../../src/history/index.ts";
import type { Registry } from "../../src/registry/index.ts";
import { type Site, takeInPeople } from "../decisions/decision-site.ts";
import { lineRequest } from "../decisions/line-request.ts";
import { tracesInFiles, tracesInTables } from "./absence.ts";
import { type ErasedGround, makePerson, openGround, spineRow } from "./erased-ground.ts";

let folder: string;
let ground: ErasedGround;
let site: Site;
let registry: Registry;
let erasures: Erasures;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-erasure-"));
  await open();
  await takeInPeople(site);
  for (const person of ["b-good", "b-bad"]) await site.service.decide(lineRequest(person, `key of ${person}`));
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

async function open(): Promise<void> {
  ground = await openGround(folder);
  ({ site, registry, erasures } = ground);
}

async function othersSeen() {
  const decisions = [];
  for await (const one of site.records.decisions()) {
    if (one.decision.parties.some(({ entity }) => entity === "b-good" || entity === "b-bad")) decisions.push(one);
  }
  const histories = ["b-good", "b-bad"].map((entity) => site.history.online.history(entity, ["statement"]));
  return { decisions, histories };
}

async function expectWhole(): Promise<void> {
  for (const links of (await site.records.links()).values()) expect(firstBreak(links)).toBeNull();
  const states = [];
  for await (const { content } of site.records.contents()) states.push(content);
  expect(states).not.toContain("altered");
  expect(await verifySnapshot((await site.history.seal())!)).toEqual([]);
}

it("leaves nothing of a person, says what went, what stays and who saw them, and changes nobody else", async () => {
  const person = "b-zanzibar-4711";
  const { decision, joint, made, built } = await makePerson(ground, person);
  const marks = [person, decision.application, joint.application, ...built.marks];
  const before = await othersSeen();
  const found = await lookForErasure(ground.erasing, person);
  const where = { files: await tracesInFiles(folder, marks), tables: await tracesInTables(site.metadata, marks) };
  const rooms = new Set(
    where.files.map((path) =>
      path
        .split("/")
        .slice(0, 2)
        .join("/")
        .replace(/[0-9a-f]{64}|[0-9a-f]{2}$/, "…"),
    ),
  );
  expect([...rooms].sort()).toEqual([
    "datasets/…",
    "history/log",
    "history/online",
    "history/quarantine",
    "objects/…",
    "sequences/…",
  ]);
  expect(where.tables).toEqual([
    "public.decisions",
    "public.outbox",
    "public.requests",
    "vault.attribute",
    "vault.person_key",
  ]);

  const { id } = await erasures.askErasure({ entity: person, by: "officer" });
  await carryOut(ground.erasing, id);

  const { receipt } = await erasures.erasure(id);
  expect(receipt).toMatchObject({ format: "assay.erasure", version: 1, askedBy: "officer", release: "test" });
  expect(receipt!.removed).toEqual(found);
  expect(receipt!.removed).toMatchObject({
    vault: { attributes: 1, keys: 1 },
    decisions: { decisions: 2, joint: 1, requests: 2, outbox: 1 },
    history: { redacted: 0, quarantined: 1 },
    datasets: [{ dataset: made.dataset, rows: 1, splits: ["validation"] }],
    sequences: [{ sequences: built.sequences, rows: 1 }],
    registry: [{ hash: made.spine, kind: "spine", successor: hashText(spineText([spineRow("b-good")])) }],
  });
  expect(receipt!.models).toEqual([
    {
      model: made.model,
      name: "pd",
      dataset: made.dataset,
      splits: ["validation"],
      bundles: [{ bundle: made.bundle, released: true }],
    },
  ]);
  expect(canonicalJson(receipt)).not.toContain(person);
  expect(await registry.standIn(made.spine)).toBe(hashText(spineText([spineRow("b-good")])));
  await expect(registry.artefact(made.spine)).rejects.toMatchObject({ code: "ASSAY_REGISTRY_ERASED" });
  expect(await othersSeen()).toEqual(before);
  expect((await site.service.decide(lineRequest("b-fair", "after"))).repeated).toBe(false);
  await expectWhole();

  await site.close();
  await open();
  expect(await tracesInFiles(folder, marks)).toEqual([]);
  expect(await tracesInTables(site.metadata, marks)).toEqual([]);
  expect((await othersSeen()).histories).toEqual(before.histories);
  // The same person gives the same erasure, and so the same receipt.
  const again = await erasures.askErasure({ entity: person, by: "another" });
  await carryOut(ground.erasing, again.id);
  expect(again).toEqual({ id, state: "done", receipt, failure: null });
  expect(await erasures.waitingErasures()).toEqual([]);
  // They are refused, whatever the key; no record comes of it.
  await expect(site.service.decide(lineRequest(person, "again"))).rejects.toMatchObject({ code: "ASSAY_VAULT_ERASED" });
  await expect(site.service.decide(lineRequest(person, `key of ${person}`))).rejects.toMatchObject({
    code: "ASSAY_VAULT_ERASED",
  });
  expect(await tracesInTables(site.metadata, [person])).toEqual([]);
  expect(await tracesInFiles(folder, [person])).toEqual([]);
});

/** Calls at which an erasure is cut off: before it looks; before and after it takes away. */
const cuts = [
  ["vault", "holdingsOf", "before"],
  ["vault", "forget", "before"],
  ["vault", "forget", "after"],
  ["records", "decisions", "before"],
  ["history", "holdingsOf", "before"],
  ["history", "forget", "before"],
  ["history", "forget", "after"],
  ["registry", "artefactsHolding", "before"],
  ["registry", "saveArtefact", "after"],
  ["registry", "forgetBytes", "before"],
  ["registry", "forgetBytes", "after"],
  ["registry", "runs", "before"],
] as const;

/** A site where a call fails once, before or after it has done its work, as if the process had been killed there. */
function cutOff(whole: ErasureSite, [room, call, when]: (typeof cuts)[number]): ErasureSite {
  const there = whole[room] as unknown as Record<string, (...args: unknown[]) => unknown>;
  const killed = (...args: unknown[]) => {
    if (call === "decisions") throw new Error("cut off");
    return (async () => {
      if (when === "after") await there[call]!(...args);
      throw new Error("cut off");
    })();
  };
  const methods = new Proxy(there, {
    get: (target, name) => (name === call ? killed : bindTo(target, Reflect.get(target, name))),
  });
  return { ...whole, [room]: methods };
}

function bindTo(of: object, value: unknown): unknown {
  return typeof value === "function" ? value.bind(of) : value;
}

it("goes on where it was cut off, in every room, and gives the receipt that it would have given", async () => {
  const receipts: Receipt[] = [];
  for (const [i, cut] of cuts.entries()) {
    const person = `b-cut-${i}-end`;
    const { decision } = await makePerson(ground, person);
    const { id } = await erasures.askErasure({ entity: person, by: "officer" });
    await expect(carryOut(cutOff(ground.erasing, cut), id)).rejects.toThrow("cut off");
    expect(await erasures.erasure(id)).toMatchObject({ state: "running", receipt: null, failure: "cut off" });
    expect(await erasures.waitingErasures()).toEqual([id]);
    await carryOut(ground.erasing, id);
    const { receipt, failure } = await erasures.erasure(id);
    expect(failure).toBeNull();
    receipts.push(receipt!);
    expect(await tracesInTables(site.metadata, [person, decision.application])).toEqual([]);
  }
  const counts = receipts.map(({ removed }) => [removed.vault, removed.decisions, removed.history]);
  for (const one of counts) expect(one).toEqual(counts[0]);
  for (const { removed, models } of receipts) {
    expect([removed.datasets.length, removed.registry.length, models.length]).toEqual([1, 1, 1]);
  }
  await expectWhole();
  await site.close();
  await open();
  const people = cuts.map((_, i) => `b-cut-${i}-end`);
  expect(await tracesInFiles(folder, people)).toEqual([]);
}, 300_000);

it("waits for a legal hold, and tells who placed it", async () => {
  const entity = "b-held";
  await makePerson(ground, entity);
  await erasures.placeHold({ entity, reason: `a claim by ${entity}`, by: "counsel", until: null });
  const held = { code: "ASSAY_COMPLIANCE_HELD", message: expect.stringContaining("counsel") };
  await expect(erasures.askErasure({ entity, by: "officer" })).rejects.toMatchObject(held);
  const again = erasures.placeHold({ entity, reason: "", by: "another", until: null });
  await expect(again).rejects.toMatchObject({ code: "ASSAY_COMPLIANCE_ALREADY_HELD" });
  expect(await erasures.holds()).toMatchObject([{ entity, placedBy: "counsel", until: null }]);
  await erasures.releaseHold({ entity, reason: "settled", by: "counsel" });
  await expect(erasures.releaseHold({ entity, reason: "", by: "counsel" })).rejects.toMatchObject({
    code: "ASSAY_COMPLIANCE_NOT_HELD",
  });
  const { id } = await erasures.askErasure({ entity, by: "officer" });
  // One that comes between asking and doing still comes first.
  await erasures.placeHold({ entity, reason: "", by: "counsel", until: Date.now() * 1000 + 3_600_000_000 });
  await expect(carryOut(ground.erasing, id)).rejects.toMatchObject(held);
  await erasures.releaseHold({ entity, reason: "", by: "counsel" });
  await carryOut(ground.erasing, id);
  expect(await tracesInTables(site.metadata, [entity])).toEqual([]);
  const late = erasures.placeHold({ entity, reason: "", by: "counsel", until: null });
  await expect(late).rejects.toMatchObject({ code: "ASSAY_COMPLIANCE_ALREADY_ERASED" });
  const past = erasures.placeHold({ entity: "b-other", reason: "", by: "counsel", until: 1 });
  await expect(past).rejects.toMatchObject({ code: "ASSAY_COMPLIANCE_PAST" });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Hash, hashJson, hashText } from "../base/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import { directoryObjects, type Metadata, openMetadata } from "../storage/index.ts";
import { openRegistry, type Registry, type Released } from "./index.ts";

let folder: string;
let metadata: Metadata;
let registry: Registry;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-registry-"));
  metadata = await openMetadata(folder);
  registry = await openRegistry(metadata, directoryObjects(join(folder, "objects")));
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

// Only what the registry reads of a bundle has to be real here.
function bundleNamed(name: string): BundleDocument {
  const artefact = { format: "xgboost-json", hash: hashText(`${name} model`) };
  const document = {
    format: "assay.bundle",
    version: 1,
    name,
    models: [{ artefact, calibrator: hashText(`${name} calibrator`) }],
    shadow: [{ artefact: { format: "scorecard", hash: hashText(`${name} shadow`) }, calibrator: null }],
    baseline: { hash: hashText("rows"), model: "pd", output: "pd", cutoff: 0.2 },
    evidence: { dataset: hashText("dataset"), evaluation: hashText("evaluation"), fairness: hashText("fairness") },
  };
  return document as unknown as BundleDocument;
}

describe("artefacts", () => {
  it("identifies a document by the hash of its canonical form, and keeps it once", async () => {
    const document = { b: [1.5, null], a: "ü" };
    const hash = await registry.saveDocument("evaluation", "first", document);
    expect(hash).toBe(hashJson({ a: "ü", b: [1.5, null] }));
    expect(await registry.saveDocument("evaluation", "first", { ...document })).toBe(hash);
    expect(await registry.document(hash)).toEqual(document);
    expect(await registry.artefacts("evaluation")).toMatchObject([{ hash, name: "first", bytes: 25 }]);
  });

  it("keeps bytes, and names a hash it does not know", async () => {
    const hash = await registry.saveArtefact("model", "pd", Uint8Array.of(1, 2, 3));
    expect([...(await registry.artefact(hash))]).toEqual([1, 2, 3]);
    const unknown = registry.document(hashText("nothing"));
    await expect(unknown).rejects.toMatchObject({ code: "ASSAY_REGISTRY_UNKNOWN_DOCUMENT" });
  });

  it("never changes or forgets an entry, whoever asks", async () => {
    await registry.saveDocument("note", "kept", {});
    for (const statement of ["update registry.artefact set name = 'x'", "delete from registry.artefact"]) {
      await expect(metadata.pool.query(statement)).rejects.toThrow("append-only");
    }
    await expect(metadata.pool.query("truncate registry.release cascade")).rejects.toThrow("append-only");
  });

  it("answers what a thing was made from and what was made from it", async () => {
    const hash = await registry.saveBundle(bundleNamed("lineage"));
    const parents = await registry.parents(hash);
    expect(parents.map(({ role }) => role)).toEqual([
      "baseline",
      "calibrator",
      "dataset",
      "evaluation",
      "fairness",
      "model",
      "model",
    ]);
    expect(await registry.children(hashText("lineage model"))).toEqual([{ hash, role: "model" }]);
  });
});

describe("runs", () => {
  const spec = { kind: "train", rounds: 300 };
  const request = { id: hashJson(spec), kind: "train", name: "pd", spec };

  it("starts, is cut off, fails, starts again, finishes, and is then recognised", async () => {
    expect(await registry.startRun(request)).toMatchObject({ state: "running", attempt: 1, spec, outcome: null });
    expect(await registry.startRun(request)).toMatchObject({ state: "running", attempt: 2 });
    expect(await registry.failRun(request.id, "no disk")).toMatchObject({ state: "failed", failure: "no disk" });
    expect(await registry.startRun(request)).toMatchObject({ state: "running", attempt: 3, failure: null });
    const finished = await registry.finishRun(request.id, { auc: 0.78 });
    expect(finished).toMatchObject({ state: "finished", outcome: { auc: 0.78 } });
    expect(finished.endedAt).toBeGreaterThanOrEqual(finished.startedAt);
    expect(await registry.startRun(request)).toEqual(finished);
    expect(await registry.failRun(request.id, "too late")).toEqual(finished);
    expect(await registry.runs()).toEqual([finished]);
  });

  it("refuses an id that belongs to another specification, and an ending without a start", async () => {
    await expect(registry.startRun({ ...request, spec: { rounds: 1 } })).rejects.toMatchObject({
      code: "ASSAY_REGISTRY_RUN_MISMATCH",
    });
    await expect(registry.finishRun("absent", {})).rejects.toMatchObject({ code: "ASSAY_REGISTRY_UNKNOWN_RUN" });
    expect(await registry.run("absent")).toBeUndefined();
  });
});

describe("releases", () => {
  const by = "ana";
  const hashes: Record<string, Hash> = {};
  const names = async () => (await registry.releases()).map(({ kind, bundle }) => `${kind} ${nameOf(bundle)}`);
  const nameOf = (hash: Hash | null) => Object.keys(hashes).find((name) => hashes[name] === hash);
  beforeAll(async () => {
    for (const name of ["A", "B", "C"]) hashes[name] = await registry.saveBundle(bundleNamed(name));
  });

  it("refuses before there is anything to release or roll back", async () => {
    expect(await registry.released()).toBeNull();
    await expect(registry.rollback({ by, note: "" })).rejects.toMatchObject({
      code: "ASSAY_REGISTRY_NOTHING_RELEASED",
    });
    await expect(registry.release({ bundle: `${hashes["A"]!.slice(0, -1)}x`, by, note: "" })).rejects.toMatchObject({
      code: "ASSAY_REGISTRY_UNKNOWN_BUNDLE",
      problem: { nearest: hashes["A"] },
    });
    await expect(registry.bundle("x")).rejects.toMatchObject({ code: "ASSAY_REGISTRY_UNKNOWN_BUNDLE" });
  });

  it("rolls back step by step to the first, and releases from there", async () => {
    for (const name of ["A", "B", "B", "C"]) await registry.release({ bundle: hashes[name]!, by, note: name });
    expect(await registry.released()).toMatchObject({ hash: hashes["C"], previous: hashes["B"] });
    expect(await registry.rollback({ by, note: "worse" })).toMatchObject({ hash: hashes["B"], previous: hashes["A"] });
    expect(await registry.rollback({ by, note: "still" })).toMatchObject({ hash: hashes["A"], previous: null });
    await expect(registry.rollback({ by, note: "" })).rejects.toMatchObject({
      code: "ASSAY_REGISTRY_NOTHING_TO_ROLL_BACK",
    });
    const again = await registry.release({ bundle: hashes["C"]!, by, note: "fixed" });
    expect(again).toMatchObject({ hash: hashes["C"], previous: hashes["A"] });
    expect(await names()).toEqual(["release A", "release B", "release C", "rollback B", "rollback A", "release C"]);
    expect((await registry.releases())[3]).toMatchObject({ by, note: "worse" });
  });

  it("keeps one line of history when many release at once", async () => {
    const before = (await registry.releases()).length;
    const wanted = ["A", "B", "C", "A", "B", "C"].map((name) => hashes[name]!);
    await Promise.all(wanted.map((bundle) => registry.release({ bundle, by, note: "race" })));
    const entries = await registry.releases();
    expect((await registry.released())!.hash).toBe(entries.at(-1)!.bundle);
    for (let i = before; i < entries.length; i++) expect(entries[i]!.bundle).not.toBe(entries[i - 1]!.bundle);
  });

  it("tells those who follow, in another session too, and stops telling", async () => {
    const other = await openMetadata(folder);
    const there = await openRegistry(other, directoryObjects(join(folder, "objects")));
    const told: (string | undefined)[] = [];
    let heard = Promise.withResolvers<Released>();
    const stop = await there.onRelease((released) => {
      told.push(nameOf(released.hash));
      heard.resolve(released);
    });
    const target = (await registry.released())!.hash === hashes["A"] ? "B" : "A";
    const released = await registry.release({ bundle: hashes[target]!, by, note: "" });
    expect(await heard.promise).toEqual(released);
    heard = Promise.withResolvers();
    await registry.rollback({ by, note: "" });
    await heard.promise;
    await stop();
    await registry.release({ bundle: hashes[target]!, by, note: "" });
    await other.close();
    expect(told).toHaveLength(2);
  });
});

describe("steps", () => {
  it("recalls what a step came to with the same inputs only", async () => {
    const inputs = hashText("inputs");
    expect(await registry.recall("dataset", inputs)).toBeUndefined();
    await registry.remember("dataset", inputs, { rows: 29_601, share: 0.1 + 0.2, none: null });
    expect(await registry.recall("dataset", inputs)).toEqual({ rows: 29_601, share: 0.1 + 0.2, none: null });
    expect(await registry.recall("dataset", hashText("other"))).toBeUndefined();
    await registry.remember("dataset", inputs, 7);
    expect(await registry.recall("dataset", inputs)).toBe(7);
  });
});

describe("changes that happen once", () => {
  it("move the pointer once a key, and a keyed roll-back only from what it names", async () => {
    const [first, second] = [
      await registry.saveBundle(bundleNamed("keyed 1")),
      await registry.saveBundle(bundleNamed("keyed 2")),
    ];
    await registry.release({ bundle: first, by: "ann", note: "", key: "a" });
    await registry.release({ bundle: second, by: "ann", note: "", key: "b" });
    expect((await registry.release({ bundle: first, by: "ann", note: "", key: "a" })).hash).toBe(second);
    expect((await registry.rollback({ by: "ann", note: "", key: "c", from: first })).hash).toBe(second);
    expect((await registry.rollback({ by: "ann", note: "", key: "c", from: second })).hash).toBe(first);
    await registry.release({ bundle: second, by: "ann", note: "" });
    expect((await registry.rollback({ by: "ann", note: "", key: "c", from: second })).hash).toBe(second);
  });
});

describe("a rollout", () => {
  const rollout = { id: "loop-1", stage: "shadow", shareBasisPoints: 0, salt: "s", guardrails: [] } as const;

  it("is one at a time, goes from stage to stage, and ends", async () => {
    const bundle = await registry.saveBundle(bundleNamed("challenger"));
    await registry.setRollout({ ...rollout, bundle });
    const canary = { ...rollout, bundle, stage: "canary", shareBasisPoints: 2_500, guardrails: ["errors"] } as const;
    await registry.setRollout(canary);
    expect(await registry.rollout()).toEqual(canary);
    const second = registry.setRollout({ ...rollout, bundle, id: "loop-2" });
    await expect(second).rejects.toMatchObject({ code: "ASSAY_REGISTRY_ROLLOUT_UNDER_WAY" });
    await registry.endRollout("loop-2");
    expect(await registry.rollout()).toEqual(canary);
    await registry.endRollout("loop-1");
    expect(await registry.rollout()).toBeNull();
  });

  it("is refused without guardrails, above half, or of nothing", async () => {
    const bundle = await registry.saveBundle(bundleNamed("challenger"));
    const canary = { ...rollout, bundle, stage: "canary", shareBasisPoints: 100 } as const;
    await expect(registry.setRollout(canary)).rejects.toMatchObject({ code: "ASSAY_REGISTRY_UNGUARDED" });
    const large = registry.setRollout({ ...canary, guardrails: ["errors"], shareBasisPoints: 5_001 });
    await expect(large).rejects.toMatchObject({ code: "ASSAY_REGISTRY_SHARE" });
    const unknown = registry.setRollout({ ...rollout, bundle: hashText("nothing") });
    await expect(unknown).rejects.toMatchObject({ code: "ASSAY_REGISTRY_UNKNOWN_BUNDLE" });
  });

  it("ends with a release, and tells whoever listens", async () => {
    const bundle = await registry.saveBundle(bundleNamed("challenger in force"));
    let heard = 0;
    const stop = await registry.onRollout(() => heard++);
    await registry.setRollout({ ...rollout, bundle });
    await vi.waitFor(() => expect(heard).toBeGreaterThanOrEqual(1));
    const before = heard;
    await registry.release({ bundle, by: "ann", note: "" });
    expect(await registry.rollout()).toBeNull();
    await vi.waitFor(() => expect(heard).toBeGreaterThan(before));
    await stop();
  });
});

describe("services", () => {
  it("are those heard of lately", async () => {
    await registry.beat({ id: "one", prepared: [] });
    await registry.beat({ id: "one", prepared: ["a"] });
    await registry.beat({ id: "two", prepared: ["b"] });
    expect(await registry.services()).toEqual([
      { id: "one", prepared: ["a"] },
      { id: "two", prepared: ["b"] },
    ]);
    await metadata.pool.query("update registry.service set beat_at = beat_at - 11000000 where id = 'two'");
    expect((await registry.services()).map(({ id }) => id)).toEqual(["one"]);
    await registry.leave("one");
    expect(await registry.services()).toEqual([]);
  });

  it("answer a request for a snapshot once", async () => {
    const request = await registry.requestSnapshot();
    expect(await registry.snapshotRequests()).toEqual([request]);
    expect(await registry.snapshotAnswer(request)).toBeUndefined();
    await registry.answerSnapshot([request], { snapshot: "abc" });
    await registry.answerSnapshot([request], { failure: "late" });
    expect(await registry.snapshotAnswer(request)).toEqual({ snapshot: "abc" });
    expect(await registry.snapshotRequests()).toEqual([]);
  });
});

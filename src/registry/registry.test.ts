import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

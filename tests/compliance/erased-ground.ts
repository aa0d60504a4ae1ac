// Rooms in one folder, and people of whom a lender holds everything that it may come to hold: attributes, events, a refused row,
// a decided application, a record shared with somebody, a dataset, its spine, a released bundle of a model fitted on it, and
// sequences. The folder may be opened again after a process that had it was killed.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, hashText } from "../../src/base/index.ts";
import { type ErasureSite, type Erasures, openErasures } from "../../src/compliance/index.ts";
import { spineText } from "../../src/datasets/index.ts";
import { openRegistry, type Registry } from "../../src/registry/index.ts";
import { directoryObjects, writeTable } from "../../src/storage/index.ts";
import { openSite, type Site } from "../decisions/decision-site.ts";
import { statement } from "../decisions/line-bundle.ts";
import { lineRequest, NOW } from "../decisions/line-request.ts";
import { declined } from "../decisions/records.ts";

export interface ErasedGround {
  readonly folder: string;
  readonly site: Site;
  readonly registry: Registry;
  readonly erasures: Erasures;
  /** What carrying an erasure out needs. */
  readonly erasing: ErasureSite;
}

export async function openGround(folder: string): Promise<ErasedGround> {
  const site = await openSite(folder, { events: [statement] });
  const { metadata, vault, records, history } = site;
  const registry = await openRegistry(metadata, directoryObjects(join(folder, "objects")));
  const erasures = await openErasures(metadata, vault);
  const rooms = { metadata, vault, records, history, registry };
  return {
    folder,
    site,
    registry,
    erasures,
    erasing: {
      ...rooms,
      datasetsFolder: join(folder, "datasets"),
      sequencesFolder: join(folder, "sequences"),
      release: "test",
    },
  };
}

export const spineRow = (entity: string) => ({
  decisionId: `of ${entity}`,
  t: NOW,
  parties: { applicant: entity },
  asked: {},
});

/** A dataset of the person and one other, its spine, a model fitted on it, and a bundle of that model, released. */
async function makeModel({ folder, site, registry }: ErasedGround, person: string) {
  const spine = await registry.saveArtefact(
    "spine",
    "lines",
    Buffer.from(spineText([spineRow(person), spineRow("b-good")])),
  );
  const about = { format: "assay.dataset", version: 1, name: "lines", spine, columns: ["applicant.late"] };
  const manifest = { ...about, features: { applicant: { set: "card", meaningHash: "0".repeat(64) } } };
  const dataset = await registry.saveDocument("dataset", "lines", manifest);
  const at = join(folder, "datasets", dataset);
  await mkdir(at, { recursive: true });
  await writeFile(join(at, "manifest.json"), canonicalJson(manifest));
  const texts = (name: string, values: string[]) => ({ name, type: "varchar", values }) as const;
  const columns = [texts("entity", [person, "b-good"]), texts("split", ["validation", "train"])];
  await writeTable(join(at, "rows.parquet"), columns, { orderBy: ["entity"] });
  const spec = { dataset: { manifest: dataset } };
  const model = await registry.saveArtefact("model", "pd", Buffer.from(`a model fitted on ${dataset}`));
  await registry.startRun({ id: hashText(dataset), kind: "train", name: "pd", spec });
  await registry.finishRun(hashText(dataset), { artefact: { hash: model } });
  const bundle = await registry.saveDocument("bundle", "lines", { ...site.parcel.document, name: `on ${dataset}` });
  await registry.saveLineage(bundle, [{ hash: model, role: "model" }]);
  await registry.release({ bundle, by: "test", note: "" });
  return { dataset, spine, model, bundle };
}

/** Of the person and one other, with the fit that saw both. */
async function makeSequences({ folder }: ErasedGround, person: string) {
  const mark = (entity: string) => hashText(entity).slice(0, 16);
  const entities = { count: 2, seen: [mark(person), mark("b-good")].sort().join("") };
  const fit = { format: "assay.sequence-fit", version: 1, sequence: "behaviour", entities };
  const manifest = { format: "assay.sequences", version: 1, name: "behaviour", fit: hashText(canonicalJson(fit)) };
  const sequences = hashText(canonicalJson(manifest));
  const at = join(folder, "sequences", sequences);
  await mkdir(at, { recursive: true });
  await writeFile(join(at, "manifest.json"), canonicalJson(manifest));
  await writeFile(join(at, "fit.json"), canonicalJson(fit));
  const column = { name: "entity", type: "varchar", values: [person, "b-good"] } as const;
  await writeTable(join(at, "rows.parquet"), [column], { orderBy: ["entity"] });
  return { sequences, marks: [mark(person)] };
}

export async function makePerson(ground: ErasedGround, person: string) {
  const { site } = ground;
  const row = (id: string, fields: object) => ({
    event: "statement",
    entity: person,
    eventId: `${person}-${id}`,
    at: "2024-05-01T00:00:00Z",
    fields: { billed: "100.00", ...fields },
  });
  const rows = [row("1", { monthsLate: 1, sex: "F" }), row("2", { monthsLate: 0 }), row("3", { monthsLate: "many" })];
  await site.history.ingest(rows, { source: "core" });
  const { decision } = await site.service.decide(lineRequest(person, `key of ${person}`));
  await site.service.drainShadows();
  const joint = declined("b-first", `joint key of ${person}`);
  const parties = [...joint.decision.parties, { role: "guarantor", entity: person }];
  const shared = { ...joint.decision, parties };
  await site.records.commit({ ...joint, decision: shared, decisionText: canonicalJson(shared), outbox: [] });
  await site.service.forwardOutbox();
  const built = await makeSequences(ground, person);
  return { decision, joint: shared, made: await makeModel(ground, person), built };
}

// A bundle whose set relates to another kind of entity: the decider reads both histories from one state of the store, and
// is prepared only where the store holds the events of both.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant, hashJson } from "../../src/base/index.ts";
import type { BundleParcel } from "../../src/decisions/index.ts";
import { DeciderPool } from "../../src/decisions/index.ts";
import type { EventNode, FeatureSetNode, ValueNode } from "../../src/define/index.ts";
import { openOnlineStore } from "../../src/history/index.ts";
import { openSite, type Site } from "./decision-site.ts";
import { lineParcel, statement } from "./line-bundle.ts";
import { lineRequest, NOW } from "./line-request.ts";

const employer = { kind: "ref", entity: "employer" } as const;
const employment: EventNode = {
  kind: "event",
  name: "employment",
  entity: "borrower",
  delayMicros: 0,
  fields: { employer: { type: employer, protection: "none", optional: false } },
};
const layoff: EventNode = { kind: "event", name: "layoff", entity: "employer", delayMicros: 0, fields: {} };
const events = [statement, employment, layoff];

/** Late payments of the line bundle are the layoffs of the employer here: none is approved, five are declined. */
const layoffs: ValueNode = {
  kind: "related",
  link: {
    kind: "aggregate",
    aggregate: "latest",
    stream: { kind: "stream", event: "employment", entity: "borrower", filter: null },
    row: { kind: "field", field: "employer", type: employer },
    window: { kind: "ever" },
  },
  value: {
    kind: "aggregate",
    aggregate: "count",
    stream: { kind: "stream", event: "layoff", entity: "employer", filter: null },
    row: null,
    window: { kind: "ever" },
  },
};

function relatedParcel(): BundleParcel {
  const { document, objects } = lineParcel("related");
  const { node } = document.featureSets[0]!;
  const [late, ...others] = node.features as [FeatureSetNode["features"][number]];
  const feature = { ...late.feature, value: layoffs, missing: ["not linked"] as const };
  const set: FeatureSetNode = { ...node, features: [{ ...late, feature }, ...others] };
  const changed = { ...document, events, featureSets: [{ node: set, meaningHash: hashJson(set) }] };
  return { hash: hashJson(changed), document: changed, objects };
}

let folder: string;
let site: Site;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-related-"));
  site = await openSite(join(folder, "site"), { parcel: relatedParcel(), events });
  const at = (days: number) => formatInstant(NOW - days * 86_400_000_000);
  const people = ["b-calm", "b-moved", "b-none"];
  const statements = people.flatMap((entity) =>
    [3, 2, 1].map((i) => {
      const fields = { billed: "100.00", monthsLate: 0 };
      return { event: "statement", entity, eventId: `${entity}-s${i}`, at: at(i), fields };
    }),
  );
  const hired = (entity: string, id: string, days: number) => {
    return { event: "employment", entity, eventId: `${entity}-${id}`, at: at(days), fields: { employer: id } };
  };
  const employed = [hired("b-calm", "acme", 9), hired("b-moved", "acme", 9), hired("b-moved", "globex", 4)];
  const gone = [1, 2, 3, 4, 5].map((i) => {
    return { event: "layoff", entity: "globex", eventId: `layoff-${i}`, at: at(i), fields: {} };
  });
  const { quarantined } = await site.history.ingest([...statements, ...employed, ...gone], { source: "test" });
  expect(quarantined).toEqual([]);
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

async function decided(entity: string) {
  const { decision } = await site.service.decide(lineRequest(entity, `key-${entity}`));
  return { disposition: decision.disposition, late: decision.values["applicant.late"] };
}

describe("a decision on a set with relations", () => {
  it("reads the one who is linked, as the link stood", async () => {
    expect(await decided("b-calm")).toEqual({ disposition: "approve", late: 0 });
    expect(await decided("b-moved")).toEqual({ disposition: "decline", late: 5 });
  });

  it("records that nobody is linked", async () => {
    expect((await decided("b-none")).late).toEqual({ missing: "not linked" });
  });

  it("is prepared only where the store holds the linked entity's events and the link's field", async () => {
    const prepare = async (written: readonly EventNode[], place: string) => {
      const schema = Object.fromEntries(written.map((node) => [node.name, node]));
      await openOnlineStore(join(folder, place), schema).close();
      const pool = new DeciderPool({ onlineFolder: join(folder, place), schema }, 1);
      try {
        await pool.prepare(relatedParcel());
      } finally {
        await pool.close();
      }
    };
    await prepare(events, "whole");
    await expect(prepare([statement, employment], "no-layoffs")).rejects.toThrow("ASSAY_DECISIONS_NOT_HELD: layoff: ");
    const bare = { ...employment, fields: {} };
    await expect(prepare([statement, bare, layoff], "no-link")).rejects.toThrow(
      "ASSAY_DECISIONS_NOT_HELD: employment.employer: ",
    );
  });
});

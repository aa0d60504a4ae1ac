// Served values, computed again from table files: they agree in every bit, and where news came too late for a decision the
// event that did it is named.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatInstant, MICROS_PER_DAY } from "../../src/base/index.ts";
import { ParityTally } from "../../src/datasets/index.ts";
import type { StoredDecision } from "../../src/decisions/index.ts";
import { onlineFolder } from "../../src/history/index.ts";
import { compareDecisions, openParityBook } from "../../src/monitoring/index.ts";
import { openSite, people, type Site, takeInPeople } from "./decision-site.ts";
import { lineRequest, NOW } from "./line-request.ts";

let folder: string;
let site: Site;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-parity-"));
  site = await openSite(folder);
  await takeInPeople(site);
  for (const [i, entity] of [...Object.keys(people), "b-unknown"].entries()) {
    await site.service.decide(lineRequest(entity, `parity-${i}`));
  }
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

const documentOf = () => Promise.resolve(site.parcel.document);

async function compared() {
  const stored: StoredDecision[] = [];
  for await (const one of site.records.served({})) stored.push(one);
  const snapshot = await site.history.seal();
  const tally = new ParityTally();
  const ground = { snapshot, onlineFolder: onlineFolder(site.history.folder) };
  const counted = await compareDecisions(stored, documentOf, ground, tally, () => {});
  return { ...counted, ...tally.report(), snapshot };
}

const round = (snapshot: Awaited<ReturnType<typeof compared>>["snapshot"], share = 1) =>
  openParityBook(site.metadata).then((book) =>
    book.round({ records: site.records, documentOf, snapshot, share, now: NOW }),
  );

it("gives every served value again, and waits for what is not sealed", async () => {
  const first = await compared();
  expect(first).toMatchObject({ decisions: 5, waiting: 0, rows: 5, values: 10, differences: 0, causes: {} });
  await site.service.decide(lineRequest("b-good", "parity-later"));
  // The round is drawn on a snapshot that the last decision read beyond.
  expect(await round(first.snapshot)).toMatchObject({ decisions: 5, waiting: 1, values: 10, differences: 0 });
  expect(await compared()).toMatchObject({ decisions: 6, waiting: 0, differences: 0 });
});

it("names the event that came too late, was revised or was taken back, and tells each snapshot once", async () => {
  const statement = (entity: string, eventId: string, more: object) => {
    const at = formatInstant(NOW - MICROS_PER_DAY);
    return { event: "statement", entity, eventId, at, fields: { billed: "100.00", monthsLate: 0 }, ...more };
  };
  const news = [
    statement("b-good", "late-one", {}),
    statement("b-fair", "b-fair-0", { knownAt: formatInstant(NOW - 1), fields: { billed: "100.00", monthsLate: 0 } }),
    statement("b-grey", "b-grey-0", { knownAt: formatInstant(NOW - 1), retracted: true }),
  ];
  const { accepted } = await site.history.ingest(news, { source: "test" });
  expect(accepted).toBe(3);
  const report = await compared();
  expect(report.causes).toEqual({ late: 2, "retracted since": 2, "revised since": 1 });
  expect(report.examples.join("\n")).toMatch(
    /applicant.statements of b-good .*: recorded 3, table files 4, naive 4, online 4\. late: statement "late-one" of source "test" arrived at position \d+, after \d+/,
  );
  const drawn = await round(report.snapshot);
  expect(drawn).toMatchObject({ decisions: 6, differences: 5, causes: report.causes });
  expect(await round(report.snapshot, 0.5)).toEqual(drawn);
  expect(await (await openParityBook(site.metadata)).latest()).toEqual(drawn);
});

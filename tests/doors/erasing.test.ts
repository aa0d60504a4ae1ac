// Erasing by command: it looks first, does it with --yes, waits for a hold, and where a service runs, has the service do it.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Receipt } from "../../src/compliance/index.ts";
import { tracesInFiles } from "../compliance/absence.ts";
import { SmallWorkspace, statement } from "./small-workspace.ts";

let workspace: SmallWorkspace;

beforeAll(async () => {
  workspace = await SmallWorkspace.open();
  const people = ["zanzibar-1", "zanzibar-2", "ann"];
  const file = await workspace.write(
    "rows.ndjson",
    people.map((one) => statement(one, `of ${one}`)),
  );
  await workspace.run("ingest", file);
});

afterAll(() => workspace.close());

const state = () => workspace.ground.path("book/.assay");

it("looks without --yes, erases with it, and gives the same receipt again", async () => {
  const looked = await workspace.json<{ wouldRemove: Receipt["removed"] }>("erase", "zanzibar-1");
  expect(looked).toMatchObject({ code: 0, document: { wouldRemove: { history: { events: 1, quarantined: 0 } } } });
  expect(await tracesInFiles(state(), ["zanzibar-1"])).not.toEqual([]);
  const { code, document: receipt } = await workspace.json<Receipt>("erase", "zanzibar-1", "--yes");
  expect(code).toBe(0);
  expect(receipt).toMatchObject({ format: "assay.erasure", removed: { history: { events: 1 } } });
  expect(await tracesInFiles(state(), ["zanzibar-1"])).toEqual([]);
  expect((await workspace.json("erase", "zanzibar-1")).document).toEqual(receipt);
  const said = await workspace.run("erase", "zanzibar-1");
  expect(said.stdout).toContain(receipt.person);
  expect((await workspace.run("verify")).code).toBe(0);
});

it("refuses while a hold is in force, and lists holds", async () => {
  const until = "2199-01-01T00:00:00Z";
  expect((await workspace.run("hold", "ann", "--reason", "a claim", "--until", until)).code).toBe(0);
  expect((await workspace.json("hold")).document).toMatchObject([{ entity: "ann", reason: "a claim" }]);
  const refused = await workspace.json<{ problem: { code: string } }>("erase", "ann", "--yes");
  expect([refused.code, refused.document.problem.code]).toEqual([1, "ASSAY_COMPLIANCE_HELD"]);
  expect((await workspace.run("hold", "ann", "--release", "--reason", "settled")).code).toBe(0);
  expect((await workspace.json("hold")).document).toEqual([]);
  expect((await workspace.run("hold", "ann", "--until", "tomorrow")).stderr).toContain("ASSAY_CLI_BAD_INSTANT");
});

it("has a running service do it, which holds history", async () => {
  const service = workspace.ground.start(["--workspace", "book", "serve", "--port", "0"]);
  await service.said("Assay serves");
  const looked = await workspace.json<{ wouldRemove: { history: null } }>("erase", "zanzibar-2");
  expect(looked).toMatchObject({ code: 0, document: { wouldRemove: { history: null } } });
  const { code, document: receipt } = await workspace.json<Receipt>("erase", "zanzibar-2", "--yes");
  expect(code).toBe(0);
  expect(receipt.removed.history).toEqual({ events: 1, redacted: 0, quarantined: 0 });
  service.process.kill("SIGTERM");
  await service.ended;
  // Whoever opens the online store next begins a new file.
  expect((await workspace.run("seal")).code).toBe(0);
  expect(await tracesInFiles(state(), ["zanzibar-2"])).toEqual([]);
});

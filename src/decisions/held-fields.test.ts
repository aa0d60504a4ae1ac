import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventNode, FieldNode } from "../define/index.ts";
import { openOnlineStore } from "../history/index.ts";
import { openOnlineReader } from "../history/online-reader.ts";
import { Evaluator } from "./evaluator.ts";
import { lineParcel, statement } from "./fixtures/line-bundle.ts";
import { type FieldsRead, proveHeld } from "./held-fields.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-held-"));
});
afterAll(() => rm(folder, { recursive: true }));

let stores = 0;

/** Loads the bundle over a store that a writer with these definitions has left. */
async function load(written: readonly EventNode[], read = written): Promise<void> {
  const place = join(folder, String(stores++));
  const schema = (nodes: readonly EventNode[]) => Object.fromEntries(nodes.map((node) => [node.name, node]));
  await openOnlineStore(place, schema(written)).close();
  const reader = openOnlineReader(place, schema(read));
  try {
    new Evaluator(reader).load(lineParcel());
  } finally {
    await reader.close();
  }
}

function withField(name: string, change: Partial<FieldNode>): EventNode {
  return { ...statement, fields: { ...statement.fields, [name]: { ...statement.fields[name]!, ...change } } };
}

function without(name: string): EventNode {
  return {
    ...statement,
    fields: Object.fromEntries(Object.entries(statement.fields).filter(([field]) => field !== name)),
  };
}

describe("a bundle is loaded", () => {
  it("where the online store holds what its kernels read, whatever else is held or not", async () => {
    await load([statement]);
    await load([without("billed")]);
    await load([withField("note", { type: { kind: "text" }, protection: "none", optional: true })]);
  });

  it("and refused by name where an event type or a field is not held, or means something else", async () => {
    const refusal = (thing: string) => `ASSAY_DECISIONS_NOT_HELD: ${thing}: `;
    await expect(load([{ ...statement, name: "other" }])).rejects.toThrow(refusal("statement"));
    await expect(load([without("monthsLate")])).rejects.toThrow(refusal("statement.monthsLate"));
    await expect(load([withField("monthsLate", { protection: "sensitive" })])).rejects.toThrow(
      refusal("statement.monthsLate"),
    );
    await expect(load([withField("monthsLate", { type: { kind: "decimal", scale: 2 } })])).rejects.toThrow(
      "another type",
    );
  });

  it("and refused where the reader's definitions are not those of the writer", async () => {
    await expect(load([without("monthsLate")], [statement])).rejects.toThrow("ASSAY_DECISIONS_NOT_HELD: statement: ");
  });
});

describe("a category", () => {
  const event = (values: readonly string[]): EventNode => withField("sex", { type: { kind: "category", values } });
  const read: FieldsRead = new Map([["statement", new Set(["sex"])]]);
  const prove = (built: readonly string[], held: readonly string[]) =>
    proveHeld(read, { statement: event(built) }, () => event(held).fields);

  it("may have grown at its end, and not otherwise: codes are places in the list", () => {
    prove(["F", "M"], ["F", "M", "X"]);
    for (const held of [["M", "F"], ["F"], ["X", "F", "M"]])
      expect(() => prove(["F", "M"], held)).toThrow("another type");
  });
});

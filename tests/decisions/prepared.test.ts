import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DeciderPool } from "../../src/decisions/index.ts";
import type { EventNode, FieldNode } from "../../src/define/index.ts";
import { openOnlineStore } from "../../src/history/index.ts";
import { lineParcel, statement } from "./line-bundle.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-held-"));
});
afterAll(() => rm(folder, { recursive: true }));

let stores = 0;

/** Prepares the bundle over a store that a writer with these definitions has left. */
async function prepare(written: readonly EventNode[], read = written): Promise<void> {
  const place = join(folder, String(stores++));
  const schema = (nodes: readonly EventNode[]) => Object.fromEntries(nodes.map((node) => [node.name, node]));
  await openOnlineStore(place, schema(written)).close();
  const pool = new DeciderPool({ onlineFolder: place, schema: schema(read) }, 1);
  try {
    await pool.prepare(lineParcel());
  } finally {
    await pool.close();
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

describe("a bundle is prepared", () => {
  it("where the online store holds what its kernels read, whatever else is held or not", async () => {
    await prepare([statement]);
    await prepare([without("billed")]);
    await prepare([withField("note", { type: { kind: "text" }, protection: "none", optional: true })]);
  });

  it("and refused by name where an event type or a field is not held, or means something else", async () => {
    const refusal = (thing: string) => `ASSAY_DECISIONS_NOT_HELD: ${thing}: `;
    await expect(prepare([{ ...statement, name: "other" }])).rejects.toThrow(refusal("statement"));
    await expect(prepare([without("monthsLate")])).rejects.toThrow(refusal("statement.monthsLate"));
    await expect(prepare([withField("monthsLate", { protection: "sensitive" })])).rejects.toThrow(
      refusal("statement.monthsLate"),
    );
    await expect(prepare([withField("monthsLate", { type: { kind: "decimal", scale: 2 } })])).rejects.toThrow(
      "another type",
    );
  });

  it("and refused where the reader's definitions are not those of the writer", async () => {
    await expect(prepare([without("monthsLate")], [statement])).rejects.toThrow(
      "ASSAY_DECISIONS_NOT_HELD: statement: ",
    );
  });
});

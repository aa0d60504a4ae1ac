// What every metadata database must do, whoever runs it. `open` gives one more connection to the same database.

import type { Migration } from "kysely/migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Metadata } from "./metadata.ts";
import { migrate } from "./migrate.ts";

const notes: Record<string, Migration> = {
  "001": {
    async up(db) {
      await db.schema.createTable("note").addColumn("id", "int8").addColumn("text", "text").execute();
    },
  },
};

export function metadataConformance(adapter: string, open: () => Promise<Metadata>): void {
  describe(`metadata: ${adapter}`, () => {
    let metadata: Metadata;
    beforeAll(async () => {
      metadata = await open();
    });
    afterAll(() => metadata.close());

    it("migrates each room once, also when two start at once", async () => {
      const other = await open();
      await Promise.all([migrate(metadata.db, "notes", notes), migrate(other.db, "notes", notes)]);
      await migrate(other.db, "notes", notes);
      await migrate(other.db, "others", {});
      await other.db.insertInto("note").values({ id: 1, text: "one" }).execute();
      expect(await metadata.db.selectFrom("note").selectAll().execute()).toEqual([{ id: 1, text: "one" }]);
      await other.close();
    });

    it("undoes a migration that fails, and names it", async () => {
      const broken: Record<string, Migration> = {
        "001": { up: async (db) => void (await db.schema.createTable("half").execute()) },
        "002": { up: () => Promise.reject(new Error("no such luck")) },
      };
      await expect(migrate(metadata.db, "broken", broken)).rejects.toMatchObject({
        code: "ASSAY_STORAGE_MIGRATION_FAILED",
        message: expect.stringMatching(/002.*no such luck/),
      });
      expect((await metadata.pool.query("select to_regclass('half') as half")).rows).toEqual([{ half: null }]);
    });

    it("refuses a workspace whose migrations it does not know", async () => {
      await expect(migrate(metadata.db, "notes", {})).rejects.toMatchObject({ code: "ASSAY_STORAGE_MIGRATION_FAILED" });
    });

    it("reads int8 as a number and refuses to round one", async () => {
      const { rows } = await metadata.pool.query("select 9007199254740991::int8 as n");
      expect(rows).toEqual([{ n: Number.MAX_SAFE_INTEGER }]);
      await expect(metadata.pool.query("select 9007199254740993::int8 as n")).rejects.toThrow("2^53");
    });

    it("hears notifications, and keeps listening after its connection broke", async () => {
      const heard: (string | undefined)[] = [];
      const stop = await metadata.listen("assay conformance", (payload) => heard.push(payload));
      const notify = (text: string) => metadata.pool.query("select pg_notify('assay conformance', $1)", [text]);
      const until = async (wanted: string | undefined) => {
        while (!heard.includes(wanted)) await new Promise((next) => setTimeout(next, 5));
      };
      await notify("first");
      await until("first");
      await metadata.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN %'`);
      await until(undefined);
      await notify("second");
      await until("second");
      await stop();
      await notify("third");
      expect(heard).toEqual(["first", undefined, "second"]);
    });
  });
}

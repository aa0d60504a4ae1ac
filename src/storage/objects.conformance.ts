// What every object store must do, whoever keeps the bytes. An adapter's test calls this with a way to open a fresh one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashBytes } from "../base/index.ts";
import type { ObjectStore } from "./objects.ts";

export function objectStoreConformance(adapter: string, open: () => Promise<ObjectStore>): void {
  describe(`object store: ${adapter}`, () => {
    it("gives back the bytes under their SHA-256", async () => {
      const store = await open();
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), async (bytes) => {
          const hash = await store.put(bytes);
          expect(hash).toBe(hashBytes(bytes));
          expect(Buffer.from(await store.get(hash)).equals(bytes)).toBe(true);
        }),
        { numRuns: 20 },
      );
    });

    it("keeps the same bytes once, also when put at the same time", async () => {
      const store = await open();
      const bytes = new TextEncoder().encode("the same");
      const hashes = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes)));
      expect(new Set(hashes).size).toBe(1);
      expect(await store.has(hashes[0]!)).toBe(true);
    });

    it("takes away what is told to go, and keeps it again where it is put again", async () => {
      const store = await open();
      const [gone, stays] = ["gone", "stays"].map((text) => new TextEncoder().encode(text));
      const [hash, other] = [await store.put(gone!), await store.put(stays!)];
      for (let time = 0; time < 2; time++) await store.remove(hash);
      expect([await store.has(hash), await store.has(other)]).toEqual([false, true]);
      await expect(store.get(hash)).rejects.toMatchObject({ code: "ASSAY_STORAGE_NOT_FOUND" });
      expect(await store.put(gone!)).toBe(hash);
      expect(await store.has(hash)).toBe(true);
    });

    it("names what is absent and what is no hash", async () => {
      const store = await open();
      const absent = hashBytes(new TextEncoder().encode("never put"));
      expect(await store.has(absent)).toBe(false);
      await expect(store.get(absent)).rejects.toMatchObject({ code: "ASSAY_STORAGE_NOT_FOUND" });
      await expect(async () => store.get("../../etc/passwd")).rejects.toMatchObject({
        code: "ASSAY_STORAGE_NOT_A_HASH",
      });
    });
  });
}

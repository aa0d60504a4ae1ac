import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { fixedClock } from "../base/index.ts";
import { type Metadata, openMetadata } from "../storage/index.ts";
import { openBook } from "./book.ts";
import { type Wait, type Waits, waitsOver } from "./waits.ts";

let folder: string;
let metadata: Metadata;
let waits: Waits;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-waits-"));
  metadata = await openMetadata(folder);
  await openBook(metadata, { declaration: undefined, clock: fixedClock(0), champion: async () => null });
  waits = waitsOver(metadata);
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

/** A running clock that moves a second with each look. */
function wait(stage: string, more: Partial<Wait> = {}): Wait {
  let now = 0;
  const nowMicros = () => {
    now += 1_000_000;
    return now;
  };
  const signal = new AbortController().signal;
  return { owner: "loop-1", stage, patienceMicros: 5_000_000, pollMillis: 1, signal, nowMicros, ...more };
}

it("looks until there is something, and no longer than its patience", async () => {
  let looks = 0;
  expect(await waits.until(wait("found"), async () => (++looks === 3 ? "here" : undefined))).toBe("here");
  const nothing = vi.fn(async () => undefined);
  expect(await waits.until(wait("never"), nothing)).toBeUndefined();
  expect(nothing).toHaveBeenCalledTimes(5);
});

it("goes on where another worker was cut off, with the patience that was left", async () => {
  const cut = new AbortController();
  let looks = 0;
  const first = waits.until(wait("cut", { signal: cut.signal }), async () => {
    if (++looks === 4) cut.abort();
    return undefined;
  });
  await expect(first).rejects.toMatchObject({ name: "AbortError" });
  const nothing = vi.fn(async () => undefined);
  expect(await waits.until(wait("cut"), nothing)).toBeUndefined();
  expect(nothing).toHaveBeenCalledTimes(1);
});

it("counts no jump of the wall clock", async () => {
  const jumping = vi.spyOn(Date, "now").mockImplementation(() => 4e12);
  let looks = 0;
  const found = await waits.until(wait("jump"), async () => (++looks === 4 ? "here" : undefined));
  jumping.mockRestore();
  expect(found).toBe("here");
});

it("remembers where it began in the order of keeping", async () => {
  expect(await waits.beganAt("loop-1", "canary", 17)).toBe(17);
  expect(await waits.beganAt("loop-1", "canary", 99)).toBe(17);
  expect(await waits.beganAt("loop-1", "shadow", 99)).toBe(99);
});

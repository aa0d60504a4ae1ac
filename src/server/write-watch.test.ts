import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { watchWrites } from "./write-watch.ts";

it("takes a failed write as a fault until one succeeds, and other refusals as none", async () => {
  const writes = watchWrites(tmpdir());
  writes.told("ASSAY_DECISIONS_BAD_FIELD");
  expect(await writes.fault()).toBeNull();
  writes.told("ASSAY_HISTORY_LOG_FULL");
  expect(await writes.fault()).toBe("ASSAY_HISTORY_LOG_FULL");
  writes.succeeded();
  expect(await writes.fault()).toBeNull();
});

it("names a folder that is not there", async () => {
  expect(await watchWrites(join(tmpdir(), "assay-nowhere")).fault()).toBe("its folder cannot be written");
});

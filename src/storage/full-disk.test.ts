// Real full disks: a small tmpfs, mounted where no other process sees it. Skipped, visibly, where that is forbidden.

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const canMount = spawnSync("unshare", ["-Urm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]).status === 0;

function onSmallDisk(size: string, fixture: string, ...args: string[]): Record<string, unknown> {
  const mount = `mount -t tmpfs -o size=${size} none /mnt && exec "$0" "$@"`;
  const script = join(import.meta.dirname, "fixtures", fixture);
  const command = ["-Urm", "sh", "-c", mount, process.execPath, script, "/mnt", ...args];
  return JSON.parse(execFileSync("unshare", command, { encoding: "utf8" }));
}

describe.skipIf(!canMount)("on a full disk", () => {
  it("objects and tables stop by name, keep what was acknowledged and leave nothing half-written", () => {
    const { code, tableCode, kept, readable, leftovers } = onSmallDisk("256k", "fill-disk.ts");
    expect(code).toBe("ASSAY_STORAGE_DISK_FULL");
    expect(tableCode).toBe("ASSAY_STORAGE_DISK_FULL");
    expect(kept).toBeGreaterThan(3);
    expect(readable).toBe(kept);
    expect(leftovers).toEqual([]);
  });

  it("a database is not made, and says so", () => {
    expect(onSmallDisk("20m", "fill-database.ts", "0")).toEqual({ refused: "ASSAY_STORAGE_DISK_FULL" });
  });

  it.each([
    { where: "its tables", size: "80m", ballast: 10_000_000 },
    { where: "its log", size: "120m", ballast: 30_000_000 },
  ])("a database that finds no room for $where refuses by name and loses nothing acknowledged", ({ size, ballast }) => {
    const { refused, acknowledged, found } = onSmallDisk(size, "fill-database.ts", String(ballast));
    expect(refused).toBe("ASSAY_STORAGE_DISK_FULL");
    expect(acknowledged).toBeGreaterThan(0);
    expect(found).toBe(acknowledged);
  });
});

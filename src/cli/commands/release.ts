import { userInfo } from "node:os";
import { AssayError } from "../../base/index.ts";
import type { Registry } from "../../registry/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";

/** A running service follows: it prepares the bundle on every decider, then uses it. */
export async function release(
  { terminal, workspace }: CommandContext,
  start: string,
  options: { note: string },
): Promise<number> {
  const registry = await (await workspace()).registry();
  const bundle = await bundleStarting(registry, start);
  const released = await registry.release({ bundle, by: userInfo().username, note: options.note });
  terminal.say(`Released ${released.hash.slice(0, 12)}; before it: ${released.previous?.slice(0, 12) ?? "nothing"}.`);
  terminal.result(released);
  return 0;
}

export async function rollback({ terminal, workspace }: CommandContext, options: { note: string }): Promise<number> {
  const registry = await (await workspace()).registry();
  const released = await registry.rollback({ by: userInfo().username, note: options.note });
  terminal.say(`Rolled back to ${released.hash.slice(0, 12)}.`);
  terminal.result(released);
  return 0;
}

/** The one bundle whose hash begins so. Throws ASSAY_CLI_NO_BUNDLE. */
export async function bundleStarting(registry: Registry, start: string): Promise<string> {
  const hashes = (await registry.bundles()).map((entry) => entry.hash).filter((hash) => hash.startsWith(start));
  if (hashes.length === 1) return hashes[0]!;
  throw new AssayError(problems.NO_BUNDLE(`"${start}"`, { found: hashes.length }));
}

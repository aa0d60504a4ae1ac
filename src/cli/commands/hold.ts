import { userInfo } from "node:os";
import { AssayError, formatInstant, parseInstant } from "../../base/index.ts";
import type { CommandContext } from "../command-context.ts";
import { workspaceErasures } from "../erasing-site.ts";
import { problems } from "../errors.ts";
import { table } from "../terminal.ts";

/** `hold` lists; `hold ENTITY` places a legal hold, `hold ENTITY --release` ends it. While it is in force nobody erases. */
export async function hold(
  { terminal, workspace }: CommandContext,
  entity: string | undefined,
  options: { readonly reason: string; readonly until?: string; readonly release: boolean },
): Promise<number> {
  const { reason } = options;
  const erasures = await workspaceErasures(await workspace());
  if (entity === undefined) {
    const holds = await erasures.holds();
    const rows = holds.map((one) => [
      one.entity,
      one.placedBy,
      formatInstant(one.placedAt),
      one.until === null ? "released" : formatInstant(one.until),
      one.reason,
    ]);
    for (const line of table(["entity", "placed by", "at", "until", "reason"], rows)) terminal.say(line);
    terminal.result(holds);
    return 0;
  }
  const until = options.until === undefined ? null : parseInstant(options.until);
  if (until === undefined) throw new AssayError(problems.BAD_INSTANT(`"${options.until}"`));
  const by = userInfo().username;
  if (options.release) await erasures.releaseHold({ entity, reason, by });
  else await erasures.placeHold({ entity, reason, by, until });
  terminal.say(options.release ? `The hold on ${entity} has ended.` : `${entity} is held: nobody erases them.`);
  terminal.result({ entity, held: !options.release });
  return 0;
}

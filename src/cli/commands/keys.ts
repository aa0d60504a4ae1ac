import { formatInstant } from "../../base/index.ts";
import { openKeys } from "../../server/index.ts";
import type { CommandContext } from "../command-context.ts";
import { table } from "../terminal.ts";

/** `create NAME`, `list`, `revoke ID`. A token is shown once. */
export async function keys(
  { terminal, workspace }: CommandContext,
  action: string,
  name: string | undefined,
  options: { readonly rights: string },
): Promise<number> {
  const open = await openKeys(await (await workspace()).metadata());
  if (action === "create" && name !== undefined) {
    const created = await open.createKey(name, options.rights.split(","));
    terminal.say(`${created.token}\nThis is the only time it is shown. Its id is ${created.id}.`);
    terminal.result(created);
    return 0;
  }
  if (action === "revoke" && name !== undefined) {
    await open.revokeKey(name);
    terminal.say(`Revoked ${name}.`);
    terminal.result({ revoked: name });
    return 0;
  }
  if (action !== "list") {
    process.stderr.write("Use: assay keys create NAME --rights LIST, assay keys list, or assay keys revoke ID\n");
    return 2;
  }
  const all = await open.keys();
  const rows = all.map((key) => [
    key.id,
    key.name,
    key.rights.join(","),
    key.revokedAt === null ? "" : `revoked ${formatInstant(key.revokedAt)}`,
  ]);
  for (const line of table(["key", "name", "rights", ""], rows)) terminal.say(line);
  terminal.result(all);
  return 0;
}

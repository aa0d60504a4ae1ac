import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AssayError } from "../../base/index.ts";
import { CONFIG_FILE } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { checkers } from "../version.ts";
import { workspaceFiles } from "../workspace-files.ts";

const packageRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** Writes a workspace that passes `assay check`. Throws ASSAY_CLI_EXISTS where anything of it is there. */
export async function init({ terminal }: CommandContext, folder: string): Promise<number> {
  const root = resolve(folder);
  const files = workspaceFiles(nameFor(root), relative(root, packageRoot), checkers);
  const present: readonly string[] = await readdir(root).catch(() => []);
  const taken = Object.keys(files).find((path) => present.includes(path.split("/")[0]!));
  if (taken !== undefined) throw new AssayError(problems.EXISTS(join(folder, taken)));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { flag: "wx" });
  }
  await linkPackage(root);
  terminal.say(`Wrote ${Object.keys(files).join(", ")} to ${folder}. See: assay --workspace ${folder} check`);
  terminal.result({ folder: root, config: join(root, CONFIG_FILE), files: Object.keys(files) });
  return 0;
}

/** Names are small letters, digits and dashes. */
function nameFor(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-$/g, "");
  return name === "" ? "portfolio" : name;
}

/** What `npm install` would make of the dependency in package.json, without asking anybody. */
async function linkPackage(root: string): Promise<void> {
  const link = join(root, "node_modules", "assay");
  await mkdir(dirname(link), { recursive: true });
  await symlink(relative(dirname(link), packageRoot), link, "dir");
}

// The repository's text files as they lie on disk, without what is installed, generated or data.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceFile } from "./source-text.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const skipped = new Set(["node_modules", "dist", "data", "__pycache__", "package-lock.json"]);
const isSkipped = (name: string): boolean => skipped.has(name) || (name.startsWith(".") && name !== ".ci");
const isText = (name: string): boolean =>
  /\.(?:[cm]?[jt]sx?|py|md|json|toml|ya?ml|lock|txt|css|html|sql|sh)$|^[^.]+$/.test(name);

export const readRepositoryFile = (path: string): string => readFileSync(join(root, path), "utf8");

export function readRepository(folder = ""): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isSkipped(entry.name)) return [];
    if (entry.isDirectory()) return readRepository(path);
    return entry.isFile() && isText(entry.name) ? [{ path, text: readRepositoryFile(path) }] : [];
  });
}

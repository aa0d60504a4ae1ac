import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
  devDependencies: { [name: string]: string };
};

export const version = manifest.version;

/** The compiler and the linter of definitions, at the versions that this release was made with. */
export const checkers = Object.fromEntries(
  ["oxlint", "oxlint-tsgolint", "typescript"].map((name) => [name, manifest.devDependencies[name]!]),
);

// Dependencies: exact versions, lock files that are complete on every platform, hashes throughout, no addresses.
import { type LockFile, missingOptionals } from "../../scripts/complete-lock.ts";

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const kinds = ["dependencies", "devDependencies", "optionalDependencies"] as const;
const RELOCK = "run npm install, then npm run lock";

export function checkManifest(manifest: Manifest, lock: LockFile): string[] {
  const root = lock.packages[""] ?? {};
  return kinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}).flatMap(([name, version]) => [
      ...(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)
        ? []
        : [`package.json: ${name} ${version} is not exact; pin one version`]),
      ...(root[kind]?.[name] === version ? [] : [`package-lock.json does not hold ${name} ${version}; ${RELOCK}`]),
    ]),
  );
}

export function checkNpmLock(lock: LockFile): string[] {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== "");
  return [
    ...Object.keys(missingOptionals(lock)).map((path) => `package-lock.json lacks ${path}; ${RELOCK}`),
    ...packages.flatMap(([path, { resolved, integrity, optional }]) => [
      ...(resolved
        ? [`package-lock.json gives ${path} an address; keep omit-lockfile-registry-resolved in .npmrc, ${RELOCK}`]
        : []),
      ...(integrity || optional ? [] : [`package-lock.json gives ${path} no hash; ${RELOCK}`]),
    ]),
  ];
}

/** Requirements as `uv pip compile --generate-hashes --no-emit-index-url` writes them. */
export function checkRequirements(path: string, text: string): string[] {
  const entries = text
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => !/^\s*(?:#|$)/.test(line));
  const unhashed = entries.filter((line) => !/^[\w.[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/.test(line));
  return [
    ...unhashed.map(
      (line) => `${path}: "${line.slice(0, 60)}" is not pinned with a hash; compile it with --generate-hashes`,
    ),
    ...(/https?:\/\//.test(text) ? [`${path} holds an address; compile it with --no-emit-index-url`] : []),
  ];
}

/** The development environment is the training environment and more: one never undoes the other. */
export function checkDevRequirements(base: string, dev: string): string[] {
  const pins = (text: string) => new Set([...text.matchAll(/^([\w.-]+==[^\s;]+)/gm)].map((match) => match[1] ?? ""));
  const inDev = pins(dev);
  return [...pins(base)]
    .filter((pin) => !inDev.has(pin))
    .map((pin) => `requirements-dev.lock lacks ${pin}; compile both again`);
}

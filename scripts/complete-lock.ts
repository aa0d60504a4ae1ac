// Completes package-lock.json after a dependency changed: `node scripts/complete-lock.ts` (npm run lock).
//
// Where a package index does not carry another platform's binary, npm leaves that optional package out of the lock
// file, and `npm ci` then refuses the whole file elsewhere. Each such package is written in by name and version,
// optional and without a hash, so that `npm ci` skips it on every platform it is not for.
import { readFileSync, writeFileSync } from "node:fs";

export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** The optional packages that the lock file's own packages name and the lock file lacks, by their future path. */
export function missingOptionals(lock: LockFile): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};
  for (const [path, locked] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(locked.optionalDependencies ?? {})) {
      if (isResolvable(lock, path, name)) continue;
      const version = range.replace(/^[\^~]/, "");
      missing[`node_modules/${name}`] = {
        version,
        ...(locked.dev && { dev: true }),
        optional: true,
        ...platformOf(name),
      };
    }
  }
  return missing;
}

/** Node's own look-up: beside the dependent, then in each node_modules folder further out. */
function isResolvable(lock: LockFile, dependentPath: string, name: string): boolean {
  for (let folder = dependentPath; ; folder = folder.slice(0, Math.max(folder.lastIndexOf("/node_modules/"), 0))) {
    if (lock.packages[`${folder}${folder && "/"}node_modules/${name}`]) return true;
    if (folder === "") return false;
  }
}

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** Binary packages carry their platform in their name: `@biomejs/cli-linux-arm64-musl`. */
function platformOf(name: string): Pick<LockedPackage, "os" | "cpu" | "libc"> {
  const words = name.split(/[-/]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : words.includes("gnu") ? "glibc" : undefined;
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(os === "linux" && libc && { libc: [libc] }) };
}

function completed(lock: LockFile): LockFile {
  const packages = Object.entries({ ...lock.packages, ...missingOptionals(lock) });
  return { ...lock, packages: Object.fromEntries(packages.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

if (import.meta.main) {
  const path = new URL("../package-lock.json", import.meta.url);
  const lock: LockFile = JSON.parse(readFileSync(path, "utf8"));
  const added = Object.keys(missingOptionals(lock));
  if (added.length > 0) writeFileSync(path, `${JSON.stringify(completed(lock), null, 2)}\n`);
  for (const name of added) console.log(`added ${name}`);
  console.log(
    `package-lock.json: ${added.length} optional packages added, ${Object.keys(lock.packages).length} were there`,
  );
}

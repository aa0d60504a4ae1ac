// House rules for every file: names, lengths, and bans that each name their replacement.
import { basename, dirname } from "node:path/posix";
import { codeOnly, lineAt, type SourceFile } from "./source-text.ts";

const kebabFile = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.ts$/;
const kebabFolder = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*$/;
const junkDrawer = /^(?:utils?|helpers?|commons?|misc|shared|lib)(?:\.|$)/;

export function checkNames(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path }) => {
    const folders = dirname(path).split("/");
    const parts = [...folders, basename(path)];
    return [
      ...(/\.[cm]?jsx?$/.test(path) && path !== "setup.mjs"
        ? [`${path} is JavaScript: write TypeScript, Node runs it`]
        : []),
      ...(path.endsWith(".ts") && !kebabFile.test(basename(path))
        ? [`${path}: file names are kebab-case, one noun`]
        : []),
      ...(path.endsWith(".ts") && !folders.every((name) => name === "." || kebabFolder.test(name))
        ? [`${path}: folder names are kebab-case`]
        : []),
      ...(/\.(?:ts|py)$/.test(path) && parts.some((part) => junkDrawer.test(part))
        ? [`${path}: name the noun it is about; what several rooms share gets a noun in base`]
        : []),
    ];
  });
}

const LONG_FILE_LINES = 800;

export function checkLengths(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => /\.(?:ts|mjs|py)$/.test(path))
    .flatMap(({ path, text }) => {
      const lines = text.split("\n");
      if (lines.length <= LONG_FILE_LINES || /long because: \S/.test(lines.slice(0, 10).join("\n"))) return [];
      return [`${path} has ${lines.length} lines: split it by noun, or say "long because: …" in its first lines`];
    });
}

interface Ban {
  readonly in: RegExp;
  readonly except?: RegExp;
  readonly pattern: RegExp;
  readonly fix: string;
  /** Looked for outside comments and strings only. */
  readonly code?: boolean;
}

const source = /\.(?:ts|mjs|py)$/;
const typescript = /\.ts$/;
const bans: readonly Ban[] = [
  { in: source, pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/g, fix: "finish it now, or open an issue" },
  {
    in: /./,
    pattern: /(?<![\w.])\/(?:home|root|Users|work)\/[\w.-]/g,
    fix: "no machine's own path; use a relative path or os.tmpdir()",
  },
  {
    in: /./,
    pattern: /\.\.\/shared\//g,
    fix: "the repository holds all that it reads; ship the file under examples/ or tests/",
  },
  {
    in: /./,
    pattern: /registry\.npmjs\.org|pypi\.org|pythonhosted\.org|(?<![\w-])--(?:extra-)?index-url\b/g,
    fix: "no registry address; hashes are enough",
  },
  {
    in: typescript,
    pattern: /\bas any\b/g,
    fix: "write unknown and narrow it",
    code: true,
  },
  {
    in: typescript,
    pattern: /@ts-(?:ignore|nocheck)\b/g,
    fix: "correct the type; @ts-expect-error belongs in type tests",
  },
  {
    in: /^src\//,
    except: /^src\/cli\/|\.(?:test|conformance)\.ts$|\/fixtures\//,
    pattern: /\bconsole\.\w+/g,
    fix: "report through a Progress port, or the server's log",
    code: true,
  },
  { in: /^src\//, pattern: /\bexport default\b/g, fix: "export it by name", code: true },
  {
    in: /\.test\.ts$/,
    pattern: /\b(?:test|it|describe)\.only\b/g,
    fix: "remove .only, it hides the other tests",
    code: true,
  },
  {
    in: /\.py$/,
    pattern: /^\s*(?:import|from)\s+(?:pickle|cloudpickle|joblib|dill|shelve|marshal)\b/gm,
    fix: "write JSON, UBJSON, ONNX or safetensors",
  },
  { in: /\.py$/, pattern: /allow_pickle\s*=\s*True|\btorch\.load\(/g, fix: "read a format that cannot run code" },
];

/** Tidy's own files spell the bans out and seed violations, so they are not searched. */
const tidyItself = /^tests\/tidy(?:\.test\.ts$|\/)/;

export function checkBans(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !tidyItself.test(path))
    .flatMap((file) => bans.flatMap((ban) => violations(file, ban)));
}

function violations({ path, text }: SourceFile, ban: Ban): string[] {
  if (!ban.in.test(path) || ban.except?.test(path)) return [];
  const searched = ban.code ? codeOnly(text) : text;
  return [...searched.matchAll(ban.pattern)].map(
    (match) => `${path}:${lineAt(text, match.index)} has "${match[0].trim()}": ${ban.fix}`,
  );
}

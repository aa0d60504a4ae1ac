// Rooms: direction, front doors, the *never* column, purity and furniture, held against the room table.
import { posix } from "node:path";
import type { Room } from "./room-table.ts";
import { codeOnly, importsOf, lineAt, type SourceFile, withoutComments } from "./source-text.ts";

const isTest = (path: string): boolean => /\.(?:test|conformance)\.ts$|\/fixtures\//.test(path);
const roomOf = (path: string): string | undefined => /^src\/([^/]+)\/./.exec(path)?.[1];
const isTypeScript = ({ path }: SourceFile): boolean => path.endsWith(".ts");

/** Every import that breaks the map, with the way out. */
export function checkImports(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  return files.filter(isTypeScript).flatMap((file) =>
    importsOf(file.text).flatMap(({ specifier, line }) => {
      const fault = specifier.startsWith(".")
        ? faultOfRelative(file.path, posix.join(posix.dirname(file.path), specifier), rooms)
        : faultOfPackage(file.path, specifier, rooms);
      return fault === undefined ? [] : [`${file.path}:${line} imports "${specifier}": ${fault}`];
    }),
  );
}

function faultOfRelative(from: string, target: string, rooms: readonly Room[]): string | undefined {
  const [here, there] = [roomOf(from), roomOf(target)];
  if (from.startsWith("src/") && !target.startsWith("src/") && !isTest(from) && target !== "package.json")
    return "the product imports nothing outside src/; move it into a room";
  if (there === undefined) return here === undefined || !target.startsWith("src/") ? undefined : FRONT_DOOR;
  if (there === here) return target === `src/${here}/index.ts` && !isTest(from) ? OWN_DOOR : undefined;
  if (target !== `src/${there}/index.ts` && !SIDE_DOORS.has(target))
    return `only the front door is open; import src/${there}/index.ts, or export it there`;
  return here === undefined ? undefined : faultOfRooms(here, there, rooms);
}

/** Second entries of a room, each for a process that may not load what the first one loads. */
const SIDE_DOORS: ReadonlySet<string> = new Set([
  // The decider's worker reads online histories and may open neither the log nor a table file.
  "src/history/online-reader.ts",
]);

const FRONT_DOOR = "a room does not import the package's entry; import the room that has it";
const OWN_DOOR = "a room does not go through its own front door; import the file itself";

function faultOfRooms(here: string, there: string, rooms: readonly Room[]): string | undefined {
  const [importer, imported] = [here, there].map((name) => rooms.findIndex((room) => room.name === name));
  if (importer === undefined || imported === undefined || importer < 0 || imported < 0) return undefined; // checkFurniture's
  if (imported > importer)
    return `"${there}" is below "${here}" in ARCHITECTURE.md; pass what is needed as an argument or a port, move the code, or (a test) put it in tests/`;
  const forbidden = rooms[importer]?.neverImports.includes(there) || rooms[imported]?.neverImportedBy.includes(here);
  return forbidden ? `ARCHITECTURE.md's never column forbids it; go through a room that may` : undefined;
}

function faultOfPackage(from: string, specifier: string, rooms: readonly Room[]): string | undefined {
  const room = rooms.find(({ name }) => name === roomOf(from));
  if (from.startsWith("src/") && /^assay(?:\/|$)/.test(specifier))
    return "inside the package, import the room's index.ts";
  if (room?.pure && !isTest(from) && specifier.startsWith("node:"))
    return `"${room.name}" is pure; take the value as an argument, or move this to a room that may act`;
  const forbidden = room?.neverImports.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return forbidden ? "ARCHITECTURE.md's never column forbids it; go through a room that may" : undefined;
}

// ---- Purity ----

interface Ban {
  readonly pattern: RegExp;
  readonly fix: string;
  /** Looked for inside strings too, because a kernel is generated as text. */
  readonly inStrings?: boolean;
}

const exactMath =
  "abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|E|LN10|LN2|LOG10E|LOG2E|PI|SQRT1_2|SQRT2";
const pureBans: readonly Ban[] = [
  {
    pattern: /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^\s)])|(?<!new )(?<![\w.])Date\(|\bperformance\./g,
    fix: "take `t` or a Clock as an argument",
    inStrings: true,
  },
  {
    pattern: /\bMath\.random\b|\bcrypto\.(?:getRandomValues|randomUUID)\b/g,
    fix: "use base's seeded randomness",
    inStrings: true,
  },
  {
    pattern: new RegExp(`\\bMath\\.(?!(?:${exactMath})\\b)\\w+`, "g"),
    fix: "it differs between engines; use base's own exp, log, pow",
    inStrings: true,
  },
  {
    pattern: /(?<!\dn\s*|(?<![\w.])2\s*)\*\*(?!\s*(?:\d+n\b|BigInt\())/g,
    fix: "only powers of two and of integers are the same everywhere; use base's pow, or multiply",
  },
  {
    pattern: /\basync\b|\bawait\b|\bPromise\b|\bimport\(|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b|\bfetch\(/g,
    fix: "a pure room is synchronous; let the caller wait",
  },
  {
    pattern: /\blocaleCompare\b|\btoLocale\w+\b|\bIntl\./g,
    fix: "it depends on the machine's locale data; compare by code unit, format by hand",
  },
  {
    pattern: /(?<![\w.])(?:process|globalThis|console)\./g,
    fix: "a pure room touches no machine; take or return a value",
  },
];

export function checkPurity(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  const pure = new Set(rooms.filter((room) => room.pure).map(({ name }) => name));
  return files
    .filter((file) => isTypeScript(file) && pure.has(roomOf(file.path) ?? "") && !isTest(file.path))
    .flatMap((file) => pureBans.flatMap((ban) => violations(file, ban)));
}

function violations({ path, text }: SourceFile, { pattern, fix, inStrings }: Ban): string[] {
  const searched = inStrings ? withoutComments(text) : codeOnly(text);
  return [...searched.matchAll(pattern)].map(
    (match) =>
      `${path}:${lineAt(text, match.index)} uses ${match[0].trim()} in the pure room "${roomOf(path)}": ${fix}`,
  );
}

// ---- Furniture ----

const README_LINES = 40;

/** Every room is in the table, says truly whether it is built, and has its index and its README. */
export function checkFurniture(
  files: readonly SourceFile[],
  rooms: readonly Room[],
  packages: readonly string[],
): string[] {
  const folders = new Set(files.flatMap(({ path }) => roomOf(path) ?? []));
  const unlisted = [...folders].filter((name) => !rooms.some((room) => room.name === name));
  return [
    ...unlisted.map(
      (name) => `src/${name}/ is not in ARCHITECTURE.md's room table: add a row where its direction belongs`,
    ),
    ...rooms.flatMap((room) => faultsOfRoom(room, files)),
    ...rooms.flatMap((room) => unknownNames(room, rooms, packages)),
  ];
}

function faultsOfRoom({ name, built }: Room, files: readonly SourceFile[]): string[] {
  const own = files.filter(({ path }) => roomOf(path) === name);
  if (!built) return own.length === 0 ? [] : [`src/${name}/ exists: mark it "built" in ARCHITECTURE.md`];
  const index = own.find(({ path }) => path === `src/${name}/index.ts`);
  const readme = own.find(({ path }) => path === `src/${name}/README.md`);
  const readmeLines = readme?.text.trimEnd().split("\n").length ?? 0;
  return [
    ...(index ? checkIndex(index) : [`src/${name}/ has no index.ts: list there what other rooms may use`]),
    ...(readme ? [] : [`src/${name}/ has no README.md: purpose, invariants, file table, where to start`]),
    ...(readmeLines > README_LINES
      ? [`src/${name}/README.md has ${readmeLines} lines: cut it to ${README_LINES}`]
      : []),
  ];
}

/** An index is a table of contents: `export { … } from "./file.ts"` and nothing else. */
function checkIndex({ path, text }: SourceFile): string[] {
  const rest = withoutComments(text).replace(/\bexport\s+(?:type\s+)?\{[^{}]*\}\s*from\s*"[^"]+";/g, (found) =>
    found.replace(/[^\n]/g, " "),
  );
  const line = rest.split("\n").findIndex((content) => content.trim() !== "") + 1;
  return line === 0 ? [] : [`${path}:${line} is not a named re-export: write export { … } from "./file.ts"`];
}

/** A misspelt name in the never column would forbid nothing. */
function unknownNames(
  { name, neverImports, neverImportedBy }: Room,
  rooms: readonly Room[],
  packages: readonly string[],
): string[] {
  const known = new Set([...rooms.map((room) => room.name), ...packages]);
  const unknown = [...neverImports, ...neverImportedBy].filter(
    (named) => !known.has(named) && !named.startsWith("node:"),
  );
  return unknown.map(
    (named) => `ARCHITECTURE.md's never column of "${name}" names "${named}", which is no room or package`,
  );
}

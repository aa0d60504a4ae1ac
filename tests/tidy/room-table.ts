// The room table of ARCHITECTURE.md as data: order, what each room may never import, what is built, what is pure.

export interface Room {
  readonly name: string;
  readonly built: boolean;
  readonly pure: boolean;
  /** Rooms and packages that this room may never import. */
  readonly neverImports: readonly string[];
  /** Rooms that may never import this one. */
  readonly neverImportedBy: readonly string[];
}

/** Rooms from top to bottom: each may import those before it. */
export function parseRooms(architecture: string): Room[] {
  const section = /^## Rooms$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(architecture)?.[1] ?? "";
  const rows = section.split("\n").filter((line) => /^\|\s*`/.test(line));
  const rooms = rows.flatMap(roomsOfRow);
  const pureTo = rooms.findIndex(({ name }) => name === lastPureRoom(section));
  return rooms.map((room, index) => ({ ...room, pure: index <= pureTo }));
}

function roomsOfRow(row: string): Room[] {
  const [names = "", , never = "", state = ""] = row.split(/(?<!\\)\|/).slice(1);
  return backticked(names).map((name) => ({
    name,
    built: state.trim() === "built",
    pure: false,
    neverImports: clausesOf(never, /(?<!\w)imports (.*)/),
    neverImportedBy: clausesOf(never, /imported by (.*)/),
  }));
}

/** "imports `a`, `b`; imported by `c`": the names after the verb, up to the next clause. */
function clausesOf(never: string, form: RegExp): string[] {
  return never.split(/;|\band (?=import)|, (?=import)/).flatMap((clause) => backticked(form.exec(clause)?.[1] ?? ""));
}

/** The sentence below the table: "`base` to `worlds` are pure". */
const lastPureRoom = (section: string): string | undefined => /`[\w-]+` to `([\w-]+)` are pure/.exec(section)?.[1];

const backticked = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");

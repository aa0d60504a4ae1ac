// What an application went through, read from its events in the online history. Events of one microsecond (a decision tells
// several at once, and a simulated clock stands still) are put in the order of a life: received, then decision by decision,
// each after what it supersedes, then what the applicant did.

import { AssayError } from "../base/index.ts";
import type { EventColumns } from "../compile/index.ts";
import { type ApplicationEvent, type ApplicationEventName, applicationEventNames } from "../decisions/index.ts";
import type { OnlineReader } from "../history/index.ts";
import { problems } from "./errors.ts";

/** Which decision a decision supersedes; null for the first. */
export type Supersedes = (decision: string) => Promise<string | null>;

/** Events in order. Throws ASSAY_SERVER_APPLICATION_NOT_FOUND where there are none. */
export async function applicationHistory(
  online: Pick<OnlineReader, "history">,
  application: string,
  supersedes: Supersedes,
): Promise<ApplicationEvent[]> {
  const names = applicationEventNames.map((name) => `application.${name}`);
  const { events } = await online.history(application, names);
  const told = applicationEventNames.flatMap((type) => eventsOf(type, events[`application.${type}`]));
  if (told.length === 0) throw new AssayError(problems.APPLICATION_NOT_FOUND(`application ${application}`));
  const rank = await rankOf(told, supersedes);
  return told.sort((a, b) => a.at - b.at || rank(a) - rank(b) || compareText(a.type, b.type));
}

function eventsOf(type: ApplicationEventName, columns: EventColumns | undefined): ApplicationEvent[] {
  return Array.from({ length: columns?.length ?? 0 }, (_, row) => ({
    type,
    at: columns!.at[row]!,
    decision: textAt(columns!, "decision", row),
    detail: textAt(columns!, "detail", row),
  }));
}

function textAt({ fields, dictionaries }: EventColumns, field: string, row: number): string | null {
  const code = fields[field]?.[row] ?? Number.NaN;
  return dictionaries[field]?.[code] ?? null;
}

/** Received before every decision, decisions by how many they follow, everything else after them. */
async function rankOf(
  told: readonly ApplicationEvent[],
  supersedes: Supersedes,
): Promise<(event: ApplicationEvent) => number> {
  const depths = new Map<string, number>();
  for (const decision of new Set(told.map((event) => event.decision))) {
    if (decision !== null) depths.set(decision, await depthOf(decision, supersedes));
  }
  return ({ type, decision }) => {
    if (type === "received") return -1;
    return decision === null ? Number.POSITIVE_INFINITY : depths.get(decision)!;
  };
}

async function depthOf(decision: string, supersedes: Supersedes): Promise<number> {
  let depth = 0;
  for (let before = await supersedes(decision); before !== null; before = await supersedes(before)) depth++;
  return depth;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// Sources and events that are the service's own: what applications went through is told by decisions, and nobody else may
// make it up.

import { AssayError, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";

/** Throws ASSAY_SERVER_RESERVED_SOURCE. */
export function checkSource(source: string): void {
  if (source.startsWith("assay.")) throw new AssayError(problems.RESERVED_SOURCE(`source "${source}"`));
}

/** What is wrong with an event that speaks for an application. */
export function reservedProblem(raw: unknown, thing: string): Problem | undefined {
  if (typeof raw !== "object" || raw === null || !("event" in raw)) return undefined;
  const reserved = typeof raw.event === "string" && raw.event.startsWith("application.");
  return reserved ? problems.RESERVED_EVENT(thing) : undefined;
}

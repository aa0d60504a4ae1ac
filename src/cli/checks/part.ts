// One part of `assay check`: what it found, how long it took, or why it did not run.

import type { Problem } from "../../base/index.ts";
import type { FoundWorkspace } from "../../workspace/index.ts";

export interface PartFound {
  readonly problems: readonly Problem[];
  /** null where it ran. */
  readonly notRun: string | null;
}

export interface CheckSite {
  readonly found: FoundWorkspace;
  /** Definitions, tests of them left out, absolute. */
  readonly files: readonly string[];
  readonly signal: AbortSignal;
}

export function notRun(why: string): PartFound {
  return { problems: [], notRun: why };
}

/** With the time it took, in milliseconds. */
export async function timed<T>(part: Promise<T>): Promise<{ readonly found: T; readonly milliseconds: number }> {
  const startedMs = performance.now();
  const found = await part;
  return { found, milliseconds: Math.round(performance.now() - startedMs) };
}

// What every step of a story stands on.

import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import type { DemoModule } from "./demo-module.ts";

export interface Stage extends Pick<CommandContext, "terminal" | "signal"> {
  readonly workspace: Workspace;
  readonly demo: DemoModule;
  readonly port: number;
}

/** Announces a step; an interrupted story goes no further. */
export function announce({ terminal, signal }: Stage, number: number, title: string): void {
  signal.throwIfAborted();
  terminal.heading(`${number}. ${title}`);
}

/** A line of the step. */
export function tell({ terminal }: Stage, line: string): void {
  terminal.say(`  ${line}`);
}

import type { Workspace } from "../workspace/index.ts";
import type { Terminal } from "./terminal.ts";

/** What every command is given; engines are opened by what it asks of the workspace. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  workspace(): Promise<Workspace>;
}

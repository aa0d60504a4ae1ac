import type { Workspace } from "../workspace/index.ts";
import type { Terminal } from "./terminal.ts";

/** What every command is given; engines are opened by what it asks of the workspace, and closed when it has ended. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The workspace that the options name, or the one in a folder. */
  readonly workspace: (folder?: string) => Promise<Workspace>;
}

// The book of loops of a workspace, as the worker, the service and the commands open it.

import { type Book, openBook, withDefaults } from "../learning/index.ts";
import { decisionClock, type Workspace } from "../workspace/index.ts";

export async function workspaceBook(workspace: Workspace): Promise<Book> {
  const registry = await workspace.registry();
  const { learning } = workspace.found.config;
  return await openBook(await workspace.metadata(), {
    declaration: learning === undefined ? undefined : withDefaults(learning),
    clock: decisionClock(workspace.found.config),
    champion: async () => (await registry.released())?.hash ?? null,
  });
}

// What an erasure needs of a workspace, wired from its engines; the writer of history comes from whoever holds it.

import { type ErasureSite, type Erasures, openErasures } from "../compliance/index.ts";
import type { Workspace } from "../workspace/index.ts";
import { version } from "./version.ts";

export async function workspaceErasures(workspace: Workspace): Promise<Erasures> {
  return await openErasures(await workspace.metadata(), await workspace.vault());
}

export async function erasingSite(workspace: Workspace): Promise<Omit<ErasureSite, "history">> {
  return {
    metadata: await workspace.metadata(),
    vault: await workspace.vault(),
    records: await workspace.records(),
    registry: await workspace.registry(),
    datasetsFolder: workspace.folder("datasets"),
    sequencesFolder: workspace.folder("sequences"),
    release: version,
  };
}

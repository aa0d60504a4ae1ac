// Erasing a person. Without --yes it only looks. With it the erasure is asked for in the book; where a service runs, it holds
// history and carries the erasure out, else this command does.

import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { AssayError, isAssayError } from "../../base/index.ts";
import { carryOut, type Erasures, type Looked, lookForErasure, type Receipt } from "../../compliance/index.ts";
import type { History } from "../../history/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { erasingSite, workspaceErasures } from "../erasing-site.ts";
import { problems } from "../errors.ts";
import type { Terminal } from "../terminal.ts";

const POLL_MS = 200;

export async function erase(
  { terminal, workspace, signal }: CommandContext,
  entity: string,
  options: { readonly yes: boolean },
): Promise<number> {
  const opened = await workspace();
  const erasures = await workspaceErasures(opened);
  const before = await erasures.erasureOf(entity);
  if (!options.yes && (before === undefined || before.receipt === null)) {
    await look(terminal, opened, entity);
    return 0;
  }
  const { id } = before ?? (await erasures.askErasure({ entity, by: userInfo().username }));
  const receipt = await receiptOf(opened, erasures, id, signal);
  tellReceipt(terminal, receipt);
  terminal.result(receipt);
  return 0;
}

async function look(terminal: Terminal, workspace: Workspace, entity: string): Promise<void> {
  const found = await lookForErasure(
    { ...(await erasingSite(workspace)), history: await historyIfFree(workspace) },
    entity,
  );
  terminal.say("An erasure would take away:");
  for (const line of linesOf(found)) terminal.say(`  ${line}`);
  terminal.say("Nothing was changed. For good and everywhere: add --yes");
  terminal.result({ wouldRemove: found });
}

async function historyIfFree(workspace: Workspace): Promise<History | null> {
  try {
    return await workspace.history();
  } catch (error) {
    if (isAssayError(error) && error.code === "ASSAY_HISTORY_LOCKED") return null;
    throw error;
  }
}

/** Carries it out where no service does, and waits for it. */
async function receiptOf(workspace: Workspace, erasures: Erasures, id: string, signal: AbortSignal): Promise<Receipt> {
  const registry = await workspace.registry();
  for (;;) {
    signal.throwIfAborted();
    const { receipt, failure } = await erasures.erasure(id);
    if (receipt !== null) return receipt;
    if ((await registry.services()).length === 0) await carryOutHere(workspace, id);
    else if (failure !== null) throw new AssayError(problems.ERASURE_FAILED(`erasure ${id}`, { why: failure }));
    else await sleep(POLL_MS, undefined, { signal });
  }
}

/** Opened once more afterwards: the online store is then a new file, and pages of the old one are gone. */
async function carryOutHere(workspace: Workspace, id: string): Promise<void> {
  await carryOut({ ...(await erasingSite(workspace)), history: await workspace.history() }, id);
  await workspace.closeHistory();
  await workspace.history();
}

function tellReceipt(terminal: Terminal, { person, finishedAt, removed, kept, models }: Receipt): void {
  terminal.say(`Erased at ${finishedAt}; in what is kept they are ${person}.`);
  terminal.heading("Taken away");
  for (const line of linesOf(removed)) terminal.say(`  ${line}`);
  terminal.heading("Kept");
  for (const { what, why } of kept) terminal.say(`  ${what}: ${why}`);
  if (models.length > 0) terminal.heading("Models that saw them");
  for (const { name, model, splits, bundles } of models) {
    const released = bundles.filter((one) => one.released).length;
    const where = `${bundles.length} bundles, ${released} of them released`;
    terminal.say(`  ${name} ${model.slice(0, 12)} (${splits.join(", ")}): ${where}`);
  }
}

function linesOf({ vault, decisions, history, datasets, sequences = [], registry }: Looked): string[] {
  return [
    `vault: ${vault.attributes} attributes, ${vault.keys} keys`,
    `decisions: the content of ${decisions.decisions} (${decisions.joint} shared with others), ${decisions.notices} notices, ${decisions.requests} request keys`,
    history === null
      ? "history: counted when it is carried out, for a service holds it now"
      : `history: ${history.events} events, ${history.redacted} references in others', ${history.quarantined} refused rows`,
    `datasets: ${datasets.length} withdrawn`,
    `sequences: ${sequences.length} withdrawn, each with its fit`,
    `registry: ${registry.length} spines`,
  ];
}

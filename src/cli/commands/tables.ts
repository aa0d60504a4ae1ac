// The table files of history and the snapshots that name them. Looking opens files only, so it goes beside a running
// service; compacting and rolling back need the writer of history.

import { formatInstant, formatProblem } from "../../base/index.ts";
import {
  keptSnapshots,
  readSnapshot,
  snapshotAt,
  type TypeStatistics,
  tableStatistics,
  verifySnapshot,
} from "../../history/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { table, thousands } from "../terminal.ts";

type Action = (context: CommandContext, workspace: Workspace, hash: string | undefined) => Promise<number>;

const actions: { readonly [name: string]: Action } = { list, verify, compact, rollback };

/** Nothing or `list`, `verify`, `compact`, `rollback HASH` (or the beginning of one). */
export async function tables(context: CommandContext, action = "list", hash?: string): Promise<number> {
  const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (run === undefined || (action === "rollback") !== (hash !== undefined)) {
    process.stderr.write(
      "Use: assay tables, assay tables verify, assay tables compact, or assay tables rollback HASH\n",
    );
    return 2;
  }
  return await run(context, await context.workspace(), hash);
}

async function list({ terminal }: CommandContext, workspace: Workspace): Promise<number> {
  const current = await workspace.snapshot();
  const { folder } = current;
  const types = await tableStatistics(current);
  const kept = await Promise.all((await keptSnapshots(folder)).map((hash) => readSnapshot(folder, hash)));
  const snapshots = kept.map(({ hash, manifest }) => ({
    hash,
    position: manifest.position.offset,
    files: Object.values(manifest.events).reduce((sum, { files }) => sum + files.length, 0),
    current: hash === current.hash,
  }));
  const heads = ["event", "files", "rows", "bytes", "buckets", "runs at most", "oldest", "newest"];
  for (const line of table(heads, types.map(typeCells))) terminal.say(line);
  const rows = snapshots.map(({ hash, position, files, current }) => [
    hash.slice(0, 12),
    thousands(position),
    thousands(files),
    current ? "current" : "",
  ]);
  for (const line of table(["snapshot", "up to record", "files", ""], rows)) terminal.say(line);
  terminal.result({ types, snapshots });
  return 0;
}

function typeCells({ name, files, rows, bytes, buckets, runsMax, oldestAt, newestAt }: TypeStatistics): string[] {
  const day = (at: number | null) => (at === null ? "" : formatInstant(at).slice(0, 10));
  return [name, ...[files, rows, bytes, buckets, runsMax].map(thousands), day(oldestAt), day(newestAt)];
}

async function verify({ terminal }: CommandContext, workspace: Workspace): Promise<number> {
  const { folder } = await workspace.snapshot();
  const found = [];
  for (const hash of await keptSnapshots(folder)) {
    const damage = await verifySnapshot(await readSnapshot(folder, hash));
    for (const problem of damage) terminal.say(`${hash.slice(0, 12)}: ${formatProblem(problem)}`);
    found.push({ hash, damage });
  }
  const whole = found.every(({ damage }) => damage.length === 0);
  terminal.say(`${found.length} snapshots: ${whole ? "whole" : "NOT whole"}.`);
  terminal.result({ snapshots: found });
  return whole ? 0 : 1;
}

async function compact({ terminal }: CommandContext, workspace: Workspace): Promise<number> {
  const history = await workspace.history();
  const { snapshot, filesBefore, filesAfter } = await history.compact(terminal.progress);
  terminal.say(
    `${thousands(filesBefore)} files became ${thousands(filesAfter)}: snapshot ${snapshot.hash.slice(0, 12)}.`,
  );
  terminal.result({ snapshot: snapshot.hash, filesBefore, filesAfter });
  return 0;
}

async function rollback({ terminal }: CommandContext, workspace: Workspace, named?: string): Promise<number> {
  const history = await workspace.history();
  const { hash } = await snapshotAt(history.folder, named!);
  const { manifest } = await history.rollBack(hash);
  const records = thousands(manifest.position.offset);
  terminal.say(
    `Snapshot ${hash.slice(0, 12)} holds again: all that had arrived before record ${records}. Sealing goes on from there.`,
  );
  terminal.result({ snapshot: hash, position: manifest.position });
  return 0;
}

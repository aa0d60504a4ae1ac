// The service of a workspace: one process with the writer of history, a few decider workers and the HTTP door. Its deciders
// open no table file; it writes them where somebody asks for a snapshot. Ctrl-C drains what is in flight and closes everything,
// Postgres last.

import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { AssayError, missingKindOf, PRESENT, parseInstant } from "../../base/index.ts";
import { evaluateWith, type HistoryOf } from "../../compile/index.ts";
import {
  type BundleParcel,
  DeciderPool,
  DecisionService,
  eventDoor,
  replayDecision,
  runBundle,
} from "../../decisions/index.ts";
import { type History, onlineFolder } from "../../history/index.ts";
import { bakesOver, bundleObjects, readLoop } from "../../learning/index.ts";
import { openAlerts, openParityBook } from "../../monitoring/index.ts";
import type { Registry } from "../../registry/index.ts";
import {
  type EntityFeatures,
  openKeys,
  type RunningService,
  rights,
  type ServiceParts,
  startServer,
  watchingOver,
} from "../../server/index.ts";
import { decisionClock, schemaOf, type Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { erasingSite, workspaceErasures } from "../erasing-site.ts";
import { problems } from "../errors.ts";
import { workspaceBook } from "../loop-book.ts";
import { version } from "../version.ts";

export async function serve(
  context: CommandContext,
  options: { readonly port: number; readonly host: string },
): Promise<number> {
  const { terminal, signal } = context;
  const workspace = await context.workspace();
  await checkReleased(workspace);
  const service = await startServer(await serviceParts(workspace), options);
  const link = await sessionLink(workspace, service);
  terminal.say(`Assay serves ${workspace.found.config.name} at ${service.url}`);
  terminal.say(`Open ${link} once, in this machine's browser.`);
  terminal.result({ url: service.url, link });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  terminal.say("Finishing what is in flight…");
  await service.close();
  return 0;
}

/** A bundle in force with a damaged part is refused now, by name, and not by the first request. */
async function checkReleased(workspace: Workspace): Promise<void> {
  const registry = await workspace.registry();
  const released = await registry.released();
  if (released !== null) await parcel(workspace, registry, released.hash);
}

async function sessionLink(workspace: Workspace, { url }: RunningService): Promise<string> {
  const { token } = await (await openKeys(await workspace.metadata())).createLink("browser", [...rights]);
  return `${url}/session?token=${token}`;
}

async function serviceParts(workspace: Workspace): Promise<ServiceParts> {
  const { config } = workspace.found;
  const history = await workspace.history();
  const registry = await workspace.registry();
  const records = await workspace.records();
  const clock = decisionClock(config);
  const { catalogue } = await workspace.checkedDefinitions();
  const pool = new DeciderPool(
    { onlineFolder: onlineFolder(history.folder), schema: schemaOf(catalogue) },
    deciderCount(),
  );
  const parcelOf = (hash: string) => parcel(workspace, registry, hash);
  const decisions = new DecisionService({
    pool,
    records,
    events: eventDoor(history),
    parcelOf,
    clock,
    release: version,
  });
  return {
    name: config.name,
    version,
    metadata: await workspace.metadata(),
    registry,
    history,
    records,
    decisions,
    clock,
    simulatedNow: config.simulatedNow === undefined ? null : parseInstant(config.simulatedNow)!,
    parcelOf,
    replay: async (id) => {
      const stored = await records.decision(id);
      if (stored === undefined) throw new AssayError(problems.NO_DECISION(`decision ${id}`));
      const referral =
        stored.decision.supersedes === null ? undefined : await records.decision(stored.decision.supersedes);
      const bundle = runBundle(await parcelOf(stored.decision.bundle));
      return replayDecision(bundle, stored, referral === undefined ? {} : { referral: referral.decision });
    },
    watching: watchingOver(
      registry,
      await openAlerts(await workspace.metadata(), config.monitoring ?? {}),
      await openParityBook(await workspace.metadata()),
    ),
    loops: await workspaceBook(workspace),
    bakes: bakesOver(await workspace.metadata()),
    erasures: await workspaceErasures(workspace),
    erasing: await erasingSite(workspace),
    evidence: (pack) => readLoop(registry, pack),
    definitions: catalogue,
    facts: config.facts ?? { invented: [], caveats: [] },
    featuresOf: (entity, t) => featuresOf(history, decisions.currentBundle, entity, t),
    story: () => readStory(workspace),
    log: { level: "warn" },
  };
}

/** Values by the bundle in use; features that ask about a request are "not applicable" without one. */
async function featuresOf(
  history: History,
  bundle: BundleParcel | null,
  entity: { readonly type: string; readonly id: string },
  t: number,
): Promise<EntityFeatures[]> {
  if (bundle === null) return [];
  const sets: EntityFeatures[] = [];
  for (const kernel of runBundle(bundle).kernels.values()) {
    if (kernel.entity !== entity.type) continue;
    const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
    const historyOf: HistoryOf = (_, id, events) => history.online.history(id, events);
    evaluateWith(kernel, historyOf(entity.type, entity.id, kernel.events), t, {}, historyOf, numbers, kinds, 0);
    const values = kernel.columns.map((name, i) => {
      return [name, kinds[i] === PRESENT ? numbers[i]! : { missing: missingKindOf(kinds[i]!) }] as const;
    });
    sets.push({ set: kernel.set, meaningHash: kernel.meaningHash, values: Object.fromEntries(values) });
  }
  return sets;
}

/** What the demo found, where it ran here. */
async function readStory(workspace: Workspace): Promise<unknown> {
  const text = await readFile(workspace.folder("story.json"), "utf8").catch(() => null);
  return text === null ? null : JSON.parse(text);
}

/** One core is left to the event loop and the database. */
function deciderCount(): number {
  return Math.max(1, Math.min(cpus().length - 1, 8));
}

async function parcel(workspace: Workspace, registry: Registry, hash: string) {
  const document = await registry.bundle(hash);
  return { hash, document, objects: await bundleObjects(document, await workspace.objects()) };
}

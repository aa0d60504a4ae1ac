// `assay demo NAME`: the whole story of an example in eight steps, then the service stays up. Each step is recognised by
// the hash of its inputs, so a second run goes straight through, and a run that was killed goes on where it was.

import { readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { AssayError, type Hash, hashJson, hashText, parseInstant } from "../../base/index.ts";
import { explain } from "../../compile/index.ts";
import type { BuiltDataset, SpineRow } from "../../datasets/index.ts";
import { splitOf } from "../../datasets/index.ts";
import type { EvaluationDocument, FairnessDocument } from "../../evaluate/index.ts";
import { buildSeason, judgeSeason, planSeason, type SeasonPlan, type SeasonSite, trainSeason } from "../../learning/index.ts";
import { openKeys, rights } from "../../server/index.ts";
import { publishBytes } from "../../storage/index.ts";
import { nodesOf, Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { compareRoads, type ParityReport } from "../commands/parity.ts";
import { describeDataset, keepSeason, modelLines } from "../commands/season.ts";
import { chainReport } from "../commands/verify.ts";
import { problems } from "../errors.ts";
import { pythonReady, seasonSite } from "../season-site.ts";
import { thousands } from "../terminal.ts";
import { closeReferral, type LoadReport, runLoad } from "./decide-load.ts";
import { type DemoModule, type DemoSpineRow, demoFolder, loadDemo } from "./demo-module.ts";
import { writeFlatTable } from "./flat-table.ts";
import { prepareHistory } from "./prepare-history.ts";
import { countDecisions, replayElsewhere, tamperWithCopy } from "./prove.ts";
import { refuseTakenPort, type RunningChild, startService } from "./running-service.ts";
import { commit, machine, type Story, storyModels } from "./story.ts";

export interface DemoOptions {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly port: string;
}

export async function demo(context: CommandContext, name: string, options: DemoOptions): Promise<number> {
  const folder = demoFolder(name);
  const port = Number(options.port);
  await refuseTakenPort(port);
  const workspace = await Workspace.open(folder);
  if (options.fresh) await startOver(workspace);
  const telling = new Telling(context, workspace, await loadDemo(name), folder, port);
  try {
    return await telling.tell(options.once);
  } finally {
    await telling.stop();
    await workspace.close();
  }
}

/** Everything of the workspace's state but the set-up's own files. */
async function startOver(workspace: Workspace): Promise<void> {
  const kept = ["setup", "uv", "setup.lock", "python.lock"];
  for (const entry of await readdir(workspace.folder()).catch(() => [])) {
    if (!kept.includes(entry)) await rm(workspace.folder(entry), { recursive: true, force: true });
  }
}

interface Judged {
  readonly bundle: Hash;
  readonly runnerUpBundle: Hash | null;
  readonly evaluation: Hash;
  readonly fairness: Hash;
}

class Telling {
  readonly #context: CommandContext;
  readonly #workspace: Workspace;
  readonly #demo: DemoModule;
  readonly #folder: string;
  readonly #port: number;
  readonly #started = performance.now();
  #service: RunningChild | null = null;

  constructor(context: CommandContext, workspace: Workspace, demo: DemoModule, folder: string, port: number) {
    this.#context = context;
    this.#workspace = workspace;
    this.#demo = demo;
    this.#folder = folder;
    this.#port = port;
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
  }

  async tell(once: boolean): Promise<number> {
    const { terminal } = this.#context;
    const history = await this.#ingest();
    const plan = await this.#check();
    const spine = await this.#spine();
    const dataset = await this.#build(plan, spine, history.snapshot);
    const judged = await this.#judge(plan, dataset);
    const registry = await this.#workspace.registry();
    const evaluation = (await registry.document(judged.evaluation)) as unknown as EvaluationDocument;
    const fairness = (await registry.document(judged.fairness)) as unknown as FairnessDocument;
    this.#tellJudgement(evaluation, fairness);
    await this.#release(judged);
    const load = await this.#decide(judged, spine);
    const proof = await this.#prove(judged);
    const story = await this.#write({ plan, history, dataset, evaluation, fairness, judged, load, proof, borrowers: spine.length });
    for (const line of verdicts(story, evaluation)) terminal.say(line);
    terminal.result(story);
    if (once) return isGood(story) ? 0 : 1;
    await this.#stayUp();
    return 0;
  }

  #step(number: number, title: string): void {
    this.#context.signal.throwIfAborted();
    this.#context.terminal.heading(`${number}. ${title}`);
  }

  async #ingest() {
    this.#step(2, "Ingest: raw events into history");
    const prepared = await prepareHistory(this.#workspace, this.#demo, this.#context.terminal.progress);
    await this.#workspace.closeHistory();
    const { accepted, duplicates, seconds, recalled } = prepared;
    this.#context.terminal.say(
      recalled
        ? `  Done before: ${thousands(prepared.events)} events.`
        : `  ${thousands(accepted)} events accepted, ${thousands(duplicates)} duplicates, 0 quarantined, in ${seconds.toFixed(1)} s (${thousands((accepted + duplicates) / seconds)}/s, durable and readable online).`,
    );
    return prepared;
  }

  async #check(): Promise<SeasonPlan> {
    const { terminal } = this.#context;
    this.#step(3, "Check and explain the definitions");
    const { catalogue } = await this.#workspace.checkedDefinitions();
    const plan = planSeason(catalogue, this.#demo.bundle);
    const text = plan.roles.map(({ set }) => explain(set, plan.schema, plan.request)).join("\n");
    await publishBytes(this.#workspace.folder("explain.txt"), Buffer.from(text));
    const features = nodesOf(catalogue, "features").reduce((sum, set) => sum + set.features.length, 0);
    terminal.say(`  ${features} features, 1 label, 1 request, ${plan.reasons.reasons.length} reasons, ${plan.candidates.length} candidate models: no problems.`);
    terminal.say(`  The plan is in ${this.#workspace.folder("explain.txt")}.`);
    return plan;
  }

  async #spine(): Promise<readonly DemoSpineRow[]> {
    const rows: DemoSpineRow[] = [];
    for await (const row of this.#demo.spine()) rows.push(row);
    return rows;
  }

  #site(): Promise<SeasonSite> {
    const { terminal, signal } = this.#context;
    return seasonSite(this.#workspace, { progress: terminal.progress, signal });
  }

  async #build(plan: SeasonPlan, spine: readonly DemoSpineRow[], snapshot: string): Promise<BuiltDataset> {
    const { terminal } = this.#context;
    this.#step(4, "Dataset: values as known at the moment, outcomes as known by the cut-off");
    const registry = await this.#workspace.registry();
    const { evaluation } = this.#workspace.found.config;
    const given = {
      spine: spine.map(spineRow),
      snapshot: await this.#workspace.snapshot(),
      labelCutOff: parseInstant(evaluation!.labelCutOff!)!,
      split: evaluation!.split!,
    };
    const inputs = hashJson({
      spine: hashText(JSON.stringify(spine)),
      snapshot,
      cutOff: given.labelCutOff,
      split: given.split,
      features: plan.roles.map(({ role, meaningHash }) => [role, meaningHash]),
      label: plan.label.meaningHash,
    });
    const earlier = (await registry.recall("build", inputs)) as { hash: Hash } | undefined;
    const built = earlier === undefined ? await buildSeason(plan, given, await this.#site()) : this.#datasetAt(earlier.hash);
    await registry.remember("build", inputs, { hash: built.hash });
    await keepSeason(this.#workspace, this.#demo.bundle, { hash: built.hash });
    for (const line of describeDataset(built.manifest)) terminal.say(`  ${line}`);
    return built;
  }

  #datasetAt(hash: Hash): BuiltDataset {
    const folder = this.#workspace.folder("datasets", hash);
    const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8")) as BuiltDataset["manifest"];
    return { hash, manifest, file: `${folder}/rows.parquet` };
  }

  async #judge(plan: SeasonPlan, dataset: BuiltDataset): Promise<Judged> {
    this.#step(5, "Train, compare, choose");
    const registry = await this.#workspace.registry();
    const inputs = hashJson({
      dataset: dataset.hash,
      candidates: plan.candidates,
      policy: plan.policy,
      reasons: plan.reasons,
      bundle: plan.bundle,
      evaluation: this.#workspace.found.config.evaluation,
    });
    const earlier = (await registry.recall("judge", inputs)) as Judged | undefined;
    if (earlier !== undefined) return earlier;
    await pythonReady();
    const site = await this.#site();
    const flat = await writeFlatTable(this.#demo, dataset, this.#workspace.folder("datasets", dataset.hash));
    const trained = await trainSeason(plan, dataset, flat, site);
    const { within, fairness } = this.#workspace.found.config.evaluation!;
    const approvals = [{ person: "assay demo", at: this.#workspace.found.config.simulatedNow ?? "", note: "released by the demo" }];
    const season = await judgeSeason(plan, { dataset, trained, flat, within: within!, fairness: fairness!, approvals }, site);
    const document = await registry.bundle(season.bundle);
    const judged: Judged = {
      bundle: season.bundle,
      runnerUpBundle: season.runnerUpBundle,
      evaluation: document.evidence.evaluation,
      fairness: document.evidence.fairness,
    };
    await registry.remember("judge", inputs, judged);
    return judged;
  }

  #tellJudgement(evaluation: EvaluationDocument, fairness: FairnessDocument): void {
    const { terminal } = this.#context;
    for (const line of modelLines(evaluation)) terminal.say(line);
    terminal.say(`  ${evaluation.choice.sentence}`);
    terminal.say(`  The control fitted on reversed outcomes: ${evaluation.control.sentence}`);
    const worst = fairness.rows.filter((row) => row.air !== null).sort((a, b) => a.air! - b.air!)[0];
    if (worst !== undefined) {
      terminal.say(
        `  Lowest adverse-impact ratio: ${worst.air!.toFixed(3)} (${worst.low!.toFixed(3)}–${worst.high!.toFixed(3)}), ${worst.attribute} ${worst.group} against ${worst.reference}, ${worst.favourable}.`,
      );
    }
  }

  async #release(judged: Judged): Promise<void> {
    const { terminal } = this.#context;
    this.#step(6, "Evidence and release");
    const registry = await this.#workspace.registry();
    await registry.release({ bundle: judged.bundle, by: "assay demo", note: "chosen by the written rule" });
    terminal.say(`  Bundle ${judged.bundle.slice(0, 12)} is in force: model, calibrator, policy, reasons and evidence under one hash.`);
  }

  async #decide(judged: Judged, spine: readonly DemoSpineRow[]): Promise<LoadReport> {
    const { terminal, signal } = this.#context;
    this.#step(7, "Decide over HTTP on people the models have not seen");
    const rows = spine.filter((row) => splitOf(firstParty(row), this.#workspace.found.config.evaluation!.split!) === "test");
    this.#service = await startService(this.#folder, this.#port);
    const registry = await this.#workspace.registry();
    const inputs = hashJson({ bundle: judged.bundle, second: judged.runnerUpBundle, rows: hashText(JSON.stringify(rows)) });
    const earlier = (await registry.recall("decide", inputs)) as LoadReport | undefined;
    const load = earlier ?? (await this.#load(judged, rows, signal));
    await registry.remember("decide", inputs, load);
    terminal.say(
      `  ${thousands(load.count)} decisions, ${load.dropped} dropped, ${thousands(load.perSecond)}/s with 16 in flight, p50 ${load.p50Ms.toFixed(1)} ms, p99 ${load.p99Ms.toFixed(1)} ms.`,
    );
    terminal.say(
      `  Under that load a second bundle was released in ${load.releaseMs.toFixed(0)} ms and rolled back in ${load.rollbackMs.toFixed(0)} ms; ${Object.keys(load.byBundle).length} bundles answered, nothing restarted.`,
    );
    return load;
  }

  async #load(judged: Judged, rows: readonly DemoSpineRow[], signal: AbortSignal): Promise<LoadReport> {
    const { token } = await (await openKeys(await this.#workspace.metadata())).createKey("demo", [...rights]);
    const url = this.#service!.url;
    const load = await runLoad({
      url,
      token,
      demo: this.#demo,
      rows,
      bundle: judged.bundle,
      second: judged.runnerUpBundle,
      progress: this.#context.terminal.progress,
      signal,
    });
    signal.throwIfAborted();
    if (load.referral !== null) {
      const closed = await closeReferral(url, token, load.referral, ["owedAgainstLimit"]);
      if (closed !== null) this.#context.terminal.say(`  One referral was closed by a person: ${closed}.`);
    }
    return load;
  }

  async #prove(judged: Judged): Promise<Proof> {
    const { terminal } = this.#context;
    this.#step(8, "Prove it");
    const parity = await this.#parity(judged);
    terminal.say(`  ${thousands(parity.values)} values on three roads (naive twin, dataset, online store): ${parity.differences} differences.`);
    const replay = await replayElsewhere(this.#folder, false);
    terminal.say(`  ${thousands(replay.count)} decisions replayed in a fresh process from record and bundle alone: ${replay.differences} differences.`);
    const fromHistory = await replayElsewhere(this.#folder, true);
    terminal.say(`  ${thousands(fromHistory.count)} replayed again with values rebuilt from table files: ${fromHistory.differences} differences.`);
    const records = await this.#workspace.records();
    await records.checkpoint();
    const chain = await chainReport(records);
    const tamper = await tamperWithCopy(this.#workspace);
    const tamperingFound = tamper.alteredContentFound && tamper.alteredLinkFound;
    terminal.say(`  ${thousands(chain.records)} records in ${chain.writers} chains: ${chain.breaks.length} breaks; one altered byte in a copy ${tamperingFound ? "is found" : "is NOT found"}.`);
    const bundles = [judged.bundle, ...(judged.runnerUpBundle === null ? [] : [judged.runnerUpBundle])];
    const counts = await countDecisions(this.#workspace, bundles);
    return { parity, replay, fromHistory, chain: { records: chain.records, breaks: chain.breaks.length, tamperingFound }, counts };
  }

  async #parity(judged: Judged): Promise<ParityReport> {
    const registry = await this.#workspace.registry();
    const inputs = hashJson({ bundle: judged.bundle });
    const earlier = (await registry.recall("parity", inputs)) as unknown as ParityReport | undefined;
    const parity = earlier ?? (await compareRoads(this.#context, this.#workspace, this.#demo.bundle));
    await registry.remember("parity", inputs, parity);
    return parity;
  }

  async #write(told: Told): Promise<Story> {
    const { plan, history, evaluation, fairness, load, proof } = told;
    const setupStarted = Number(process.env["ASSAY_SETUP_STARTED_MS"] ?? Number.NaN);
    const setupSeconds = Number.isNaN(setupStarted) ? 0 : (performance.timeOrigin - setupStarted) / 1000;
    const story: Story = {
      commit: commit(),
      seed: evaluation.seed,
      machine: machine(),
      seconds: (performance.now() - this.#started) / 1000,
      setupSeconds,
      events: history.events,
      borrowers: told.borrowers,
      features: plan.roles.reduce((sum, { set }) => sum + set.features.length, 0),
      parity: { values: proof.parity.values, differences: proof.parity.differences },
      models: storyModels(evaluation),
      chosen: evaluation.choice.chosen,
      shadow: evaluation.choice.runnerUp,
      decisions: { ...proof.counts, perSecond: load.perSecond, p50Ms: load.p50Ms, p99Ms: load.p99Ms },
      replay: { count: proof.replay.count, differences: proof.replay.differences },
      replayFromHistory: { count: proof.fromHistory.count, differences: proof.fromHistory.differences },
      chain: proof.chain,
      fairness: fairness.rows,
      releaseMs: load.releaseMs,
      rollbackMs: load.rollbackMs,
      dropped: load.dropped,
    };
    await publishBytes(this.#workspace.folder("story.json"), Buffer.from(JSON.stringify(story, null, 2)));
    return story;
  }

  async #stayUp(): Promise<void> {
    const { terminal, signal } = this.#context;
    terminal.heading("9. Up");
    const { token } = await (await openKeys(await this.#workspace.metadata())).createLink("browser", [...rights]);
    terminal.say(`  Open ${this.#service!.url}/session?token=${token} (works once, in this machine's browser). Ctrl-C stops everything.`);
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#service!.process.once("exit", (code) =>
        signal.aborted || code === 0 || code === 130 ? resolve() : reject(new AssayError(problems.SERVICE_FAILED("the service", { why: `it ended with code ${code}` }))),
      );
    });
  }
}

interface Proof {
  readonly parity: ParityReport;
  readonly replay: { readonly count: number; readonly differences: number };
  readonly fromHistory: { readonly count: number; readonly differences: number };
  readonly chain: Story["chain"];
  readonly counts: Awaited<ReturnType<typeof countDecisions>>;
}

interface Told {
  readonly plan: SeasonPlan;
  readonly history: { readonly events: number };
  readonly dataset: BuiltDataset;
  readonly evaluation: EvaluationDocument;
  readonly fairness: FairnessDocument;
  readonly judged: Judged;
  readonly load: LoadReport;
  readonly proof: Proof;
  readonly borrowers: number;
}

function firstParty(row: DemoSpineRow): string {
  return Object.values(row.parties)[0]!;
}

/** A decision's `t` lies one microsecond after its request, so that it sees it; the dataset asks at the same instant. */
function spineRow(row: DemoSpineRow): SpineRow {
  return { ...row, t: parseInstant(row.t)! + 1 };
}

function isGood(story: Story): boolean {
  const { parity, replay, replayFromHistory, chain, decisions, dropped } = story;
  const differences = parity.differences + replay.differences + replayFromHistory.differences;
  return differences + chain.breaks + decisions.withoutReason + dropped === 0 && chain.tamperingFound;
}

/** The targets, printed and never asserted where they are times. */
function verdicts(story: Story, { againstReference }: EvaluationDocument): string[] {
  const { decisions } = story;
  const difference = againstReference.difference ?? Number.NaN;
  return [
    "",
    `  ${thousands(decisions.approved)} approved, ${thousands(decisions.counterOffered)} counter-offers, ${thousands(decisions.referred)} referred, ${thousands(decisions.declined)} declined; ${decisions.withoutReason} adverse decisions without a true reason.`,
    `  ${story.chosen} against the reference on test: ${difference >= 0 ? "+" : ""}${difference.toFixed(4)} AUC (standard error ${(againstReference.standardError ?? 0).toFixed(4)}): ${againstReference.within ? "within" : "OUTSIDE"} the allowance.`,
    `  The story took ${story.seconds.toFixed(0)} s after ${story.setupSeconds.toFixed(0)} s of set-up. Figures: .assay/story.json.`,
  ];
}

// The load of step 7: many people ask, sixteen at a time; in the middle a second bundle is released and rolled back.

import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../../base/index.ts";
import type { DecisionPart } from "../../policy/index.ts";
import type { DemoModule, DemoSpineRow } from "./demo-module.ts";
import { answered, type ServiceClient } from "./service-client.ts";

const IN_FLIGHT = 16;

export interface LoadRequest {
  readonly client: ServiceClient;
  readonly demo: DemoModule;
  readonly rows: readonly DemoSpineRow[];
  readonly bundle: string;
  /** Released after two fifths of the requests and rolled back after three. */
  readonly second: string | null;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface LoadReport {
  readonly count: number;
  readonly dropped: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly releaseMs: number;
  readonly rollbackMs: number;
  /** Answers by the bundle that gave them: at most the two. */
  readonly byBundle: { readonly [hash: string]: number };
  /** The first referral, for a person to close. */
  readonly referral: string | null;
}

export async function runLoad(request: LoadRequest): Promise<LoadReport> {
  const load = new Load(request);
  return await load.run();
}

class Load {
  readonly #request: LoadRequest;
  readonly #latencies: number[] = [];
  readonly #byBundle = new Map<string, number>();
  #next = 0;
  #dropped = 0;
  #referral: string | null = null;
  #releaseMs = 0;
  #rollbackMs = 0;

  constructor(request: LoadRequest) {
    this.#request = request;
  }

  async run(): Promise<LoadReport> {
    const started = performance.now();
    const clients = Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#client()));
    const timed = clients.then(() => (performance.now() - started) / 1000);
    const [seconds] = await Promise.all([timed, this.#switchBundles()]);
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return {
      count: sorted.length,
      dropped: this.#dropped,
      perSecond: sorted.length / seconds,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
      releaseMs: this.#releaseMs,
      rollbackMs: this.#rollbackMs,
      byBundle: Object.fromEntries(this.#byBundle),
      referral: this.#referral,
    };
  }

  async #client(): Promise<void> {
    const { rows, progress, signal } = this.#request;
    for (let i = this.#next++; i < rows.length && !signal.aborted; i = this.#next++) {
      await this.#ask(rows[i]!);
      progress({ stage: "decide", done: this.#latencies.length, total: rows.length, unit: "decisions" });
    }
  }

  async #ask(row: DemoSpineRow): Promise<void> {
    const { client, demo, bundle } = this.#request;
    const started = performance.now();
    const answer = await client.post("/v1/decisions", askedOf(demo, row), `${bundle.slice(0, 16)}:${row.decisionId}`);
    if (!answer.ok) {
      this.#dropped++;
      return;
    }
    this.#latencies.push(performance.now() - started);
    const { decision } = (await answer.json()) as { decision: DecisionPart };
    // Only the two bundles may answer; anything else counts as a request that was lost.
    if (decision.bundle !== bundle && decision.bundle !== this.#request.second) this.#dropped++;
    this.#byBundle.set(decision.bundle, (this.#byBundle.get(decision.bundle) ?? 0) + 1);
    if (decision.disposition === "refer") this.#referral ??= decision.decisionId;
  }

  async #switchBundles(): Promise<void> {
    const { second, rows, signal } = this.#request;
    if (second === null) return;
    await this.#until(Math.floor(rows.length * 0.4));
    if (signal.aborted) return;
    this.#releaseMs = await this.#timed("/v1/releases", { bundle: second, note: "the runner-up, under load" });
    await this.#until(Math.floor(rows.length * 0.6));
    if (signal.aborted) return;
    this.#rollbackMs = await this.#timed("/v1/releases/rollback", { note: "back to the chosen model" });
  }

  async #until(done: number): Promise<void> {
    while (this.#latencies.length + this.#dropped < done && !this.#request.signal.aborted) {
      await sleep(5);
    }
  }

  async #timed(path: string, body: unknown): Promise<number> {
    const started = performance.now();
    await this.#request.client.posted(path, body);
    return performance.now() - started;
  }
}

/** A row as a request for a decision. */
export function askedOf({ request }: DemoModule, { parties, asked }: DemoSpineRow) {
  return { ...request, parties: Object.entries(parties).map(([role, entity]) => ({ role, entity })), asked };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** A person closes one referral with reasons of their own; a run that finds it closed leaves it so. */
export async function closeReferral(
  client: ServiceClient,
  referral: string,
  reasons: readonly string[],
): Promise<string | null> {
  const path = `/v1/decisions/${referral}/review`;
  const answer = await client.post(path, { disposition: "decline", code: "judgement", reasons });
  if (answer.status === 409 || answer.status === 422) return null;
  return (await answered<{ decision: DecisionPart }>(path, answer)).decision.decisionId;
}

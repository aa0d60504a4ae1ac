// Which bundle this process decides by. A release first prepares every decider, then moves the pointer, then uses the
// bundle; a release by another process is heard and followed in the same order. Changes take turns, and each looks at the
// pointer itself, so whatever order notices arrive in, the last one leads to the bundle in force.

import type { FastifyBaseLogger } from "fastify";
import type { Hash } from "../base/index.ts";
import type { Released } from "../registry/index.ts";
import type { Metrics } from "./metrics.ts";
import type { ServiceParts } from "./service-parts.ts";

type Parts = Pick<ServiceParts, "registry" | "decisions" | "parcelOf">;

export class ReleasedBundle {
  readonly #parts: Parts;
  readonly #metrics: Pick<Metrics, "releaseFailed">;
  readonly #log: FastifyBaseLogger;
  readonly #prepared = new Set<Hash>();
  #turn: Promise<unknown> = Promise.resolve();
  #stop: () => Promise<void> = async () => {};

  constructor(parts: Parts, metrics: Pick<Metrics, "releaseFailed">, log: FastifyBaseLogger) {
    this.#parts = parts;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Uses what is in force, and follows it from now on. Before the first release there is nothing to use. */
  async follow(): Promise<void> {
    const { registry, decisions } = this.#parts;
    if (decisions.currentBundle !== null) this.#prepared.add(decisions.currentBundle.hash);
    this.#stop = await registry.onRelease(() => void this.#inTurn(() => this.#catchUp()));
    await this.#inTurn(() => this.#catchUp());
  }

  /** Throws where a decider cannot run the bundle; then nothing has changed. */
  release(request: { readonly bundle: Hash; readonly by: string; readonly note: string }): Promise<Released> {
    return this.#inTurn(async () => {
      await this.#prepare(request.bundle);
      return await this.#use(await this.#parts.registry.release(request));
    });
  }

  rollback(request: { readonly by: string; readonly note: string }): Promise<Released> {
    return this.#inTurn(async () => {
      const previous = (await this.#parts.registry.released())?.previous ?? null;
      if (previous !== null) await this.#prepare(previous);
      return await this.#use(await this.#parts.registry.rollback(request));
    });
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.#turn;
  }

  /** A bundle that cannot be run here leaves the one before in use; that is counted and logged. */
  async #catchUp(): Promise<void> {
    try {
      const released = await this.#parts.registry.released();
      if (released !== null) await this.#use(released);
    } catch (error) {
      this.#metrics.releaseFailed();
      this.#log.error({ err: error }, "release not followed");
    }
  }

  async #use(released: Released): Promise<Released> {
    const { decisions } = this.#parts;
    await this.#prepare(released.hash);
    if (decisions.currentBundle?.hash !== released.hash) decisions.use(released.hash);
    return released;
  }

  async #prepare(bundle: Hash): Promise<void> {
    if (this.#prepared.has(bundle)) return;
    await this.#parts.decisions.prepare(await this.#parts.parcelOf(bundle));
    this.#prepared.add(bundle);
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#turn.then(change);
    this.#turn = changed.catch(() => undefined);
    return changed;
  }
}

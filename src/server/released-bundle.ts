// Which bundle this process decides by. A release first prepares every decider, then moves the pointer, then uses the
// bundle; a release by another process is heard and followed in the same order. Changes take turns, and each looks at the
// pointer itself, so whatever order notices arrive in, the last one leads to the bundle in force. A rollout is followed in
// the same turns: a challenger is prepared before requests meet it, and a release ends it.

import type { FastifyBaseLogger } from "fastify";
import type { Hash } from "../base/index.ts";
import type { Released } from "../registry/index.ts";
import type { Stop } from "../storage/index.ts";
import type { Beat } from "./beat.ts";
import type { Metrics } from "./metrics.ts";
import type { ServiceParts } from "./service-parts.ts";

type Parts = Pick<ServiceParts, "registry" | "decisions" | "parcelOf">;

interface Hearers {
  readonly metrics: Pick<Metrics, "releaseFailed" | "rolloutFailed">;
  readonly beat: Pick<Beat, "tell">;
  readonly log: FastifyBaseLogger;
}

export class ReleasedBundle {
  readonly #parts: Parts;
  readonly #hearers: Hearers;
  /** On every decider, for as long as the process lives: a rollback or a review may come back to any of them. */
  readonly #prepared = new Set<Hash>();
  #turn: Promise<unknown> = Promise.resolve();
  #stops: readonly Stop[] = [];

  constructor(parts: Parts, hearers: Hearers) {
    this.#parts = parts;
    this.#hearers = hearers;
  }

  /** Uses what is in force, and follows it from now on. Before the first release there is nothing to use. */
  async follow(): Promise<void> {
    const { registry, decisions } = this.#parts;
    if (decisions.currentBundle !== null) this.#prepared.add(decisions.currentBundle.hash);
    this.#stops = [
      await registry.onRelease(() => void this.#inTurn(() => this.#followRelease())),
      await registry.onRollout(() => void this.#inTurn(() => this.#followRollout())),
    ];
    await this.#inTurn(() => this.#followRelease());
    await this.#inTurn(() => this.#followRollout());
    await this.#hearers.beat.tell([...this.#prepared]);
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
    for (const stop of this.#stops) await stop();
    await this.#turn;
  }

  /** A bundle that cannot be run here leaves the one before in use; that is counted and logged. */
  async #followRelease(): Promise<void> {
    try {
      const released = await this.#parts.registry.released();
      if (released !== null) await this.#use(released);
    } catch (error) {
      this.#hearers.metrics.releaseFailed();
      this.#hearers.log.error({ err: error }, "release not followed");
    }
  }

  /** A challenger that cannot be run here leaves the bundle in use alone; that is counted and logged. */
  async #followRollout(): Promise<void> {
    const { registry, decisions } = this.#parts;
    try {
      const rollout = await registry.rollout();
      // Whatever another one began is over, also where this one comes to nothing.
      const before = decisions.rollout;
      if (rollout?.id !== before?.id || rollout?.bundle !== before?.bundle) decisions.setRollout(null);
      if (rollout === null) return;
      await this.#prepare(rollout.bundle);
      decisions.setRollout(rollout);
    } catch (error) {
      this.#hearers.metrics.rolloutFailed();
      this.#hearers.log.error({ err: error }, "rollout not followed");
    }
  }

  async #use(released: Released): Promise<Released> {
    const { decisions } = this.#parts;
    await this.#prepare(released.hash);
    if (decisions.currentBundle?.hash === released.hash) return released;
    decisions.use(released.hash);
    // One may have begun since the release, and its notice may have come first.
    await this.#followRollout();
    return released;
  }

  async #prepare(bundle: Hash): Promise<void> {
    if (this.#prepared.has(bundle)) return;
    await this.#parts.decisions.prepare(await this.#parts.parcelOf(bundle));
    this.#prepared.add(bundle);
    await this.#hearers.beat.tell([...this.#prepared]);
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#turn.then(change);
    this.#turn = changed.catch(() => undefined);
    return changed;
  }
}

// People who ask for a decision over HTTP, one after another, for as long as anybody lets them. A request that was not answered
// is sent again under its key, as a client does, until it is: none is ever given up.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DecisionAnswer } from "../../src/decisions/index.ts";
import type { Serving } from "./serving.ts";

export type Door = Pick<Serving, "url" | "headers">;

export type Answered = Pick<DecisionAnswer["decision"], "decisionId" | "bundle">;

const AT_ONCE = 2;
const AGAIN_MS = 50;
const REFUSED_FOR_NOW: ReadonlySet<number> = new Set([500, 503]);

export class Applicants {
  /** In the order in which they came. */
  readonly answers: Answered[] = [];
  /** Requests that had to be sent again. */
  repeats = 0;
  #door: Door;
  readonly #people: readonly string[];
  readonly #pauseMillis: number;
  readonly #run = randomUUID();
  #asked = 0;
  #stopped = false;
  readonly #asking: Promise<unknown>;

  /** Begins at once. */
  constructor(door: Door, people: readonly string[], pauseMillis: number) {
    this.#door = door;
    this.#people = people;
    this.#pauseMillis = pauseMillis;
    this.#asking = Promise.all(Array.from({ length: AT_ONCE }, () => this.#ask()));
    // Heard by whoever stops them.
    this.#asking.catch(() => undefined);
  }

  /** The service is elsewhere now. */
  goTo(door: Door): void {
    this.#door = door;
  }

  /** Waits until everybody was answered. Throws where one was refused. */
  async stop(): Promise<readonly Answered[]> {
    this.#stopped = true;
    await this.#asking;
    return this.answers;
  }

  async #ask(): Promise<void> {
    while (!this.#stopped) {
      const asked = this.#asked++;
      const entity = this.#people[asked % this.#people.length]!;
      this.answers.push(await this.#answered(entity, `${this.#run}-${asked}`));
      await sleep(this.#pauseMillis);
    }
  }

  async #answered(entity: string, key: string): Promise<Answered> {
    for (;;) {
      const answer = await this.#send(entity, key).catch(() => undefined);
      if (answer?.status === 200) {
        const { decisionId, bundle } = ((await answer.json()) as DecisionAnswer).decision;
        return { decisionId, bundle };
      }
      if (answer !== undefined && !REFUSED_FOR_NOW.has(answer.status)) throw new Error(await answer.text());
      this.repeats++;
      await sleep(AGAIN_MS);
    }
  }

  async #send(entity: string, key: string): Promise<Response> {
    const { url, headers } = this.#door;
    const parties = [{ role: "applicant", entity }];
    const body = { request: "increase", kind: "lineIncrease", parties, asked: { amount: "1000.00" } };
    const asking = { method: "POST", headers: { ...headers, "idempotency-key": key }, body: JSON.stringify(body) };
    return await fetch(`${url}/v1/decisions`, asking);
  }
}

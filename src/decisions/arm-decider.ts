// One request, decided by the bundle of its arm. A challenger in the canary that fails is not the client's trouble: the
// champion answers in its place. A challenger in shadow looks on after the answer is gone.

import { AssayError } from "../base/index.ts";
import { type Assignment, assignmentOf, type Shares, standIn } from "./arms.ts";
import type { BundleFailures } from "./bundle-failures.ts";
import type { DeciderPool, Evaluated } from "./decider-pool.ts";
import { checkedRequest, type DecisionRequest } from "./decision-request.ts";
import type { BundleParcel, EvaluationRequest, Onlooker } from "./evaluator.ts";
import { isProblem } from "./request-fields.ts";

/** A challenger beside the champion, prepared on every worker. */
export interface Beside extends Shares {
  readonly challenger: BundleParcel;
}

export interface Decided extends Evaluated {
  readonly assignment: Assignment;
}

/**
 * Looks on that wait for a worker to find the time. Under a load that leaves none, more requests go without: which ones is a
 * matter of the moment, not of the request.
 */
const LOOKING_AT_MOST = 1_000;

export class ArmDecider {
  readonly #pool: DeciderPool;
  readonly #failures: BundleFailures;
  #looking = 0;

  constructor(pool: DeciderPool, failures: BundleFailures) {
    this.#pool = pool;
    this.#failures = failures;
  }

  /** `about` is the request as the champion reads it. Throws what the champion's evaluation throws, never a challenger's. */
  async decide(
    { champion, beside }: { readonly champion: BundleParcel; readonly beside: Beside | null },
    request: DecisionRequest,
    about: EvaluationRequest,
  ): Promise<Decided> {
    const assignment = assignmentOf(beside, about.parties[0]!.entity);
    if (beside !== null && assignment.arm === "canary") {
      const evaluated = await this.#byChallenger(beside.challenger, request, about);
      if (evaluated !== null) return { ...evaluated, assignment };
      return { ...(await this.#byChampion(champion, about, standIn(beside))), assignment: standIn(beside) };
    }
    const onlooker = beside?.stage === "shadow" ? this.#onlooker(beside.challenger, request) : null;
    return { ...(await this.#byChampion(champion, about, assignment, onlooker)), assignment };
  }

  async #byChampion(
    { hash }: BundleParcel,
    about: EvaluationRequest,
    { arm }: Assignment,
    onlooker: Onlooker | null = null,
  ): Promise<Evaluated> {
    try {
      const evaluated = await this.#pool.evaluate(hash, about, onlooker);
      if (onlooker !== null) this.#follow(onlooker.bundle, evaluated.opinion);
      return evaluated;
    } catch (error) {
      this.#failures.count(hash, arm);
      throw error;
    }
  }

  /** null where it failed, for whatever reason: what the champion can read is no mistake of the client's. */
  async #byChallenger(
    { hash, document }: BundleParcel,
    request: DecisionRequest,
    about: EvaluationRequest,
  ): Promise<Evaluated | null> {
    try {
      const asked = checkedRequest(document.request, request);
      if (isProblem(asked)) throw new AssayError(asked);
      return await this.#pool.evaluate(hash, { ...about, asked });
    } catch {
      this.#failures.count(hash, "canary");
      return null;
    }
  }

  /** null where the challenger cannot even read the request, or too many looks wait. */
  #onlooker({ hash, document }: BundleParcel, request: DecisionRequest): Onlooker | null {
    if (this.#looking >= LOOKING_AT_MOST) return null;
    const asked = checkedRequest(document.request, request);
    if (!isProblem(asked)) return { bundle: hash, asked };
    this.#failures.count(hash, "shadow");
    return null;
  }

  #follow(bundle: string, opinion: Evaluated["opinion"]): void {
    this.#looking++;
    void opinion
      .catch(() => this.#failures.count(bundle, "shadow"))
      .finally(() => {
        this.#looking--;
      });
  }
}

// From a request to an acknowledged decision: the request is appended to the log under its idempotency key, `t` is one
// microsecond after it, a worker reads history and decides, and decision, envelope, notice and outbox commit together.
// A request cut off in the middle is repeated with the same key: it arrived when it first arrived, and is decided once.

import { createHash } from "node:crypto";
import { cpus } from "node:os";
import { AssayError, type Clock, canonicalJson, isAssayError, type Problem } from "../base/index.ts";
import { type DecisionPart, noticeOf, type PersonVerdict, personDecision } from "../policy/index.ts";
import type { Rollout } from "../registry/index.ts";
import { ArmDecider, type Beside } from "./arm-decider.ts";
import { Arrivals } from "./arrivals.ts";
import { BundleFailures } from "./bundle-failures.ts";
import type { NewRecord } from "./chain-writer.ts";
import type { DeciderPool } from "./decider-pool.ts";
import {
  applicationOf,
  checkedRequest,
  type DecisionRequest,
  evaluationRequest,
  newDecisionId,
} from "./decision-request.ts";
import { problems } from "./errors.ts";
import { type BundleParcel, blockLayoutsOf, type Evaluation } from "./evaluator.ts";
import type { EventDoor } from "./event-door.ts";
import type { Envelope, Link } from "./record.ts";
import type { RecordStore } from "./record-store.ts";
import { isProblem } from "./request-fields.ts";
import { ShadowScores } from "./shadow-scores.ts";
import { type OutgoingEvent, outcomeEvents } from "./told-events.ts";

export interface DecisionAnswer {
  readonly decision: DecisionPart;
  readonly link: Pick<Link, "chainHash" | "ordinal">;
  readonly arm: string;
  /** True where the key had been answered before. */
  readonly repeated: boolean;
}

export interface DecisionServiceParts {
  readonly pool: DeciderPool;
  readonly records: RecordStore;
  readonly events: EventDoor;
  /** A bundle by hash, for a referral decided under one that is not in memory. */
  parcelOf(bundle: string): Promise<BundleParcel>;
  readonly clock: Clock;
  readonly release: string;
}

/** Decisions told at once: ingest holds the event loop for their events, and other decisions wait. */
const TOLD_AT_ONCE = 50;

export class DecisionService {
  readonly #parts: DecisionServiceParts;
  readonly #engine: Envelope["engine"];
  readonly #arrivals: Arrivals;
  readonly #shadows: ShadowScores;
  readonly #failures: BundleFailures;
  readonly #decider: ArmDecider;
  readonly #inFlight = new Map<string, { readonly hash: string; readonly answer: Promise<DecisionAnswer> }>();
  readonly #parcels = new Map<string, BundleParcel>();
  #current: BundleParcel | null = null;
  #beside: (Rollout & Beside) | null = null;
  #closing = false;

  constructor(parts: DecisionServiceParts) {
    this.#parts = parts;
    this.#engine = { release: parts.release, node: process.version, cpu: cpus()[0]?.model ?? "unknown" };
    this.#arrivals = new Arrivals(parts.events);
    this.#shadows = new ShadowScores(parts.records);
    this.#failures = new BundleFailures(parts.records);
    this.#decider = new ArmDecider(parts.pool, this.#failures);
  }

  get currentBundle(): BundleParcel | null {
    return this.#current;
  }

  /** The rollout that requests meet now. */
  get rollout(): Rollout | null {
    return this.#beside;
  }

  /** Decisions whose shadow scores were lost. */
  get shadowFailures(): number {
    return this.#shadows.failures;
  }

  /** Compiles and loads a bundle on every worker without using it yet. */
  async prepare(parcel: BundleParcel): Promise<void> {
    await this.#parts.pool.prepare(parcel);
    await this.#parts.events.tellBlocks(blockLayoutsOf(parcel));
    this.#parcels.set(parcel.hash, parcel);
  }

  /**
   * Requests that begin after this are decided by the bundle; those in flight finish with the one they began with. A
   * rollout was beside the bundle before, and ends.
   */
  use(hash: string): void {
    this.#current = this.#prepared(hash);
    this.#beside = null;
  }

  /** Requests that begin after this meet the challenger, whose bundle is prepared; by null, the bundle in use alone. */
  setRollout(rollout: Rollout | null): void {
    this.#beside = rollout === null ? null : { ...rollout, challenger: this.#prepared(rollout.bundle) };
  }

  #prepared(hash: string): BundleParcel {
    const parcel = this.#parcels.get(hash);
    if (parcel !== undefined) return parcel;
    throw new AssayError(problems.BUNDLE_REFUSED(`bundle ${hash}`, { why: "it was not prepared" }));
  }

  /** Decides once per idempotency key; repeating the same request repeats the answer. */
  decide(request: DecisionRequest): Promise<DecisionAnswer> {
    return this.#once(request.idempotencyKey, request, (hash) => this.#answer(request, hash));
  }

  /**
   * A person closes a referral with their own reasons; the referral stays as it was, superseded. Once per referral;
   * repeating the same verdict repeats the answer, and another one throws ASSAY_DECISIONS_ALREADY_CLOSED.
   */
  async review(referralId: string, verdict: PersonVerdict): Promise<DecisionAnswer> {
    const key = reviewKey(referralId);
    const underWay = this.#inFlight.get(key)?.answer;
    try {
      return await this.#once(key, verdict, (hash) => this.#closed(referralId, verdict, { key, hash }));
    } catch (error) {
      await underWay?.catch(() => undefined);
      const by = await this.#parts.records.decisionClosing(referralId);
      if (by !== undefined)
        throw new AssayError(problems.ALREADY_CLOSED(`decision ${referralId}`, { by }), { cause: error });
      // The verdict that was under way came to nothing, and this one has its turn.
      if (underWay !== undefined && isKeyReused(error)) return await this.review(referralId, verdict);
      throw error;
    }
  }

  /** Tells the log what was committed; idempotent, since event ids come from decisions. Returns of how many. */
  async forwardOutbox(limit = 1000): Promise<number> {
    const { records, events } = this.#parts;
    const rows = await records.waitingOutbox(limit);
    for (let from = 0; from < rows.length; from += TOLD_AT_ONCE) {
      const some = rows.slice(from, from + TOLD_AT_ONCE);
      await events.append(some.flatMap((row) => row.events as readonly OutgoingEvent[]));
    }
    if (rows.length > 0) await records.markForwarded(rows.map(({ id }) => id));
    return rows.length;
  }

  /** Waits for the shadow scores under way, and for the failures counted. */
  async drainShadows(): Promise<void> {
    await this.#shadows.drain();
    await this.#failures.drain();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled([...this.#inFlight.values()].map(({ answer }) => answer));
    await this.drainShadows();
    while ((await this.forwardOutbox()) > 0);
    await this.#parts.records.checkpoint();
    await this.#parts.pool.close();
  }

  /** One at a time for each key: whoever asks the same meanwhile gets the same answer. */
  async #once(key: string, asked: object, answer: (hash: string) => Promise<DecisionAnswer>): Promise<DecisionAnswer> {
    if (this.#closing) throw new AssayError(problems.CLOSING("decision"));
    const hash = createHash("sha256").update(canonicalJson(asked)).digest("hex");
    const inFlight = this.#inFlight.get(key);
    if (inFlight === undefined) {
      const made = answer(hash).finally(() => this.#inFlight.delete(key));
      this.#inFlight.set(key, { hash, answer: made });
      return await made;
    }
    if (inFlight.hash !== hash) throw new AssayError(problems.KEY_REUSED(`key "${key}"`));
    return { ...(await inFlight.answer), repeated: true };
  }

  async #answer(request: DecisionRequest, hash: string): Promise<DecisionAnswer> {
    const key = request.idempotencyKey;
    const [parcel, beside] = [this.#current, this.#beside];
    const asked = parcel === null ? problems.NO_RELEASE("decision") : checkedRequest(parcel.document.request, request);
    if (parcel === null || isProblem(asked)) {
      const answered = await this.#earlier(key, hash);
      if (answered === undefined) throw new AssayError(asked as Problem);
      return answered;
    }
    const application = applicationOf(key);
    const { at, again } = await this.#arrivals.take(application, request.request, this.#parts.clock.now());
    const earlier = again ? await this.#earlier(key, hash) : undefined;
    if (earlier !== undefined) return earlier;
    const about = evaluationRequest(request, { application, asked, at });
    // While it is being decided. Sealing meets whatever is wrong here, and says it.
    this.#parts.records.expect(request.parties[0]!.entity).catch(() => undefined);
    const decided = await this.#decider.decide({ champion: parcel, beside }, request, about);
    const answer = await this.#commit(this.#record({ key, hash }, decided.evaluation, at, decided.assignment));
    if (answer.repeated) return answer;
    for (const opinions of [decided.shadow, decided.opinion]) this.#shadows.follow(about.decisionId, opinions);
    return answer;
  }

  async #closed(
    referralId: string,
    verdict: PersonVerdict,
    asked: { readonly key: string; readonly hash: string },
  ): Promise<DecisionAnswer> {
    const earlier = await this.#earlier(asked.key, asked.hash);
    if (earlier !== undefined) return earlier;
    const stored = await this.#parts.records.decision(referralId);
    if (stored === undefined) throw new AssayError(problems.NOT_FOUND(`decision ${referralId}`));
    const { disposition, bundle } = stored.decision;
    if (disposition !== "refer") throw new AssayError(problems.NOT_REFERRED(`decision ${referralId}`, { disposition }));
    const { document } = this.#parcels.get(bundle) ?? (await this.#parts.parcelOf(bundle));
    const at = this.#parts.clock.now();
    const decided = personDecision(stored.decision, { ...verdict, decisionId: newDecisionId(), t: at + 1 }, document);
    if (Array.isArray(decided)) throw new AssayError(decided[0]!);
    const decision = decided as DecisionPart;
    const evaluation: Evaluation = {
      decision,
      decisionText: canonicalJson(decision),
      notice: decision.adverse ? noticeOf(decision, document) : null,
      positions: stored.envelope.positions,
      timingsMicros: { read: 0, kernel: 0, decide: 0 },
    };
    // In the arm of the referral: it is the end of what that arm began.
    return await this.#commit(this.#record(asked, evaluation, at, stored.envelope));
  }

  /** The answer to a key that was used before; throws ASSAY_DECISIONS_KEY_REUSED where something else was asked with it. */
  async #earlier(key: string, hash: string): Promise<DecisionAnswer | undefined> {
    const request = await this.#parts.records.requestOf(key);
    if (request === undefined) return undefined;
    if (request.request_hash !== hash) throw new AssayError(problems.KEY_REUSED(`key "${key}"`));
    const stored = await this.#parts.records.decision(request.decision_id);
    if (stored === undefined) throw new AssayError(problems.NOT_FOUND(`decision ${request.decision_id}`));
    return { decision: stored.decision, link: stored.link, arm: stored.envelope.arm, repeated: true };
  }

  /** Whoever else answered the key first, or whatever a broken connection left unsaid: what is kept is the answer. */
  async #commit(record: NewRecord): Promise<DecisionAnswer> {
    try {
      const link = await this.#parts.records.commit(record);
      return { decision: record.decision, link, arm: record.envelope.arm, repeated: false };
    } catch (error) {
      const kept = await this.#earlier(record.idempotencyKey, record.requestHash);
      if (kept === undefined) throw error;
      return { ...kept, repeated: kept.decision.decisionId !== record.decision.decisionId };
    }
  }

  #record(
    asked: { readonly key: string; readonly hash: string },
    evaluation: Evaluation,
    at: number,
    { arm, salt, propensity }: Pick<Envelope, "arm" | "salt" | "propensity">,
  ): NewRecord {
    const { decision, decisionText, notice, positions, timingsMicros } = evaluation;
    const envelope: Envelope = {
      format: "assay.envelope",
      version: 1,
      positions,
      engine: this.#engine,
      timingsMicros,
      arm,
      salt,
      propensity,
      exploration: false,
      notice: notice === null ? null : decision.decisionId,
    };
    return {
      idempotencyKey: asked.key,
      requestHash: asked.hash,
      decision,
      decisionText,
      envelope,
      notice,
      outbox: outcomeEvents(decision, at),
    };
  }
}

/** No header of a request can hold a line break, so that no client's key takes the place of a review. */
function reviewKey(referralId: string): string {
  return `review\n${referralId}`;
}

function isKeyReused(error: unknown): boolean {
  return isAssayError(error) && error.code === "ASSAY_DECISIONS_KEY_REUSED";
}

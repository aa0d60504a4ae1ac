// From a request to an acknowledged decision: the request is appended to the log under its idempotency key, `t` is one
// microsecond after it, a worker reads history and decides, and decision, envelope, notice and outbox commit together.
// A request cut off in the middle is repeated with the same key: the append is a duplicate, the decision is made once.

import { createHash, randomUUID } from "node:crypto";
import { cpus } from "node:os";
import { AssayError, type Clock, canonicalJson, formatInstant } from "../base/index.ts";
import type { RequestNode } from "../define/index.ts";
import { type DecisionPart, noticeOf, type PersonVerdict, personDecision } from "../policy/index.ts";
import type { DeciderPool } from "./decider-pool.ts";
import { problems } from "./errors.ts";
import type { BundleParcel, Evaluation, EvaluationRequest } from "./evaluator.ts";
import type { Envelope, Link } from "./record.ts";
import type { NewRecord, RecordStore } from "./record-store.ts";
import { inputFromRecord } from "./replay.ts";
import { type AskedText, storedUnits } from "./request-fields.ts";

export interface DecisionRequest {
  readonly idempotencyKey: string;
  readonly request: string;
  readonly kind: DecisionPart["kind"];
  readonly product: string;
  readonly channel: string;
  readonly parties: readonly { readonly role: string; readonly entity: string }[];
  readonly asked: AskedText;
}

export interface DecisionAnswer {
  readonly decision: DecisionPart;
  readonly link: Pick<Link, "chainHash" | "ordinal">;
  /** True where the key had been answered before. */
  readonly repeated: boolean;
}

/** An event for the log, as the ingest door takes it. */
export interface OutgoingEvent {
  readonly event: string;
  readonly entity: string;
  readonly source: string;
  readonly eventId: string;
  readonly at: string;
  readonly fields: { readonly [name: string]: string };
}

/** Wired by a door to the one writer of history. Resolves when durable and readable by deciders. */
export type AppendEvents = (events: readonly OutgoingEvent[]) => Promise<void>;

export interface DecisionServiceParts {
  readonly pool: DeciderPool;
  readonly records: RecordStore;
  readonly append: AppendEvents;
  readonly clock: Clock;
  readonly release: string;
}

const SOURCE = "assay.decisions";

export class DecisionService {
  readonly #parts: DecisionServiceParts;
  readonly #engine: Envelope["engine"];
  readonly #inFlight = new Map<string, { readonly hash: string; readonly answer: Promise<DecisionAnswer> }>();
  readonly #shadows = new Set<Promise<void>>();
  #current: BundleParcel | null = null;
  readonly #parcels = new Map<string, BundleParcel>();
  #closing = false;

  constructor(parts: DecisionServiceParts) {
    this.#parts = parts;
    this.#engine = { release: parts.release, node: process.version, cpu: cpus()[0]?.model ?? "unknown" };
  }

  get currentBundle(): BundleParcel | null {
    return this.#current;
  }

  /** Compiles and loads a bundle on every worker without using it yet. */
  async prepare(parcel: BundleParcel): Promise<void> {
    await this.#parts.pool.prepare(parcel);
    this.#parcels.set(parcel.hash, parcel);
  }

  /** Requests that begin after this are decided by the bundle; those in flight finish with the one they began with. */
  use(hash: string): void {
    const parcel = this.#parcels.get(hash);
    if (parcel === undefined)
      throw new AssayError(problems.BUNDLE_REFUSED(`bundle ${hash}`, { why: "it was not prepared" }));
    this.#current = parcel;
  }

  /** Decides once per idempotency key; repeating the same request repeats the answer. */
  async decide(request: DecisionRequest): Promise<DecisionAnswer> {
    if (this.#closing) throw new AssayError(problems.CLOSING("decision"));
    const hash = createHash("sha256").update(canonicalJson(request)).digest("hex");
    const inFlight = this.#inFlight.get(request.idempotencyKey);
    if (inFlight !== undefined) return await sameRequest(inFlight, hash, request.idempotencyKey);
    const answer = this.#answer(request, hash).finally(() => this.#inFlight.delete(request.idempotencyKey));
    this.#inFlight.set(request.idempotencyKey, { hash, answer });
    return await answer;
  }

  async #answer(request: DecisionRequest, hash: string): Promise<DecisionAnswer> {
    const earlier = await this.#parts.records.requestOf(request.idempotencyKey);
    if (earlier !== undefined) return await this.#repeat(earlier, hash, request.idempotencyKey);
    const parcel = this.#current;
    if (parcel === null) throw new AssayError(problems.NO_RELEASE("decision"));
    const asked = checked(parcel.document.request, request);
    const application = `app-${keyDigest(request.idempotencyKey)}`;
    const at = this.#parts.clock.now();
    await this.#parts.append([receivedEvent(application, request, at)]);
    const evaluation = await this.#parts.pool.evaluate(parcel.hash, evaluationRequest(request, asked, application, at));
    const link = await this.#parts.records.commit(this.#record(request.idempotencyKey, hash, evaluation, at));
    this.#shadow(parcel, evaluation.decision);
    return { decision: evaluation.decision, link, repeated: false };
  }

  async #repeat(
    earlier: { request_hash: string; decision_id: string },
    hash: string,
    key: string,
  ): Promise<DecisionAnswer> {
    if (earlier.request_hash !== hash) throw new AssayError(problems.KEY_REUSED(`key "${key}"`));
    const stored = await this.#parts.records.decision(earlier.decision_id);
    if (stored === undefined) throw new AssayError(problems.NOT_FOUND(earlier.decision_id));
    return { decision: stored.decision, link: stored.link, repeated: true };
  }

  #record(idempotencyKey: string, requestHash: string, evaluation: Evaluation, at: number): NewRecord {
    const { decision, notice, positions, timingsMicros } = evaluation;
    const envelope = this.#envelope(positions, timingsMicros, notice === null ? null : decision.decisionId);
    return { idempotencyKey, requestHash, decision, envelope, notice, outbox: outcomeEvents(decision, at) };
  }

  #envelope(
    positions: Envelope["positions"],
    timingsMicros: Envelope["timingsMicros"],
    notice: string | null,
  ): Envelope {
    return {
      format: "assay.envelope",
      version: 1,
      positions,
      engine: this.#engine,
      timingsMicros,
      arm: "champion",
      salt: null,
      propensity: 1,
      exploration: false,
      notice,
    };
  }

  /** Off the response path: challengers score the same values; a failure here is counted, never felt by a client. */
  #shadow(parcel: BundleParcel, decision: DecisionPart): void {
    if (parcel.document.shadow.length === 0) return;
    const scored = this.#parts.pool
      .shadow(parcel.hash, inputFromRecord(parcel.document, decision))
      .then((outputs) =>
        this.#parts.records.saveShadow(
          outputs.map((output) => ({
            decision_id: decision.decisionId,
            model: output.model,
            bundle: parcel.hash,
            raw: output.raw,
            calibrated: output.calibrated,
          })),
        ),
      )
      .catch(() => {
        this.shadowFailures++;
      })
      .finally(() => this.#shadows.delete(scored));
    this.#shadows.add(scored);
  }

  shadowFailures = 0;

  /** A person closes a referral with their own reasons; the referral stays as it was, superseded. */
  async review(referralId: string, verdict: PersonVerdict): Promise<DecisionAnswer> {
    const stored = await this.#parts.records.decision(referralId);
    if (stored === undefined) throw new AssayError(problems.NOT_FOUND(`decision ${referralId}`));
    await this.#mayBeClosed(stored.decision);
    const parcel = this.#parcels.get(stored.decision.bundle) ?? this.#current;
    if (parcel === null) throw new AssayError(problems.NO_RELEASE("decision"));
    const at = this.#parts.clock.now();
    const decided = personDecision(
      stored.decision,
      { ...verdict, decisionId: newDecisionId(), t: at + 1 },
      parcel.document,
    );
    if (Array.isArray(decided)) throw new AssayError(decided[0]!);
    const decision = decided as DecisionPart;
    const notice = decision.adverse ? noticeOf(decision, parcel.document) : null;
    const evaluation = {
      decision,
      notice,
      positions: stored.envelope.positions,
      timingsMicros: { read: 0, kernel: 0, decide: 0 },
    };
    const link = await this.#parts.records.commit(this.#record(`review:${referralId}`, "", evaluation, at));
    return { decision, link, repeated: false };
  }

  async #mayBeClosed(decision: DecisionPart): Promise<void> {
    const thing = `decision ${decision.decisionId}`;
    if (decision.disposition !== "refer") {
      throw new AssayError(problems.NOT_REFERRED(thing, { disposition: decision.disposition }));
    }
    const closedBy = await this.#parts.records.decisionClosing(decision.decisionId);
    if (closedBy !== undefined) throw new AssayError(problems.ALREADY_CLOSED(thing, { by: closedBy }));
  }

  /** Tells the log what was committed; idempotent, since event ids come from decisions. Returns how many it told. */
  async forwardOutbox(limit = 1000): Promise<number> {
    const rows = await this.#parts.records.waitingOutbox(limit);
    if (rows.length === 0) return 0;
    await this.#parts.append(rows.map((row) => row.event as OutgoingEvent));
    await this.#parts.records.markForwarded(rows.map((row) => row.id));
    return rows.length;
  }

  /** Waits for the shadow scores under way. */
  async drainShadows(): Promise<void> {
    while (this.#shadows.size > 0) await Promise.all(this.#shadows);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled([...this.#inFlight.values()].map((entry) => entry.answer));
    await this.drainShadows();
    while ((await this.forwardOutbox()) > 0);
    await this.#parts.pool.close();
  }
}

async function sameRequest(
  inFlight: { readonly hash: string; readonly answer: Promise<DecisionAnswer> },
  hash: string,
  key: string,
): Promise<DecisionAnswer> {
  if (inFlight.hash !== hash) throw new AssayError(problems.KEY_REUSED(`key "${key}"`));
  return { ...(await inFlight.answer), repeated: true };
}

function checked(node: RequestNode, request: DecisionRequest): { [field: string]: number } {
  if (request.request !== node.name) {
    throw new AssayError(problems.UNKNOWN_REQUEST(`request "${request.request}"`, { expected: node.name }));
  }
  for (const [role, party] of Object.entries(node.parties)) {
    const given = request.parties.some((candidate) => candidate.role === role);
    if (!given && !party.optional) throw new AssayError(problems.MISSING_PARTY(`request "${node.name}"`, { role }));
  }
  const unknown = request.parties.find((party) => !Object.hasOwn(node.parties, party.role));
  if (unknown !== undefined) {
    const roles = Object.keys(node.parties).join(", ");
    throw new AssayError(problems.UNKNOWN_PARTY(`role "${unknown.role}"`, { roles }));
  }
  const stored = storedUnits(node, request.asked);
  if (isProblem(stored)) throw new AssayError(stored);
  return stored;
}

function isProblem(value: object): value is import("../base/index.ts").Problem {
  return "wayOut" in value;
}

function evaluationRequest(
  request: DecisionRequest,
  asked: { [field: string]: number },
  application: string,
  at: number,
): EvaluationRequest {
  return {
    decisionId: newDecisionId(),
    t: at + 1,
    application,
    kind: request.kind,
    stage: "decision",
    product: request.product,
    channel: request.channel,
    parties: request.parties,
    asked,
  };
}

function newDecisionId(): string {
  return `d-${randomUUID()}`;
}

function keyDigest(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 24);
}

function receivedEvent(application: string, request: DecisionRequest, at: number): OutgoingEvent {
  return applicationEvent(application, "received", at, `${application}:received`, { detail: request.request });
}

/** What a decision means for its application, told to the log after the commit. */
function outcomeEvents(decision: DecisionPart, at: number): OutgoingEvent[] {
  const { application, decisionId } = decision;
  const told = (name: string, detail: string) =>
    applicationEvent(application, name, at, `${decisionId}:${name}`, { decision: decisionId, detail });
  const events = [told("completed", "complete as received"), told("decided", decision.disposition)];
  if (decision.disposition === "refer") events.push(told("reviewOpened", "referred by policy"));
  if (decision.offered !== null) events.push(told("offerPresented", decision.disposition));
  if (decision.adverse) events.push(told("noticeIssued", "adverse action"));
  return events;
}

function applicationEvent(
  application: string,
  name: string,
  at: number,
  eventId: string,
  fields: { readonly [name: string]: string },
): OutgoingEvent {
  return { event: `application.${name}`, entity: application, source: SOURCE, eventId, at: formatInstant(at), fields };
}

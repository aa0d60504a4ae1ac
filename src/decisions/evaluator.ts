// What a decider worker holds: the released bundles it was given, compiled, and a reader of the online histories. It reads
// values at `t`, calls `decide`, and returns plain data. No database, no table files, no clock of its own.

import { AssayError, canonicalJson } from "../base/index.ts";
import {
  type BlockLayout,
  blockLayouts,
  type EntityHistory,
  evaluateWith,
  type FieldsRead,
  fieldsRead,
  type HistoryOf,
  type HistorySchema,
  isPlan,
  type Kernel,
  kernelOfPlan,
  kernelSource,
  planFeatures,
  type Reach,
  type RequestValues,
  reachOf,
} from "../compile/index.ts";
import type { LmdbReader } from "../history/index.ts";
import {
  type BundleDocument,
  type DecideInput,
  type DecisionPart,
  decide,
  type LoadedBundle,
  loadBundle,
  type Notice,
  noticeOf,
  scoreShadow,
} from "../policy/index.ts";
import { problems } from "./errors.ts";
import { proveHeld } from "./held-fields.ts";
import { majorUnits } from "./request-fields.ts";
import type { ShadowOpinion } from "./served.ts";

/** A bundle by value, as a worker gets it: objects by hash. */
export interface BundleParcel {
  readonly hash: string;
  readonly document: BundleDocument;
  readonly objects: ReadonlyMap<string, Uint8Array>;
}

/** A request ready to be evaluated: everything of `DecideInput` but the values. */
export type EvaluationRequest = Omit<DecideInput, "values">;

/** A bundle that looks on at a request that another one decides, and what was asked as it reads it. */
export interface Onlooker extends Pick<EvaluationRequest, "asked"> {
  readonly bundle: string;
}

/** What a worker answers with. */
export interface EvaluatedText {
  /** Canonical JSON of the decision: the bytes that are hashed, sealed and compared by replay. */
  readonly decisionText: string;
  readonly notice: Notice | null;
  readonly positions: readonly { readonly partition: number; readonly offset: number }[];
  readonly timingsMicros: { readonly read: number; readonly kernel: number; readonly decide: number };
}

export interface Evaluation extends EvaluatedText {
  /** What `decisionText` says. */
  readonly decision: DecisionPart;
}

export interface RunningBundle {
  readonly loaded: LoadedBundle;
  readonly document: BundleDocument;
  /** Role → its compiled kernel. */
  readonly kernels: ReadonlyMap<string, Kernel>;
  /** Role → what its kernel reads. */
  readonly reads: ReadonlyMap<string, FieldsRead>;
  /** Role → how far back its kernel looks. */
  readonly reaches: ReadonlyMap<string, Reach>;
}

/** Compiles a bundle's plans and loads its models; throws a named error where this release cannot run it. */
export function runBundle(parcel: BundleParcel): RunningBundle {
  const { document, hash, objects } = parcel;
  const loaded = loadBundle(document, hash, (object) => objects.get(object));
  if (Array.isArray(loaded)) throw refused(hash, loaded[0]?.rule ?? "unknown");
  const kernels = new Map<string, Kernel>();
  const reads = new Map<string, FieldsRead>();
  const reaches = new Map<string, Reach>();
  for (const role of Object.keys(document.roles)) {
    const { plan, meaningHash } = planOf(parcel, role);
    kernels.set(role, kernelOfPlan(plan, kernelSource(plan), meaningHash));
    reads.set(role, fieldsRead(plan));
    reaches.set(role, reachOf(plan));
  }
  return { loaded: loaded as LoadedBundle, document, kernels, reads, reaches };
}

function planOf({ hash, document }: BundleParcel, role: string) {
  const name = document.roles[role];
  const set = document.featureSets.find((candidate) => candidate.node.name === name);
  if (set === undefined) throw refused(hash, `feature set "${name}" is not in it`);
  const plan = planFeatures(set.node, schemaOf(document), document.request);
  if (!isPlan(plan)) throw new AssayError(plan[0]!);
  return { plan, meaningHash: set.meaningHash };
}

function schemaOf({ events }: BundleDocument): HistorySchema {
  return Object.fromEntries(events.map((event) => [event.name, event]));
}

function refused(hash: string, why: string): AssayError {
  return new AssayError(problems.BUNDLE_REFUSED(`bundle ${hash.slice(0, 12)}`, { why }));
}

/** What a store tells of blocks, so that the bundle's kernels can pass over them. */
export function blockLayoutsOf(parcel: BundleParcel): BlockLayout[] {
  return Object.keys(parcel.document.roles).flatMap((role) => blockLayouts(planOf(parcel, role).plan));
}

export class Evaluator {
  readonly #reader: LmdbReader;
  readonly #bundles = new Map<string, RunningBundle>();

  constructor(reader: LmdbReader) {
    this.#reader = reader;
  }

  /** Throws a named error where this release cannot run the bundle, or the online store lacks what its kernels read. */
  load(parcel: BundleParcel): void {
    const bundle = runBundle(parcel);
    const events = schemaOf(parcel.document);
    for (const read of bundle.reads.values()) proveHeld(read, events, (event) => this.#reader.holds(event));
    this.#bundles.set(parcel.hash, bundle);
  }

  /** The answer, and the input that shadow models may score later. */
  evaluate(
    bundleHash: string,
    request: EvaluationRequest,
  ): { readonly answer: EvaluatedText; readonly input: DecideInput } {
    const bundle = this.#bundle(bundleHash);
    const { input, position, timingsMicros } = this.#input(bundle, request);
    const valued = process.hrtime.bigint();
    const decision = decide(bundle.loaded, input);
    const notice = decision.adverse ? noticeOf(decision, bundle.document) : null;
    const decisionText = canonicalJson(decision);
    const decided = micros(valued, process.hrtime.bigint());
    const timings = { ...timingsMicros, decide: decided };
    return { answer: { decisionText, notice, positions: [position], timingsMicros: timings }, input };
  }

  hasShadow(bundleHash: string): boolean {
    return this.#bundle(bundleHash).document.shadow.length > 0;
  }

  /** What the bundle's shadow models make of an input. */
  shadow(bundleHash: string, input: DecideInput): ShadowOpinion[] {
    const scores = scoreShadow(this.#bundle(bundleHash).loaded, input);
    return scores.map(({ model, raw, calibrated }) => ({
      bundle: bundleHash,
      model,
      raw,
      calibrated,
      disposition: null,
      firstReason: null,
    }));
  }

  /** What the whole bundle would have decided, by history as it stands now and was known at the request's `t`. */
  opinion(bundleHash: string, request: EvaluationRequest): ShadowOpinion {
    const bundle = this.#bundle(bundleHash);
    const { outputs, disposition, reasons } = decide(bundle.loaded, this.#input(bundle, request).input);
    const { model, output } = bundle.document.baseline;
    const { raw, calibrated } = outputs.find((one) => one.model === model && one.output === output)!;
    return { bundle: bundleHash, model, raw, calibrated, disposition, firstReason: reasons[0]?.reason ?? null };
  }

  #input(bundle: RunningBundle, request: EvaluationRequest) {
    const bound = boundParties(bundle, request);
    const started = process.hrtime.bigint();
    const { position, histories } = this.#reader.read(
      bound.map(({ entity, kernel, reach }) => {
        return { entity, events: kernel.events, since: sinceOf(reach, request.t), packed: true };
      }),
    );
    const read = process.hrtime.bigint();
    const asked = majorUnits(bundle.document.request, request.asked);
    const linked: HistoryOf = (_, id, events) => this.#reader.also(id, events);
    const input: DecideInput = { ...request, values: valuesOf(bound, { histories, linked }, request.t, asked) };
    const timingsMicros = { read: micros(started, read), kernel: micros(read, process.hrtime.bigint()) };
    return { input, position, timingsMicros };
  }

  #bundle(hash: string): RunningBundle {
    const bundle = this.#bundles.get(hash);
    if (bundle === undefined) throw refused(hash, "it was not prepared on this decider");
    return bundle;
  }
}

interface BoundParty {
  readonly role: string;
  readonly entity: string;
  readonly kernel: Kernel;
  readonly reach: Reach;
}

function sinceOf(reach: Reach, t: number): { readonly [event: string]: number } {
  const since: Record<string, number> = {};
  for (const event in reach) since[event] = t - reach[event]!;
  return since;
}

/** The parties that a feature set is bound to. */
function boundParties(bundle: RunningBundle, request: EvaluationRequest): BoundParty[] {
  return request.parties.flatMap(({ role, entity }) => {
    const kernel = bundle.kernels.get(role);
    return kernel === undefined ? [] : [{ role, entity, kernel, reach: bundle.reaches.get(role)! }];
  });
}

/** Who else is linked shows only from a party's own history; both come from one state of the store. */
function valuesOf(
  bound: readonly BoundParty[],
  { histories, linked }: { readonly histories: readonly EntityHistory[]; readonly linked: HistoryOf },
  t: number,
  asked: RequestValues,
): DecideInput["values"] {
  const values: { [role: string]: { numbers: Float64Array; kinds: Uint8Array } } = {};
  bound.forEach(({ role, kernel }, i) => {
    const numbers = new Float64Array(kernel.columns.length);
    const kinds = new Uint8Array(kernel.columns.length);
    evaluateWith(kernel, histories[i]!, t, asked, linked, numbers, kinds, 0);
    values[role] = { numbers, kinds };
  });
  return values;
}

function micros(from: bigint, to: bigint): number {
  return Math.round(Number(to - from) / 1000);
}

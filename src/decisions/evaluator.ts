// What a decider worker holds: the released bundles it was given, compiled, and a reader of the online histories. It reads
// values at `t`, calls `decide`, and returns plain data. No database, no table files, no clock of its own.

import { AssayError } from "../base/index.ts";
import {
  compileKernel,
  type EntityHistory,
  type HistorySchema,
  type Kernel,
  type RequestValues,
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
import { majorUnits } from "./request-fields.ts";

/** A bundle by value, as a worker gets it: objects by hash. */
export interface BundleParcel {
  readonly hash: string;
  readonly document: BundleDocument;
  readonly objects: ReadonlyMap<string, Uint8Array>;
}

/** A request ready to be evaluated: everything of `DecideInput` but the values. */
export type EvaluationRequest = Omit<DecideInput, "values">;

export interface Evaluation {
  readonly decision: DecisionPart;
  readonly notice: Notice | null;
  readonly positions: readonly { readonly partition: number; readonly offset: number }[];
  readonly timingsMicros: { readonly read: number; readonly kernel: number; readonly decide: number };
}

export interface RunningBundle {
  readonly loaded: LoadedBundle;
  readonly document: BundleDocument;
  /** Role → its compiled kernel. */
  readonly kernels: ReadonlyMap<string, Kernel>;
}

/** Compiles a bundle's plans and loads its models; throws a named error where this release cannot run it. */
export function runBundle(parcel: BundleParcel): RunningBundle {
  const loaded = loadBundle(parcel.document, parcel.hash, (hash) => parcel.objects.get(hash));
  if (Array.isArray(loaded)) throw refused(parcel.hash, loaded[0]?.rule ?? "unknown");
  return { loaded: loaded as LoadedBundle, document: parcel.document, kernels: compileRoles(parcel) };
}

function compileRoles({ hash, document }: BundleParcel): Map<string, Kernel> {
  const schema: HistorySchema = Object.fromEntries(document.events.map((event) => [event.name, event]));
  const kernels = new Map<string, Kernel>();
  for (const [role, setName] of Object.entries(document.roles)) {
    const set = document.featureSets.find((candidate) => candidate.node.name === setName);
    if (set === undefined) throw refused(hash, `feature set "${setName}" is not in it`);
    kernels.set(role, compileKernel(set.node, schema, { request: document.request, meaningHash: set.meaningHash }));
  }
  return kernels;
}

function refused(hash: string, why: string): AssayError {
  return new AssayError(problems.BUNDLE_REFUSED(`bundle ${hash.slice(0, 12)}`, { why }));
}

export class Evaluator {
  readonly #reader: LmdbReader;
  readonly #bundles = new Map<string, RunningBundle>();

  constructor(reader: LmdbReader) {
    this.#reader = reader;
  }

  load(parcel: BundleParcel): void {
    this.#bundles.set(parcel.hash, runBundle(parcel));
  }

  evaluate(bundleHash: string, request: EvaluationRequest): Evaluation {
    const bundle = this.#bundle(bundleHash);
    const bound = boundParties(bundle, request);
    const started = process.hrtime.bigint();
    const { position, histories } = this.#reader.read(
      bound.map(({ entity, kernel }) => ({ entity, events: kernel.events })),
    );
    const read = process.hrtime.bigint();
    const asked = majorUnits(bundle.document.request, request.asked);
    const values = valuesOf(bound, histories, request.t, asked);
    const valued = process.hrtime.bigint();
    const decision = decide(bundle.loaded, { ...request, values });
    const notice = decision.adverse ? noticeOf(decision, bundle.document) : null;
    const decided = process.hrtime.bigint();
    const timingsMicros = {
      read: micros(started, read),
      kernel: micros(read, valued),
      decide: micros(valued, decided),
    };
    return { decision, notice, positions: [position], timingsMicros };
  }

  shadow(bundleHash: string, input: DecideInput): ReturnType<typeof scoreShadow> {
    return scoreShadow(this.#bundle(bundleHash).loaded, input);
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
}

/** The parties that a feature set is bound to. */
function boundParties(bundle: RunningBundle, request: EvaluationRequest): BoundParty[] {
  return request.parties.flatMap(({ role, entity }) => {
    const kernel = bundle.kernels.get(role);
    return kernel === undefined ? [] : [{ role, entity, kernel }];
  });
}

function valuesOf(
  bound: readonly BoundParty[],
  histories: readonly EntityHistory[],
  t: number,
  asked: RequestValues,
): DecideInput["values"] {
  const values: { [role: string]: { numbers: Float64Array; kinds: Uint8Array } } = {};
  bound.forEach(({ role, kernel }, i) => {
    const numbers = new Float64Array(kernel.columns.length);
    const kinds = new Uint8Array(kernel.columns.length);
    kernel.evaluate(histories[i]!, t, asked, numbers, kinds, 0);
    values[role] = { numbers, kinds };
  });
  return values;
}

function micros(from: bigint, to: bigint): number {
  return Math.round(Number(to - from) / 1000);
}

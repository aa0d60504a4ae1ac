// Fits what a sequence takes from data, on training rows only: every event of the entities in them that was known by the
// cut-off and had happened by then, once, whichever rows it would be a token of.

import { AssayError, formatInstant, type Hash, hashJson, type Progress } from "../base/index.ts";
import { compileSequenceReader, type SequenceFit } from "../compile/index.ts";
import { readBucket } from "../history/index.ts";
import { problems } from "./errors.ts";
import { byBucket, markOf, type SequenceRows, splitOfRow } from "./sequence-parties.ts";
import { fieldFitter } from "./sequence-scaling.ts";

export interface SequenceFitRequest extends SequenceRows {
  /** Nothing known or happening later is seen (microseconds). */
  readonly knownUntil: number;
}

/** A fit, and the hash that pins it. */
export interface FittedSequence {
  readonly hash: Hash;
  readonly fit: SequenceFit;
}

/**
 * Reads one bucket at a time; the same inputs give the same hash. Throws ASSAY_DATASETS_NOTHING_TO_FIT, and what is wrong with
 * the definition.
 */
export async function fitSequence(
  request: SequenceFitRequest,
  site: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<FittedSequence> {
  const { sequence, schema, snapshot, knownUntil } = request;
  const reader = compileSequenceReader(sequence.node, schema);
  const entities = trainingEntities(request);
  const fitters = sequence.node.steps.map(({ fields }) => fields.map(({ coding }) => fieldFitter(coding)));
  const flat = fitters.flat();
  const taker = {
    number: (field: number, value: number, high: number, low: number) => flat[field]!.number(value, high, low),
    word: (field: number, word: string) => flat[field]!.word(word),
  };
  let done = 0;
  for (const [bucket, wanted] of byBucket(entities, snapshot)) {
    site.signal.throwIfAborted();
    for await (const history of readBucket(snapshot, bucket, reader.events, schema)) {
      if (!wanted.has(history.entity)) continue;
      for (const field of flat) field.entity();
      reader.read(history, knownUntil, taker);
    }
    done += wanted.size;
    site.progress({ stage: `fit of ${sequence.node.name}`, done, total: entities.size, unit: "entities" });
  }
  const fit: SequenceFit = {
    format: "assay.sequence-fit",
    version: 1,
    sequence: sequence.node.name,
    meaningHash: sequence.meaningHash,
    snapshot: snapshot.hash,
    fittedKnownUntil: formatInstant(knownUntil),
    entities: { count: entities.size, seen: [...entities].map(markOf).sort().join("") },
    steps: fitters.map((fields) => fields.map((field) => field.fitted())),
  };
  return { hash: hashJson(fit), fit };
}

function trainingEntities(request: SequenceFitRequest): Set<string> {
  const { spine, role } = request;
  const training = spine.filter((row) => row.parties[role] !== undefined && splitOfRow(request, row) === "train");
  if (training.length > 0) return new Set(training.map(({ parties }) => parties[role]!));
  throw new AssayError(problems.NOTHING_TO_FIT(`fit of "${request.sequence.node.name}"`, { role }));
}

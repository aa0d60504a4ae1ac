// A bundle, verified and ready to decide. Everything that could make a decision wrong or unexplainable is refused here, by
// name, so that `decide` has no errors left to return.

import { type Hash, hashJson, nearest, type Problem, SEMANTICS } from "../base/index.ts";
import type { Row } from "../score/index.ts";
import { loadBaseline } from "./baseline.ts";
import { type BoundColumn, boundColumns, checkRoles } from "./bound-columns.ts";
import type { BundleDocument, BundledModel } from "./bundle-document.ts";
import { problems } from "./errors.ts";
import { jurisdictionNames } from "./jurisdiction.ts";
import { checkModel, type LoadedModel, loadModel, type Objects } from "./loaded-model.ts";
import { checkReasons, type Player, playersOf } from "./players.ts";
import { checkPolicy } from "./policy-check.ts";

export interface LoadedBundle {
  readonly hash: Hash;
  readonly document: BundleDocument;
  readonly columns: readonly BoundColumn[];
  readonly models: readonly LoadedModel[];
  readonly shadow: readonly LoadedModel[];
  /** The model that decides, and that reasons are measured for. */
  readonly champion: LoadedModel;
  readonly players: readonly Player[];
  /** Contributions of the players to the champion's margin for a row of its columns. */
  readonly explain: (row: Row) => Float64Array;
  readonly hashes: { readonly jurisdiction: Hash; readonly reasons: Hash };
}

/**
 * Verifies a bundle against its hash, and its objects against theirs, and loads its models. Does not compile kernels.
 *
 *     const bundle = loadBundle(document, hash, (object) => store.get(object));
 *     if (Array.isArray(bundle)) for (const problem of bundle) print(formatProblem(problem));
 */
export function loadBundle(document: BundleDocument, hash: Hash, object: Objects): LoadedBundle | Problem[] {
  const foreign = checkIdentity(document, hash);
  if (foreign.length > 0) return foreign;
  const columns = boundColumns(document);
  const champion = document.models.find((model) => model.node.name === document.baseline.model);
  const wrong = champion === undefined ? [noChampion(document)] : checkContent(document, columns, champion);
  if (wrong.length > 0) return wrong;
  return loadObjects(document, hash, columns, object);
}

function checkIdentity(document: BundleDocument, hash: Hash): Problem[] {
  const thing = `bundle ${document.name}`;
  const got = hashJson(document);
  if (got !== hash) return [problems.BUNDLE_HASH(thing, { got, expected: hash })];
  const format = `${document.format} ${document.version}`;
  if (format !== "assay.bundle 1") return [problems.FORMAT(thing, { got: format })];
  const [built, here] = [document.semantics, SEMANTICS].map((s) => `${s.number} with time zones ${s.timeZoneData}`);
  return built === here ? [] : [problems.SEMANTICS(thing, { got: built!, here: here! })];
}

function noChampion({ name, models, baseline }: BundleDocument): Problem {
  const where = {
    nearest: nearest(
      baseline.model,
      models.map((model) => model.node.name),
    ),
  };
  return problems.UNKNOWN_NAME(`bundle ${name}`, { what: "model", name: baseline.model }, where);
}

function checkContent(document: BundleDocument, columns: readonly BoundColumn[], champion: BundledModel): Problem[] {
  const names = columns.map((column) => column.name);
  return [
    ...checkRoles(document),
    ...checkModels(document, columns),
    ...checkPolicy(document),
    ...checkReasons(document, names, champion),
    ...checkJurisdiction(document),
  ];
}

function checkModels({ name, models, shadow, baseline }: BundleDocument, columns: readonly BoundColumn[]): Problem[] {
  const all = [...models, ...shadow];
  const names = all.map((model) => model.node.name);
  const repeated = names.filter((model, i) => names.indexOf(model) < i);
  const outputs = models.find((model) => model.node.name === baseline.model)!.node.outputs.map((output) => output.name);
  const explained = outputs.includes(baseline.output)
    ? []
    : [problems.UNKNOWN_NAME(`bundle ${name}`, { what: `output of ${baseline.model}`, name: baseline.output })];
  return [
    ...repeated.map((model) => problems.REPEATED_NAME(`model ${model}`, {})),
    ...explained,
    ...all.flatMap((model) => checkModel(model, columns)),
  ];
}

function checkJurisdiction({ jurisdiction }: BundleDocument): Problem[] {
  const thing = `jurisdiction ${jurisdiction.name}`;
  const names = jurisdictionNames();
  if (!names.includes(jurisdiction.name)) {
    return [
      problems.UNKNOWN_NAME(
        thing,
        { what: "jurisdiction", name: jurisdiction.name },
        { nearest: nearest(jurisdiction.name, names) },
      ),
    ];
  }
  const {
    maxReasons,
    leastReasonShare = 0,
    noticeDays,
    counterOfferDays,
    retentionMonths,
    creditorNotice,
  } = jurisdiction;
  const counts = [maxReasons, noticeDays, counterOfferDays, retentionMonths];
  if (counts.some((count) => !Number.isInteger(count) || count < 1)) {
    return [
      problems.JURISDICTION(thing, { why: "its numbers of reasons, days and months are not whole and positive" }),
    ];
  }
  if (!(leastReasonShare >= 0 && leastReasonShare < 1)) {
    return [problems.JURISDICTION(thing, { why: "its least share of a principal reason is not from 0 to below 1" })];
  }
  return creditorNotice.trim() === "" ? [problems.JURISDICTION(thing, { why: "it has no creditor notice" })] : [];
}

function loadObjects(
  document: BundleDocument,
  hash: Hash,
  columns: readonly BoundColumn[],
  object: Objects,
): LoadedBundle | Problem[] {
  const models = loadModels(document.models, columns, object);
  const shadow = loadModels(document.shadow, columns, object);
  if ("problems" in models) return models.problems;
  if ("problems" in shadow) return shadow.problems;
  const champion = models.find((model) => model.name === document.baseline.model)!;
  const players = playersOf(document.reasons.reasons, champion.columns);
  const baseline = loadBaseline(document, champion, players.length, object);
  if ("problems" in baseline) return baseline.problems;
  const explain = champion.scorer.explainer(
    players.map((player) => player.group),
    baseline,
  );
  const hashes = { jurisdiction: hashJson(document.jurisdiction), reasons: hashJson(document.reasons) };
  return { hash, document, columns, models, shadow, champion, players, explain, hashes };
}

function loadModels(
  models: readonly BundledModel[],
  columns: readonly BoundColumn[],
  object: Objects,
): LoadedModel[] | { readonly problems: Problem[] } {
  const loaded: LoadedModel[] = [];
  for (const model of models) {
    const one = loadModel(model, columns, object);
    if (Array.isArray(one)) return { problems: one };
    loaded.push(one);
  }
  return loaded;
}

// Columns that an earlier build computed are used again: one column file per (snapshot, spine, role) and meaning of a feature.
// A new feature in a set computes that column and no other; a later snapshot, another spine or another meaning finds nothing.

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Hash, hashJson } from "../base/index.ts";
import { type Catalogue, type DefinitionNode, featureHashes } from "../define/index.ts";
import type { BuildSite, DatasetRequest } from "./build.ts";
import { keepFile, keptFile } from "./kept-file.ts";
import { type DatasetRole, fillRole, type RoleValues, type ValueColumn } from "./role-values.ts";

/** Below a site's folder of datasets. */
export const KEPT_FOLDER = ".kept";
/** So many (snapshot, spine, role) keep their columns, those written last. */
const KEPT_MAX = 12;

/** What a build had to do. */
export interface BuildWork {
  /** Values that kernels computed. */
  readonly computed: number;
  /** Values of columns that were there already. */
  readonly reused: number;
  /** Rows, over all roles, whose bucket a build that was cut off had left. */
  readonly foundRows: number;
}

type Labels = Pick<RoleValues, "label" | "status" | "days" | "months">;

/** A role's values, columns in the order of its set, from what is kept and from the back-fill of what is not. */
export async function roleValues(
  request: DatasetRequest & { readonly spineHash: Hash },
  role: DatasetRole,
  labelled: boolean,
  site: BuildSite,
): Promise<{ readonly values: RoleValues; readonly work: BuildWork }> {
  const { snapshot, spineHash, spine } = request;
  const folder = join(site.folder, KEPT_FOLDER, hashJson([snapshot.hash, spineHash, role.role, role.set.entity]));
  const hashes = [...featureHashes({ set: role.set, catalogue: catalogueOf(request) }).values()];
  const columns = await Promise.all(hashes.map((hash) => keptFile<ValueColumn>(join(folder, hash))));
  const labelFile = join(folder, labelName(request));
  const labels = labelled ? await keptFile<Labels>(labelFile) : undefined;
  const absent = [...hashes.keys()].filter((i) => columns[i] === undefined);
  const judged = labelled && labels === undefined;
  const filled = await fillAbsent(request, role, { absent, judged }, site);
  for (const [place, i] of absent.entries()) {
    columns[i] = filled!.columns[place]!;
    await keepFile(join(folder, hashes[i]!), columns[i]);
  }
  const told = labels ?? (filled === undefined ? nothingJudged(spine.length) : labelsOf(filled));
  if (judged) await keepFile(labelFile, told);
  const values = { columns: columns as ValueColumn[], ...told };
  const foundRows = filled?.foundRows ?? 0;
  const [computed, reused] = [absent.length, hashes.length - absent.length].map((count) => count * spine.length);
  return { values: { ...values, foundRows }, work: { computed: computed!, reused: reused!, foundRows } };
}

async function fillAbsent(
  request: DatasetRequest,
  role: DatasetRole,
  { absent, judged }: { readonly absent: readonly number[]; readonly judged: boolean },
  site: BuildSite,
): Promise<RoleValues | undefined> {
  if (absent.length === 0 && !judged) return undefined;
  const features = absent.map((i) => role.set.features[i]!);
  return await fillRole(request, { ...role, set: { ...role.set, features } }, judged, site);
}

function labelsOf({ label, status, days, months }: Labels): Labels {
  return { label, status, days, months };
}

function nothingJudged(rows: number): Labels {
  const label = new Float64Array(rows).fill(Number.NaN);
  const status = new Array<string>(rows).fill("notObserved");
  return { label, status, days: new Float64Array(rows), months: new Int32Array(rows) };
}

function labelName({ label, labelCutOff, labelShape = "flags" }: DatasetRequest): string {
  return hashJson([label.meaningHash, labelCutOff, labelShape]);
}

/** What a feature's meaning is worked out from: the fields that it reads, as they are declared now. */
function catalogueOf({ schema, request }: DatasetRequest): Catalogue {
  const nodes: DefinitionNode[] = [...Object.values(schema), ...(request === null ? [] : [request])];
  const document = { owner: null, use: null, description: null, texts: {} };
  return { definitions: nodes.map((node) => ({ node, document, place: null, problems: [] })) };
}

/** Leaves the columns written last, and takes the rest away. */
export async function trimKept(folder: string): Promise<void> {
  const at = join(folder, KEPT_FOLDER);
  const names = await readdir(at).catch(() => []);
  const written = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(at, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const old = written.toSorted((a, b) => b.at - a.at).slice(KEPT_MAX);
  for (const { name } of old) await rm(join(at, name), { recursive: true, force: true });
}

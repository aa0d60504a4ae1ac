// The profile of a bundle, drawn where it was made. Values are those of the rows that models were fitted and calibrated on;
// scores, decisions and reasons those of the validation rows, which none was fitted on. The test people stay out: in a back-test
// they are the ones who are decided about later, and the two sides of a report must not share people.

import { invariant, missingKindOf, PRESENT, type Problem } from "../base/index.ts";
import type { BuiltDataset } from "../datasets/index.ts";
import { sketchOf, type ValueSketch } from "../evaluate/index.ts";
import type { DecisionPart, ShadowOutput } from "../policy/index.ts";
import { readTable } from "../storage/index.ts";
import { ColumnTally, sortedCounts } from "./column-tally.ts";
import { problems } from "./errors.ts";
import type { EventProfiles } from "./field-profile.ts";
import type { ColumnProfile, ProfileDocument } from "./profile-document.ts";

export interface ProfileRequest {
  readonly name: string;
  readonly dataset: BuiltDataset;
  /** The bundle's decisions on the dataset's validation rows. */
  readonly decisions: readonly { readonly decision: DecisionPart; readonly shadow: readonly ShadowOutput[] }[];
  /** Of the events that the dataset was built from. */
  readonly events: EventProfiles;
}

export async function drawProfile({ name, dataset, decisions, events }: ProfileRequest): Promise<ProfileDocument> {
  const { columns, rows } = await columnProfiles(dataset);
  const adverse = decisions.map(({ decision }) => decision).filter((decision) => decision.adverse);
  return {
    format: "assay.profile",
    version: 1,
    name,
    dataset: dataset.hash,
    snapshot: dataset.manifest.snapshot,
    rows: { values: rows, decisions: decisions.length },
    columns,
    outputs: outputSketches(decisions),
    dispositions: countBy(decisions.map(({ decision }) => decision.disposition)),
    reasons: countBy(adverse.map(({ reasons }) => reasons[0]?.reason ?? "none")),
    adverse: adverse.length,
    ...events,
  };
}

async function columnProfiles({ file, manifest }: BuiltDataset) {
  const columns: { [column: string]: ColumnProfile } = {};
  let rows = 0;
  for (const name of manifest.columns) {
    const table = await readTable([file], {
      columns: [name, `${name}__missing`],
      where: `t."split" in ('train', 'validation')`,
    });
    rows = table.rows;
    columns[name] = columnProfile(
      table.columns[name]!.values as ArrayLike<number>,
      table.columns[`${name}__missing`]!.values as ArrayLike<number>,
    );
  }
  return { columns, rows };
}

/** Of numbers beside their missing codes. */
export function columnProfile(numbers: ArrayLike<number>, kinds: ArrayLike<number>): ColumnProfile {
  invariant(numbers.length === kinds.length, "each number has its missing code");
  const missing = new ColumnTally();
  const present = Float64Array.from(numbers, (number, row) => {
    if (kinds[row] === PRESENT) return number;
    missing.addMissing(missingKindOf(kinds[row]!)!);
    return Number.NaN;
  });
  return { sketch: sketchOf(present), missing: missing.profile().missing };
}

function outputSketches(decisions: ProfileRequest["decisions"]): { [output: string]: ValueSketch } {
  const scores = new Map<string, number[]>();
  for (const { decision, shadow } of decisions) {
    for (const { model, output, calibrated } of [...decision.outputs, ...shadow]) {
      const name = `${model}.${output}`;
      const known = scores.get(name);
      if (known === undefined) scores.set(name, [calibrated]);
      else known.push(calibrated);
    }
  }
  return Object.fromEntries([...scores].map(([name, values]) => [name, sketchOf(values)]));
}

/** How often each name stands in the list, by name. */
function countBy(names: readonly string[]): { readonly [name: string]: number } {
  return sortedCounts(new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length])));
}

/** A kept profile, or what keeps this release from reading it. */
export function readProfile(document: unknown): ProfileDocument | Problem[] {
  const found = (document ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  if (found.format === "assay.profile" && found.version === 1) return document as ProfileDocument;
  const version = `${String(found.version)} of "${String(found.format)}"`;
  return [problems.UNKNOWN_VERSION("the document read as assay.profile", { version })];
}

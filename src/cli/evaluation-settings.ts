// How a workspace splits and judges, with what holds where `assay.config.ts` is silent.

import { AssayError, parseInstant } from "../base/index.ts";
import type { BuiltDataset, SplitRule } from "../datasets/index.ts";
import type { JudgeRequest } from "../learning/index.ts";
import type { Workspace } from "../workspace/index.ts";
import { problems } from "./errors.ts";

const SPLIT: SplitRule = { seed: "assay", train: 0.6, validation: 0.2 };
const NO_GROUPS = { minimumCell: 100, attributes: [], notes: ["No groups are declared in assay.config.ts."] };

export function splitRule({ found }: Workspace): SplitRule {
  return found.config.evaluation?.split ?? SPLIT;
}

/** Microseconds. Throws ASSAY_CLI_NEEDS_CUT_OFF, BAD_INSTANT. */
export function labelCutOff({ found }: Workspace, given?: string): number {
  const text = given ?? found.config.evaluation?.labelCutOff;
  if (text === undefined) throw new AssayError(problems.NEEDS_CUT_OFF("the label cut-off"));
  const cutOff = parseInstant(text);
  if (cutOff === undefined) throw new AssayError(problems.BAD_INSTANT(`"${text}"`));
  return cutOff;
}

/** Without a part of its own the second AUC looks at everyone. */
export function judgement({ found }: Workspace, dataset: BuiltDataset): Pick<JudgeRequest, "within" | "fairness"> {
  const { within, fairness } = found.config.evaluation ?? {};
  const everyone = { column: dataset.manifest.columns[0]!, below: Number.POSITIVE_INFINITY };
  return { within: within ?? everyone, fairness: fairness ?? NO_GROUPS };
}

export function withinName({ found }: Workspace): string {
  return found.config.evaluation?.within?.name ?? "everyone";
}

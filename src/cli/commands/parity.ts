// Do the values that models were trained on, or that decisions were made by, still follow from history? The answer is no where
// a single bit differs, and each difference comes with its cause.

import { AssayError } from "../../base/index.ts";
import type { ParityReport } from "../../datasets/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { datasetParity, decisionsParity } from "../parity-site.ts";
import { thousands } from "../terminal.ts";

export async function parity(
  context: CommandContext,
  bundle: string | undefined,
  options: { readonly decisions: boolean; readonly sample?: number },
): Promise<number> {
  const { terminal } = context;
  const workspace = await context.workspace();
  if (options.decisions) {
    const report = await decisionsParity(workspace, { bundle, sample: options.sample }, terminal.progress);
    tell(context, report, "recorded, table files, naive, online");
    terminal.say(
      `${thousands(report.decisions)} decisions compared; ${thousands(report.waiting)} wait for the next seal.`,
    );
    terminal.result(report);
    return report.differences === 0 ? 0 : 1;
  }
  if (bundle === undefined) throw new AssayError(problems.NO_BUNDLE_NAMED("parity"));
  const report = await datasetParity(workspace, bundle, options.sample, terminal.progress);
  tell(context, report, "dataset, table files, naive, online");
  terminal.result(report);
  return report.differences === 0 ? 0 : 1;
}

function tell(
  { terminal }: CommandContext,
  { examples, values, differences, causes }: ParityReport,
  roads: string,
): void {
  for (const example of examples) terminal.say(example);
  const by = Object.entries(causes).map(([cause, count]) => `${thousands(count)} ${cause}`);
  const causesTold = by.length === 0 ? "" : ` (${by.join(", ")})`;
  terminal.say(
    `${thousands(values)} values on four roads (${roads}): ${thousands(differences)} differences${causesTold}.`,
  );
}

import { explainSets, explainSubject, printExplanation, subjectNamed } from "../../catalogue/index.ts";
import type { CommandContext } from "../command-context.ts";
import { countedIn } from "../counted-history.ts";

/** All that can be said of a feature or a definition; of every feature set where none is named. */
export async function explain(
  { terminal, workspace }: CommandContext,
  name: string | undefined,
  { set }: { readonly set?: string },
): Promise<number> {
  const opened = await workspace();
  const { catalogue } = await opened.checkedDefinitions();
  const request = { catalogue, counted: await countedIn(opened) };
  const explained =
    name === undefined ? explainSets(request) : [explainSubject(subjectNamed(catalogue, name, set), request)];
  terminal.say(explained.map(printExplanation).join("\n\n"));
  terminal.result(name === undefined ? explained : explained[0]);
  return 0;
}

import { explain as explainSet } from "../../compile/index.ts";
import { definitionNamed, nodesOf, schemaOf } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";

/** The plan of one feature set, or of all of them, as text. */
export async function explain({ terminal, workspace }: CommandContext, name: string | undefined): Promise<number> {
  const { catalogue } = await (await workspace()).checkedDefinitions();
  const sets =
    name === undefined ? nodesOf(catalogue, "features") : [definitionNamed(catalogue, "features", name).node];
  const schema = schemaOf(catalogue);
  const plans = sets.map((set) => ({ set: set.name, plan: explainSet(set, schema, nodesOf(catalogue, "request")[0]) }));
  for (const { plan } of plans) terminal.say(plan);
  terminal.result(plans);
  return 0;
}

import { featureCatalogue, searchFeatures } from "../../catalogue/index.ts";
import type { CommandContext } from "../command-context.ts";
import { table } from "../terminal.ts";

/** The features that are defined, all or those that say every word sought. Opens no engine: what serves is on the pages. */
export async function features(
  { terminal, workspace }: CommandContext,
  { search }: { readonly search: string },
): Promise<number> {
  const { catalogue } = await (await workspace()).definitions();
  const all = featureCatalogue({ definitions: catalogue, bundle: null, profile: null, lateness: [], feeds: [] });
  const found = searchFeatures(all, search);
  const rows = found.map(({ set, name, owner, expression }) => [set, name, owner ?? "", expression]);
  for (const line of table(["set", "feature", "owner", "value"], rows)) terminal.say(line);
  terminal.result(
    found.map(
      ({ set, name, entity, expression, sentence, feature, reason, owner, use, meaningHash, events, users }) => {
        const { unit, missing, worse } = feature;
        return {
          set,
          name,
          entity,
          value: expression,
          sentence,
          unit,
          missing,
          worse,
          reason,
          owner,
          use,
          meaningHash,
          events,
          users,
        };
      },
    ),
  );
  return 0;
}

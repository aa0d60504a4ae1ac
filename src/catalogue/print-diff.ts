// What changed between two states of definitions, in lines.

import type { DefinitionChange, DefinitionsDiff, FacetChange } from "./definitions-diff.ts";

const CHANGES: { readonly [change in DefinitionChange["change"]]: string } = {
  added: "new",
  removed: "gone",
  meaning: "means something else",
  upstream: "says the same; what it stands on means something else",
  words: "only words differ",
};

export function printDiff({ changes, columns, touched, meaningsDiffer }: DefinitionsDiff): string {
  if (changes.length === 0) return "No difference.";
  return [
    ...changes.flatMap(changeLines),
    ...columns.map(
      ({ set, built, kept }) =>
        `Columns of ${set} to compute again: ${built.join(", ")}. ${kept.length} of ${built.length + kept.length} stay.`,
    ),
    ...(touched.length === 0 ? [] : [`Touched: ${touched.map(({ kind, name }) => `${kind} ${name}`).join(", ")}.`]),
    meaningsDiffer ? "Meanings differ." : "No meaning differs: nothing has to be built or fitted again.",
  ].join("\n");
}

function changeLines({ kind, name, change, facets }: DefinitionChange): string[] {
  return [`${kind} ${name}: ${CHANGES[change]}`, ...facets.flatMap(facetLines), ""];
}

function facetLines({ key, before, after, renamedFrom }: FacetChange): string[] {
  if (renamedFrom !== undefined) return [`  > ${key}, once called ${renamedFrom}`];
  if (before === null) return [`  + ${key} = ${after}`];
  if (after === null) return [`  - ${key} = ${before}`];
  if (before === after)
    return [`  ~ ${key} = ${after}`, "    in the same words; a field that it reads is declared otherwise"];
  return [`  ~ ${key}`, `    was ${before}`, `    is  ${after}`];
}

import { problemTable } from "../base/index.ts";

export const problems = problemTable("CATALOGUE", {
  NO_SUCH: () => ({ rule: "no definition or feature has this name", wayOut: "See the names with: assay features" }),
  AMBIGUOUS: (p: { names: string }) => ({
    rule: `several have this name: ${p.names}`,
    wayOut: "Write it as SET.FEATURE, or name the set with --set",
  }),
  NOT_PLANNED: (p: { why: string }) => ({
    rule: `it cannot be planned: ${p.why}`,
    wayOut: "Mend what is said there; assay check lists all mistakes",
  }),
  NO_BUNDLE: () => ({
    rule: "these definitions no longer declare it, so there is nothing to hold it against",
    wayOut: "Declare a bundle of that name, or compare with a folder of definitions",
  }),
  UNKNOWN_VERSION: (p: { version: string }) => ({
    rule: `it holds version ${p.version}, which this release does not read`,
    wayOut: "Keep the definitions again with: assay check --keep FILE",
  }),
});

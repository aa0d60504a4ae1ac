// What `assay init` writes: the least that can be checked, ingested and looked at.

/** Path → text. `packagePath` leads from the workspace to this package. */
export function workspaceFiles(name: string, packagePath: string): { readonly [path: string]: string } {
  return {
    "assay.config.ts": config(name),
    "definitions/portfolio.ts": definitions,
    ".oxlintrc.json": json(lintRules),
    "tsconfig.json": json(compilerOptions),
    "package.json": json({ name, private: true, type: "module", dependencies: { assay: `file:${packagePath}` } }),
    ".gitignore": ".assay/\nnode_modules/\n",
    "README.md": readme(name),
  };
}

const json = (document: unknown) => `${JSON.stringify(document, null, 2)}\n`;

const config = (name: string) => `import type { WorkspaceConfig } from "assay/workspace";

export default {
  name: "${name}",
} satisfies WorkspaceConfig;
`;

const definitions = `// What is known about a borrower, and what a review looks at. Every exported definition counts.

import { atLeast, count, days, daysSince, entity, event, features, integer, latest, money, optional, sum } from "assay";

export const eur = money("EUR");

export const borrower = entity("borrower");

/** A statement is known two days after it closes. */
export const statement = event("statement", borrower, {
  delay: days(2),
  fields: { billed: eur, paid: eur, monthsLate: optional(integer) },
});

const late = statement.where({ monthsLate: atLeast(1) });

export const review = features(
  "review",
  borrower,
  {
    lateCount180d: count(late).last(days(180)).reason("Number of recent late payments", { worse: "higher" }),
    daysSinceLate: daysSince(late).reason("Time since your most recent late payment", { worse: "lower" }),
    paidShare90d: sum(statement.paid)
      .last(days(90))
      .over(sum(statement.billed).last(days(90)))
      .reason("Proportion of balances paid", { worse: "lower" }),
    billedNow: latest(statement.billed).reason("Amount owed", { worse: "higher" }),
  },
  { owner: "credit-risk", use: "credit" },
);
`;

/** Definitions are data: a condition over one is always true, whatever it says. */
const lintRules = {
  plugins: ["typescript"],
  rules: {
    "typescript/no-unnecessary-condition": "error",
    "typescript/strict-boolean-expressions": "error",
  },
};

const compilerOptions = {
  compilerOptions: {
    target: "es2024",
    module: "nodenext",
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
  },
  include: ["definitions"],
  exclude: ["**/*.test.ts"],
};

const readme = (name: string) => `# ${name}

A workspace of Assay: definitions in \`definitions/\`, settings in \`assay.config.ts\`, all state in \`.assay/\`, which may be
deleted.

    assay check                                       every mistake in the definitions at once
    assay explain review                              what the feature set computes, and how
    assay ingest statements.csv --mapping map.json    take in events; bad rows go to quarantine
    assay quarantine                                  rows that were refused, and why

A mapping says which columns become which fields:

    { "event": "statement", "entity": "customer", "eventId": "{customer}-{month}",
      "at": "{month}-01T00:00:00Z", "fields": { "billed": "bill", "paid": "payment" } }

Add a label, a model, a policy, reasons and a bundle to train and decide: Assay's \`examples/card-lines\` has them all.
`;

// What `assay init` writes: the least that can be checked, ingested and looked at.

/** Path → text. `packagePath` leads from the workspace to this package, `checkers` are what `assay check` runs. */
export function workspaceFiles(
  name: string,
  packagePath: string,
  checkers: { readonly [name: string]: string },
): { readonly [path: string]: string } {
  return {
    "assay.config.ts": config(name),
    "definitions/portfolio.ts": portfolio,
    "definitions/decision.ts": decision(name),
    ".oxlintrc.json": json(lintRules),
    "tsconfig.json": json(compilerOptions),
    "package.json": json({
      name,
      private: true,
      type: "module",
      dependencies: { assay: `file:${packagePath}` },
      devDependencies: checkers,
    }),
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

const portfolio = `// What is known about a borrower, and what a review looks at. Every exported definition counts.

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

const decision = (
  name: string,
) => `// What is asked, what is to be foreseen, and how a score decides. Horizon and cut-offs are examples: set your own.

import {
  approve,
  atLeast,
  bands,
  bundle,
  days,
  decline,
  isotonic,
  justAbove,
  label,
  model,
  occurs,
  policy,
  probability,
  reasonLibrary,
  request,
  scorecard,
} from "assay";
import { borrower, eur, review, statement } from "./portfolio.ts";

export const creditRequest = request("creditRequest", { parties: { applicant: borrower }, fields: { amount: eur } });

const horizon = days(92);

/** Two months late within the horizon. Whose horizon is not over, ten days later, is in no training set: never good. */
export const late = label("late", borrower, {
  bad: occurs(statement.where({ monthsLate: atLeast(2) })).next(horizon),
  matures: days(10),
});

export const pd = model("pd", {
  of: late,
  from: { applicant: review },
  family: scorecard({ bins: 6 }),
  outputs: { pd: probability({ horizon }) },
  calibrate: isotonic({ on: "validation" }),
});

/** Sentences for several features together; a feature alone is explained by its own reason. */
export const reasons = reasonLibrary("${name}", {});

export const credit = policy("credit", creditRequest, [
  bands(pd.outputs.pd, [{ below: 0.1, then: approve({ amount: creditRequest.amount }) }, { otherwise: decline() }]),
]);

export const decisions = bundle("${name}", {
  policy: credit,
  models: [pd],
  reasons,
  baseline: justAbove({ output: pd.outputs.pd, rows: 100, on: "validation" }),
  jurisdiction: "US",
  intendedUse: "Say here what it may be used for.",
  owner: "credit-risk",
  validator: "model-validation",
  limits: ["Say here where it must not be used."],
});
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

    assay check                                       every mistake in definitions, types and lint at once
    assay diff                                        what they mean now against the bundle in force
    assay explain review                              what the feature set computes, and how
    assay ingest statements.csv --mapping map.json    take in events; bad rows go to quarantine
    assay quarantine                                  rows that were refused, and why

A mapping says which columns become which fields:

    { "event": "statement", "entity": "customer", "eventId": "{customer}-{month}",
      "at": "{month}-01T00:00:00Z", "fields": { "billed": "bill", "paid": "payment" } }

Who asked, when and for how much (a spine) makes a training set of them:

    assay build ${name} --spine applications.csv --columns t=asked_at,applicant=customer,asked.amount=amount \\
        --cut-off 2026-04-15T00:00:00Z
    assay parity ${name}

A row an application, with what was known then and the outcome as it was known at the cut-off; then the same values again on
three other roads.

Assay's \`docs/guides/your-own-data.md\` goes on from here, and its \`examples/\` show what the language can say.
`;

// The policy as a table that a credit officer can read aloud.

import type { RuleNode } from "../../../define/index.ts";
import type { BundleDocument } from "../../../policy/index.ts";
import { type Html, html } from "../html.ts";
import { section } from "../layout.ts";
import { nameWords, ruleName, ruleWords, words } from "../name-words.ts";
import { threshold } from "../number-text.ts";
import { actionWords, conditionWords } from "../policy-words.ts";
import { table } from "../table.ts";
import { type FeaturesByColumn, featuresOf } from "../value-text.ts";

interface PolicyRow {
  readonly rule: string;
  readonly kind: string;
  readonly when: string;
  readonly then: string;
  readonly because: string;
}

export function policySection(document: BundleDocument): Html {
  const features = featuresOf(document);
  return section(
    "policy",
    "Policy",
    html`Decides requests of the kind “${words(document.request.name)}”. Rules are read in this order and the first that decides, decides.`,
    table({
      caption: `Policy ${nameWords(document.policy.name).toLowerCase()}`,
      rows: document.policy.rules.flatMap((rule) => rowsOf(rule, document, features)),
      narrow: "stack",
      columns: [
        { head: "Rule", cell: (row) => html`${row.rule} <small>${row.kind}</small>` },
        { head: "When", cell: (row) => row.when },
        { head: "Then", cell: (row) => row.then },
        { head: "Because", cell: (row) => row.because },
      ],
    }),
  );
}

function rowsOf(rule: RuleNode, document: BundleDocument, features: FeaturesByColumn): PolicyRow[] {
  const about = { rule: ruleName({ kind: rule.kind, rule: rule.name }), kind: ruleWords(rule.kind) };
  if (rule.kind === "bands") return bandRows(rule, about);
  const reason = document.reasons.reasons.find((candidate) => candidate.name === rule.because);
  return [
    {
      ...about,
      when: conditionWords(rule.when, document, features),
      then: rule.kind === "knockOut" ? "Decline" : "Refer to a person",
      because: reason?.text["en"] ?? "",
    },
  ];
}

function bandRows(
  { bands, otherwise }: Extract<RuleNode, { kind: "bands" }>,
  about: Pick<PolicyRow, "rule" | "kind">,
): PolicyRow[] {
  const because = "What raised the score most";
  const rows = bands.map(({ below, action }, i) => {
    const from = bands[i - 1]?.below;
    const when =
      from === undefined
        ? `probability below ${threshold(below)}`
        : `from ${threshold(from)} to below ${threshold(below)}`;
    return { ...about, when, then: actionWords(action), because: action.kind === "approve" ? "" : because };
  });
  const last = bands.at(-1)?.below ?? 0;
  return [...rows, { ...about, when: `from ${threshold(last)}`, then: actionWords(otherwise), because }];
}

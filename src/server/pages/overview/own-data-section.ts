// The shortest way from here to one's own portfolio. Only commands that exist stand here.

import { type Html, html } from "../html.ts";
import { section } from "../layout.ts";

const STEPS = [
  {
    command: "assay ingest",
    does: "Reads your CSV, validates each row, and puts what is wrong aside instead of guessing.",
  },
  { command: "assay quarantine", does: "Shows the rows put aside, each with the rule it broke and the way out." },
  {
    command: "assay check",
    does: "Reads your definitions: events, features, label, reasons, policy. All mistakes at once.",
  },
  { command: "assay explain", does: "Prints how a feature will be computed before anything is." },
  { command: "assay build", does: "Builds the training set from what was known at each moment." },
  { command: "assay train", does: "Fits the candidates and calibrates them." },
  { command: "assay evaluate", does: "Compares them and shows how decisions would fall on groups." },
  { command: "assay release", does: "Puts a bundle in force; the one before can be brought back." },
  { command: "assay serve", does: "Decides over HTTP and shows these pages." },
] as const;

export function ownDataSection(): Html {
  return section(
    "own-data",
    "Your own data",
    html`The whole way, with a worked CSV, is in <code>docs/guides/your-own-data.md</code>.`,
    html`<ol class="steps">${STEPS.map(({ command, does }) => html`<li><code>${command}</code><span>${does}</span></li>`)}</ol>
<p>Afterwards: <code>assay decide</code> decides one request, <code>assay replay</code> decides recorded ones again, <code>assay parity</code> compares online and training values bit for bit, and <code>assay verify</code> checks the chain of records.</p>`,
  );
}

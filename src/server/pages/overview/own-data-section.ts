// The shortest way from here to one's own portfolio. Only commands that exist stand here.

import { type Html, html } from "../html.ts";
import { section } from "../layout.ts";

const STEPS = [
  {
    command: "./assay init my-portfolio",
    does: "Writes a workspace to start from; every command below takes --workspace my-portfolio.",
  },
  { command: "./assay check", does: "Reads your definitions and lists all mistakes at once, each with its way out." },
  {
    command: "./assay ingest FILE.csv --mapping MAP.json",
    does: "Validates every row and takes it in; what is wrong is put aside, never guessed.",
  },
  { command: "./assay quarantine", does: "Shows the rows that were put aside, each with the rule it broke." },
  { command: "./assay explain", does: "Prints how each feature will be computed." },
  {
    command: "./assay build BUNDLE --spine FILE.ndjson",
    does: "Builds the training set from what was known at each moment.",
  },
  { command: "./assay train BUNDLE", does: "Fits the candidates and calibrates them." },
  {
    command: "./assay evaluate BUNDLE",
    does: "Compares them, chooses by the written rule, and shows how decisions fall on groups.",
  },
  { command: "./assay release HASH", does: "Puts a bundle in force; the one before can be brought back." },
  { command: "./assay serve", does: "Decides over HTTP and shows these pages." },
] as const;

export function ownDataSection(): Html {
  return section(
    "own-data",
    "Your own data",
    html`The whole way, with the options of each command, is in <code>docs/guides/your-own-data.md</code>.`,
    html`<ol class="steps">${STEPS.map(({ command, does }) => html`<li><code>${command}</code><span>${does}</span></li>`)}</ol>
<p>Afterwards: <code>./assay decide</code> decides one request, <code>./assay replay</code> decides recorded ones again, <code>./assay parity</code> compares online and training values bit for bit, and <code>./assay verify</code> checks the chain of records.</p>`,
  );
}

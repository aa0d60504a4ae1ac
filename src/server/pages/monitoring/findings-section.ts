// What was found, each as itself: a sentence, how large it is beside what chance would give, where it begins, and what to do.

import type { Finding, MonitorReport } from "../../../monitoring/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { empty, section } from "../layout.ts";
import { columnWords, sentence } from "../name-words.ts";
import { count, decimals } from "../number-text.ts";
import { facts } from "../table.ts";
import { kindWords, severityTag } from "./finding-words.ts";

export function findingsSection({ findings, verdict }: MonitorReport): Html {
  const loud = findings.filter(({ severity }) => severity !== "notice");
  const notices = findings.filter(({ severity }) => severity === "notice");
  return section(
    "findings",
    "Findings",
    "Beyond chance, after a correction for having looked at many things, and of a size that matters. Most severe first.",
    html`${loud.length === 0 ? empty(verdict === "tooFew" ? "These decisions are too few to tell. Draw a report over more of them." : "Nothing has changed that is worth a person’s time.") : list(loud)}
${notices.length === 0 ? nothing : html`<details><summary>${count(notices.length)} notices beside them</summary>${list(notices)}</details>`}`,
  );
}

function list(findings: readonly Finding[]): Html {
  return html`<ol class="found">${findings.map(item)}</ol>`;
}

function item(finding: Finding): Html {
  const { kind, severity, sentence: said, wayOut, subject, effect, bound, adjustedP } = finding;
  return html`<li class="${severity}"><h3>${kindWords(kind)} ${severityTag(severity)}</h3>
<p>${said}</p>
<p class="way">${wayOut}.</p>
<details><summary>How this is known</summary>${facts([
    [sentence(effect.measure), decimals(effect.value, 4, 0)],
    ["Bound", html`${decimals(bound.value, 4, 0)} <small>${bound.method}</small>`],
    ["Chance of it where nothing has changed, corrected", chance(adjustedP)],
    ["Source", subject.source ?? null],
    ["First position in the log", subject.firstPosition === undefined ? null : count(subject.firstPosition)],
    [
      "Features concerned",
      subject.features === undefined ? null : subject.features.map((name) => columnWords(name)).join("; "),
    ],
  ])}</details></li>
`;
}

const LEAST = 1e-4;

function chance(p: number | null): string | null {
  if (p === null) return null;
  return p < LEAST ? `below ${decimals(LEAST, 4)}` : decimals(p, 4);
}

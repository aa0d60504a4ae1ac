// Alerts that stand now, whichever report is shown: findings that last, each with somebody who is asked to look.

import type { Alert } from "../../../monitoring/index.ts";
import { type Html, html } from "../html.ts";
import { microsText } from "../instant-text.ts";
import { empty, section, tag } from "../layout.ts";
import { table, withNote } from "../table.ts";
import { kindWords, severityTag } from "./finding-words.ts";

export function alertsSection(alerts: readonly Alert[]): Html {
  return section(
    "alerts",
    "Open alerts",
    html`An alert opens once a finding lasts and closes once it is gone. Whoever looks into one says so: <code>assay alerts ID --note TEXT</code>.`,
    alerts.length === 0 ? empty("No alert is open.") : listed(alerts),
  );
}

function listed(alerts: readonly Alert[]): Html {
  return table({
    caption: "Open alerts",
    rows: alerts,
    narrow: "stack",
    columns: [
      {
        head: "Alert",
        cell: ({ id, finding }) =>
          html`${kindWords(finding.kind)} ${severityTag(finding.severity)}<small><code>${id}</code></small>`,
      },
      { head: "About", cell: ({ finding }) => finding.sentence },
      { head: "Owner", cell: ({ owner }) => owner },
      { head: "Since", cell: ({ openedAt }) => (openedAt === null ? "–" : microsText(openedAt)) },
      { head: "State", cell: stateCell },
    ],
  });
}

function stateCell({ acknowledged, state }: Alert): Html {
  if (acknowledged === null) return tag("open", state);
  return withNote(tag(state, `${acknowledged.person} looks into it`), acknowledged.note);
}

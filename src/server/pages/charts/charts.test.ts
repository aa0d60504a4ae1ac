// Charts as structure: which marks stand where, with what titles, and that nothing in them needs a style or script of its own.

import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { airAtCutoffs, fairnessTable, gains, reliability, scoreBands } from "../../../evaluate/index.ts";
import { bandsChart } from "./bands-chart.ts";
import { type ChartParts, figure, NARROW, svg, WIDE } from "./chart.ts";
import { contributionsChart } from "./contributions-chart.ts";
import { dispositionsBar } from "./dispositions-bar.ts";
import { fairnessChart } from "./fairness-chart.ts";
import { gainsChart } from "./gains-chart.ts";
import { reliabilityChart } from "./reliability-chart.ts";
import { scoreChart } from "./score-chart.ts";

const probabilities = [0.02, 0.04, 0.09, 0.12, 0.16, 0.18, 0.22, 0.3, 0.5, 0.7];
const labels = [0, 0, 0, 1, 0, 0, 1, 0, 1, 1];

const counts = {
  stage: "decision",
  favourable: "approved",
  reference: "male",
  minimumCell: 30,
  groups: {
    male: { n: 400, favourable: 200 },
    "<b>female": { n: 300, favourable: 100 },
    other: { n: 5, favourable: 1 },
  },
};

const charts: { readonly [name: string]: ChartParts } = {
  bands: bandsChart(scoreBands(probabilities, labels, { edges: [0.08, 0.15, 0.2] })),
  reliability: reliabilityChart(reliability(probabilities, labels, 5)),
  gains: gainsChart(gains(probabilities, labels, 5)),
  fairness: fairnessChart(fairnessTable([counts]).map((row) => ({ attribute: "sex", ...row }))),
  contributions: contributionsChart([
    { name: "Number of recent late payments", contribution: 0.8 },
    { name: "Recent payments are low", contribution: -0.3 },
  ]),
  score: scoreChart(
    {
      kind: "bands",
      name: "pd.pd",
      on: { model: "pd", output: "pd" },
      bands: [
        { below: 0.14, action: { kind: "approve", offer: {} } },
        { below: 0.26, action: { kind: "refer" } },
      ],
      otherwise: { kind: "decline" },
    },
    0.1875,
  ),
};

/** Groups with their marks, texts and titles: what a reader would see, without coordinates. */
function structureOf(markup: string): string[] {
  const { document } = parseHTML(`<!doctype html><html><body>${markup}</body></html>`);
  return [...document.querySelectorAll("svg > g")].map((group) => {
    const marks = [...group.querySelectorAll("rect, circle, line, path")].length;
    const titles = [...group.querySelectorAll("title")].map((title) => title.textContent);
    const texts = [...group.querySelectorAll("text")].map((text) => text.textContent);
    const said = titles.length > 0 ? titles : texts;
    return [group.getAttribute("aria-label") ?? "group", `${marks} marks`, ...said].join(" | ");
  });
}

describe.each(Object.entries(charts))("the %s chart", (_name, chart) => {
  test("has its marks", () => {
    expect({ label: chart.label, marks: structureOf(svg(chart.draw(WIDE)).text) }).toMatchSnapshot();
  });

  test("is drawn at two sizes, the same each time, with no style or script in it", () => {
    const drawn = figure(chart).text;
    expect(drawn).toBe(figure(chart).text);
    expect(drawn).not.toMatch(/<style|<script|\sstyle=|\son\w+=|href=/);
    expect(drawn).not.toMatch(/NaN|undefined/);
    expect(drawn.match(/<svg/g)).toHaveLength(2);
    expect(drawn).toContain(`width="${NARROW}"`);
  });
});

test("names in a chart are text", () => {
  expect(svg(charts["fairness"]!.draw(WIDE)).text).toContain("&lt;b&gt;female");
  expect(svg(charts["fairness"]!.draw(WIDE)).text).not.toContain("<b>");
});

test("groups that are too small are not drawn", () => {
  expect(svg(charts["fairness"]!.draw(WIDE)).text).not.toContain("Other");
});

test("cut-offs are compared with the same words as decisions", () => {
  const [row] = airAtCutoffs({ ...counts, cutoffs: [{ cutoff: 0.1, groups: counts.groups }] });
  expect(fairnessChart([{ attribute: "sex", ...row! }]).label).toContain("1 of them lie below four fifths");
});

test("the bar of decisions is divided by their shares", () => {
  const bar = dispositionsBar([
    { disposition: "approve", count: 3 },
    { disposition: "decline", count: 1 },
  ]).text;
  expect(bar).toContain('class="part approve" x="0.000%" width="75.000%"');
  expect(bar).toContain('class="part decline" x="75.000%" width="25.000%"');
});

// A lineage as a picture: a row for each layer that has anything, from the source down to the bundle, boxes in it, lines from
// what is read to what reads it. Plain SVG, for no chart draws this; once for a wide page and once for a narrow one. The same
// edges stand beneath it as a list.

import { type Layer, type Lineage, type LineageNode, layers } from "../../../catalogue/index.ts";
import { NARROW, WIDE } from "../charts/chart.ts";
import { type Html, html } from "../html.ts";

const LINE = 16;
const PADDING = 9;
const GAP = { x: 14, y: 12, layers: 30 };
const HEAD = 18;
const LINES_MOST = 3;
/** About how wide a letter is, in pixels. */
const LETTER = 6.6;

const HEADS: { readonly [layer in Layer]: string } = {
  source: "Source",
  field: "Field",
  row: "Of each event",
  aggregate: "Over time",
  feature: "Feature",
  user: "Used by",
  bundle: "Bundle",
};

interface Box {
  readonly node: LineageNode;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Row {
  readonly layer: Layer;
  readonly y: number;
  readonly boxes: readonly Box[];
}

export function lineagePicture({ nodes, edges }: Lineage): Html {
  const text = new Map(nodes.map((node) => [node.id, node.text]));
  const filled = layers
    .map((layer) => ({ layer, nodes: nodes.filter((node) => node.layer === layer) }))
    .filter((row) => row.nodes.length > 0);
  const label = `${filled.map((row) => `${HEADS[row.layer]}: ${row.nodes.map((node) => node.text).join(", ")}`).join("; ")}.`;
  const drawn = (width: number, boxWidth: number): Html => picture(rowsOf(filled, width, boxWidth), edges, width);
  return html`<figure class="chart lineage">
<div class="wide" role="img" aria-label="${label}">${drawn(WIDE, 202)}</div>
<div class="narrow" role="img" aria-label="${label}">${drawn(NARROW, 164)}</div>
</figure>
<details><summary>As a list</summary><ul class="plain">${edges.map(([from, to]) => html`<li><code>${text.get(from)}</code> is read by <code>${text.get(to)}</code></li>`)}</ul></details>`;
}

function rowsOf(
  filled: readonly { readonly layer: Layer; readonly nodes: readonly LineageNode[] }[],
  width: number,
  boxWidth: number,
): Row[] {
  let y = 0;
  return filled.map(({ layer, nodes }) => {
    const boxes = laidOut(nodes, y + HEAD, width, boxWidth);
    const row = { layer, y, boxes };
    y = Math.max(...boxes.map((box) => box.y + box.height)) + GAP.layers;
    return row;
  });
}

/** Beside each other while there is room, then in another line. */
function laidOut(nodes: readonly LineageNode[], top: number, width: number, boxWidth: number): Box[] {
  const across = Math.max(1, Math.floor((width + GAP.x) / (boxWidth + GAP.x)));
  const boxes: Box[] = [];
  let y = top;
  for (let from = 0; from < nodes.length; from += across) {
    const wrapped = nodes.slice(from, from + across).map((node) => ({ node, lines: linesOf(node.text, boxWidth) }));
    const height = Math.max(...wrapped.map(({ lines }) => lines.length)) * LINE + 2 * PADDING;
    boxes.push(
      ...wrapped.map((each, place) => ({ ...each, x: place * (boxWidth + GAP.x), y, width: boxWidth, height })),
    );
    y += height + GAP.y;
  }
  return boxes;
}

/** Broken where a word or a part of an expression ends; what does not fit ends in an ellipsis, and is whole in the title. */
function linesOf(text: string, boxWidth: number): string[] {
  const letters = Math.floor((boxWidth - 2 * PADDING) / LETTER);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > letters && lines.length < LINES_MOST - 1) {
    const piece = rest.slice(0, letters);
    const at = Math.max(piece.lastIndexOf(" "), piece.lastIndexOf("."), piece.lastIndexOf("(") + 1);
    const cut = at > letters / 3 ? at : letters;
    lines.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return [...lines, rest.length > letters ? `${rest.slice(0, letters - 1)}…` : rest];
}

function picture(rows: readonly Row[], edges: Lineage["edges"], width: number): Html {
  const boxes = new Map(rows.flatMap((row) => row.boxes).map((box) => [box.node.id, box]));
  const height = Math.max(...[...boxes.values()].map((box) => box.y + box.height)) + 2;
  return html`<svg viewBox="-1 0 ${width + 2} ${height}" width="100%">
${edges.map(([from, to]) => curve(boxes.get(from)!, boxes.get(to)!))}
${rows.map(({ layer, y }) => html`<text class="layer" x="0" y="${y + 11}">${HEADS[layer]}</text>`)}
${[...boxes.values()].map(boxMarkup)}
</svg>`;
}

function curve(from: Box, to: Box): Html {
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  const middle = (y1 + y2) / 2;
  return html`<path d="M${x1} ${y1} C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}"/>`;
}

function boxMarkup({ node, lines, x, y, width, height }: Box): Html {
  const texts = lines.map(
    (text, place) => html`<tspan x="${x + PADDING}" y="${y + PADDING + (place + 0.75) * LINE}">${text}</tspan>`,
  );
  return html`<g class="${node.layer}"><title>${node.text}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/><text>${texts}</text></g>`;
}

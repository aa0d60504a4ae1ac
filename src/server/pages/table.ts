// One kind of table for all pages: a caption that says what is in it, a heading for each column and row, and each cell
// labelled, so that a narrow screen can show rows as short lists ("stack") without losing what a number is.

import { type Html, html, nothing, type Slot } from "./html.ts";

export interface TableColumn<Row> {
  readonly head: string;
  /** Figures are set in tabular numerals, to the right. */
  readonly figure?: boolean;
  readonly cell: (row: Row, index: number) => Slot;
}

export interface TableParts<Row> {
  readonly caption: string;
  readonly rows: readonly Row[];
  /** The first one heads its row. */
  readonly columns: readonly TableColumn<Row>[];
  /** In small print after the caption. */
  readonly about?: string;
  /** Where there is no room: rows become lists, or cards of figures, or the table scrolls within a frame of its own. */
  readonly narrow: "stack" | "cards" | "scroll";
  readonly marked?: (row: Row) => boolean;
}

export function table<Row>({ caption, about, rows, columns, narrow, marked }: TableParts<Row>): Html {
  const heads = columns.map(
    ({ head, figure }) => html`<th scope="col" role="columnheader"${figureClass(figure)}>${head}</th>`,
  );
  const body = rows.map((row, index) => {
    const mark = marked?.(row) === true ? html` class="marked"` : nothing;
    return html`<tr role="row"${mark}>${columns.map((column, place) => cellOf(column, row, index, place))}</tr>\n`;
  });
  const content = html`<table role="table">
<caption>${caption}${about === undefined ? nothing : html` <small>${about}</small>`}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${body}</tbody>
</table>`;
  // Whoever uses the keyboard alone can scroll only what can be focused.
  if (narrow !== "scroll") return html`<div class="${narrow === "cards" ? "stack cards" : "stack"}">${content}</div>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">${content}</div>`;
}

function cellOf<Row>({ head, figure, cell }: TableColumn<Row>, row: Row, index: number, place: number): Html {
  const content = cell(row, index);
  return place === 0
    ? html`<th scope="row" role="rowheader"${figureClass(figure)}>${content}</th>`
    : html`<td role="cell" data-label="${head}"${figureClass(figure)}>${content}</td>`;
}

function figureClass(figure: boolean | undefined): Html {
  return figure === true ? html` class="figure"` : nothing;
}

/** A value with what belongs beside it in small print: an interval, a note. */
export function withNote(value: Slot, note: Slot): Html {
  return note === null || note === "" ? html`${value}` : html`${value} <small>${note}</small>`;
}

/** Names and what they are, for facts that need no table. Pairs without content are left out. */
export function facts(pairs: readonly (readonly [string, Slot])[]): Html {
  const given = pairs.filter(([, content]) => content !== null && content !== "");
  return html`<dl class="facts">${given.map(([name, content]) => html`<div><dt>${name}</dt><dd>${content}</dd></div>`)}</dl>`;
}

// Pages are text, and text comes from people: ids, names, reasons. This tag is the only way a page is made, and whatever is
// put into a template is escaped by construction. What cannot be made safe is refused the first time it is drawn: a value
// outside quotes within a tag, an address that leaves this server, a script or style element.

import { invariant } from "../../base/index.ts";

/** Markup that was made by the tag, or by the chart library and marked as such. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** Nothing is drawn for null, undefined and false, so that a part can be left out. */
export type Slot = Html | string | number | null | undefined | false | readonly Slot[];

/**
 * A template of HTML.
 *
 *     html`<p title="${"a \"b\""}">${"<i>"}</p>`.text; // <p title="a &quot;b&quot;">&lt;i&gt;</p>
 */
export function html(template: TemplateStringsArray, ...slots: readonly Slot[]): Html {
  const places = placesOf(template);
  return new Html(template.map((text, i) => (i === 0 ? text : drawn(slots[i - 1], places[i - 1]!) + text)).join(""));
}

export const nothing = new Html("");

type SlotPlace = "text" | "tag" | "attribute" | "address";

function drawn(slot: Slot, place: SlotPlace): string {
  if (slot === null || slot === undefined || slot === false) return "";
  if (Array.isArray(slot)) return (slot as readonly Slot[]).map((part) => drawn(part, place)).join("");
  if (slot instanceof Html) {
    invariant(place === "text" || place === "tag", "markup stands between tags, or holds whole attributes");
    return slot.text;
  }
  invariant(place !== "tag", "a value within a tag stands in quotes");
  const text = String(slot);
  invariant(place !== "address" || staysHere(text), `an address stays on this server: ${text}`);
  return escaped(text);
}

/** A path, query or fragment; `//host` and `/\host` would leave. */
function staysHere(address: string): boolean {
  return /^(?:\/(?![/\\])|[?#])/.test(address);
}

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const known = new WeakMap<TemplateStringsArray, readonly SlotPlace[]>();

function placesOf(template: TemplateStringsArray): readonly SlotPlace[] {
  const before = known.get(template);
  if (before !== undefined) return before;
  invariant(!/<\/?(?:script|style)\b/i.test(template.join("")), "a page holds no script and no style element");
  const places: SlotPlace[] = [];
  let open: Cursor = { inTag: false, quote: null };
  for (const text of template.slice(0, -1)) {
    open = [...text].reduce(step, open);
    places.push(placeAt(open, text));
  }
  known.set(template, places);
  return places;
}

interface Cursor {
  readonly inTag: boolean;
  readonly quote: string | null;
}

function step({ inTag, quote }: Cursor, character: string): Cursor {
  if (quote !== null) return { inTag, quote: character === quote ? null : quote };
  if (!inTag) return { inTag: character === "<", quote: null };
  if (character === '"' || character === "'") return { inTag, quote: character };
  return { inTag: character !== ">", quote: null };
}

function placeAt({ inTag, quote }: Cursor, before: string): SlotPlace {
  if (quote === null) return inTag ? "tag" : "text";
  return /\b(?:href|src|action)=["']$/.test(before) ? "address" : "attribute";
}

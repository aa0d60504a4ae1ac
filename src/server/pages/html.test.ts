import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { type Html, html, type Slot } from "./html.ts";

/** What a browser would make of it. */
function elementOf(markup: Html): Element {
  return parseHTML(`<!doctype html><html><body>${markup.text}</body></html>`).document.body.firstElementChild!;
}

/** A parser may not keep these as they are. */
const text = fc.string({ unit: "grapheme" }).filter((value) => !/[\0\r]/.test(value));

describe("a template", () => {
  test("keeps any text as text, between tags and in attributes", () => {
    fc.assert(
      fc.property(text, text, (title, content) => {
        const element = elementOf(html`<p title="${title}" data-x='${title}'>${content}</p>`);
        expect(element.getAttribute("title")).toBe(title);
        expect(element.getAttribute("data-x")).toBe(title);
        expect(element.textContent).toBe(content);
        expect(element.children).toHaveLength(0);
      }),
    );
  });

  test("draws numbers, lists and markup, and nothing for what is absent", () => {
    const parts: Slot[] = [1, " & ", html`<b>x</b>`, null, undefined, false, [html`<i>${"<"}</i>`, 0]];
    expect(html`<p>${parts}</p>`.text).toBe("<p>1 &amp; <b>x</b><i>&lt;</i>0</p>");
  });

  test("puts whole attributes into a tag, and refuses bare values there", () => {
    expect(html`<p${html` class="a"`}>x</p>`.text).toBe('<p class="a">x</p>');
    expect(() => html`<p ${"onclick=x"}>x</p>`).toThrow("stands in quotes");
    expect(() => html`<p class=${"a"}>x</p>`).toThrow("stands in quotes");
  });

  test("refuses markup within an attribute", () => {
    expect(() => html`<p title="${html`<b>x</b>`}">x</p>`).toThrow("between tags");
  });

  test("refuses addresses that leave this server", () => {
    expect(html`<a href="${"/decisions?after=a&b"}">x</a>`.text).toBe('<a href="/decisions?after=a&amp;b">x</a>');
    for (const address of [
      "javascript:alert(1)",
      "//elsewhere.example",
      "/\\elsewhere.example",
      "https://elsewhere.example",
      "data:x",
    ]) {
      expect(() => html`<a href="${address}">x</a>`).toThrow("stays on this server");
    }
  });

  test("refuses scripts and styles", () => {
    expect(() => html`<script>${"x"}</script>`).toThrow("no script");
    expect(() => html`<style>${"x"}</style>`).toThrow("no script");
  });
});

// The frame of the plain pages that this room writes itself: the API's reference and refusals. No script, one style sheet.

/** A whole document; `body` is HTML, `title` is text. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #1a6b54; }
@media (prefers-color-scheme: dark) { :root { --accent: #6fc3a6; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0; }
main { max-width: 54rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; } h4 { font-size: .9rem; margin: 1rem 0 .3rem; }
code, pre { font: .85rem/1.5 ui-monospace, monospace; } code { overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .7rem; border-radius: .4rem; overflow-x: auto; margin: .3rem 0; }
a { color: var(--accent); } nav a { margin-right: 1rem; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .7rem 0; }
summary { cursor: pointer; padding: .6rem .8rem; } summary p { margin: .2rem 0 0; }
details > div { padding: 0 .8rem .8rem; }
.method { color: var(--accent); font-weight: 700; } .quiet { opacity: .75; font-size: .9rem; }
`;

// The one style sheet, read once; its address changes with its content, so browsers may keep it for good.

import { readFileSync } from "node:fs";
import { hashText } from "../../base/index.ts";
import { stylesheetPath } from "./paths.ts";

const text = readFileSync(new URL("./assay.css", import.meta.url), "utf8");

export const stylesheet = { text, address: `${stylesheetPath}?v=${hashText(text).slice(0, 12)}` };

/** A streak on a touchstone. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#17594d"/><path d="M9 22 23 10" stroke="#f3ead2" stroke-width="5" stroke-linecap="round"/></svg>`;

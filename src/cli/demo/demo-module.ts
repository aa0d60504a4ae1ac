// What an example brings to `assay demo`: `examples/NAME/demo.ts`.

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AssayError, nearest } from "../../base/index.ts";
import { problems } from "../errors.ts";

export interface DemoModule {
  readonly bundle: string;
  /** Name of the source that its events come from. */
  readonly source: string;
  readonly request: {
    readonly request: string;
    readonly kind: string;
    readonly product: string;
    readonly channel: string;
  };
  /** Its bytes, with the definitions, decide whether a step has been done before. */
  readonly dataFile: URL;
  /** How many of its rows are used; null for all. */
  readonly rows: number | null;
  /** Events as the ingest door takes them. */
  events(): AsyncIterable<unknown>;
  spine(): AsyncIterable<DemoSpineRow>;
  /** When batches of outcomes had become known, in order; the last is when all are. */
  readonly outcomesKnown: readonly string[];
  /** A field that is broken in a copy, to see it found: multiplied, on a share of the rows. */
  readonly drill: { readonly event: string; readonly field: string; readonly factor: number; readonly share: number };
  /** The columns that a person would hand to XGBoost, and their rows. */
  readonly flatColumns: readonly string[];
  flatRows(): AsyncIterable<{ readonly decisionId: string; readonly values: readonly number[] }>;
}

export interface DemoSpineRow {
  readonly decisionId: string;
  readonly t: string;
  readonly parties: { readonly [role: string]: string };
  readonly asked: { readonly [field: string]: string };
}

const examples = new URL("../../../examples/", import.meta.url);

/** Throws ASSAY_CLI_NO_DEMO. */
export function demoFolder(name: string): string {
  const folder = new URL(`${name}/`, examples);
  if (/^[a-z][a-z0-9-]*$/.test(name) && existsSync(new URL("demo.ts", folder))) return fileURLToPath(folder);
  const known = readdirSync(examples).filter((entry) => existsSync(new URL(`${entry}/demo.ts`, examples)));
  throw new AssayError(
    problems.NO_DEMO(`demo "${name}"`, { known: known.join(", ") }, { nearest: nearest(name, known) }),
  );
}

export async function loadDemo(name: string): Promise<DemoModule> {
  demoFolder(name);
  return (await import(new URL(`${name}/demo.ts`, examples).href)) as DemoModule;
}

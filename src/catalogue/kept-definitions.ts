// Definitions kept as a document, to hold later ones against: `assay.definitions`, version 1. Meanings are worked out from the
// nodes by whoever reads them, so that both sides of a comparison go by one release's rules.

import { AssayError } from "../base/index.ts";
import type { Catalogue, DefinitionDocument, DefinitionNode } from "../define/index.ts";
import { problems } from "./errors.ts";

export interface KeptDefinitions {
  readonly format: "assay.definitions";
  readonly version: 1;
  readonly definitions: readonly { readonly node: DefinitionNode; readonly document: DefinitionDocument }[];
}

export function keptDefinitions({ definitions }: Catalogue): KeptDefinitions {
  const kept = definitions.map(({ node, document }) => ({ node, document }));
  return { format: "assay.definitions", version: 1, definitions: kept };
}

/** Throws ASSAY_CATALOGUE_UNKNOWN_VERSION. */
export function readDefinitions(document: unknown, thing: string): Catalogue {
  const { format, version } = (document ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  if (format !== "assay.definitions" || version !== 1) {
    throw new AssayError(problems.UNKNOWN_VERSION(thing, { version: `${String(version)} of "${String(format)}"` }));
  }
  const { definitions } = document as KeptDefinitions;
  return { definitions: definitions.map((definition) => ({ ...definition, place: null, problems: [] })) };
}

// Evidence packs as they are kept: documents in the registry.

import { AssayError, type Hash } from "../base/index.ts";
import type { Registry } from "../registry/index.ts";
import { problems } from "./errors.ts";
import type { LoopDocument } from "./loop-document.ts";

/** Throws ASSAY_REGISTRY_UNKNOWN_DOCUMENT, ASSAY_LEARNING_UNKNOWN_VERSION. */
export async function readLoop(registry: Pick<Registry, "document">, hash: Hash): Promise<LoopDocument> {
  const document = (await registry.document(hash)) as unknown as LoopDocument;
  if (document.format === "assay.loop" && document.version === 1) return document;
  const version = `${String(document.version)} of "${String(document.format)}"`;
  throw new AssayError(problems.UNKNOWN_VERSION(`document ${hash}`, { version }));
}

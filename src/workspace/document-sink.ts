// Documents as sources sent them (a bureau's answer) lie in the object store under the hash that stands in their event.

import type { DocumentSink } from "../history/index.ts";
import type { ObjectStore } from "../storage/index.ts";

export function documentSink(objects: ObjectStore): DocumentSink {
  return {
    async keep(documents) {
      for (const { text } of documents) await objects.put(Buffer.from(text));
    },
    async forget(hashes) {
      for (const hash of hashes) await objects.remove(hash);
    },
  };
}

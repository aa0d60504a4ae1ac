// The documents that only the events of some people name: they leave with them.

import { join } from "node:path";
import type { Hash } from "../base/index.ts";
import type { EventNode } from "../define/index.ts";
import { readTable } from "../storage/index.ts";
import type { Snapshot } from "./snapshot.ts";

/** Hashes of documents that the snapshot's events of the people name, and those of nobody else. */
export async function documentsOfOnly(snapshot: Snapshot, people: ReadonlySet<string>): Promise<Hash[]> {
  const [theirs, others] = [new Set<Hash>(), new Set<Hash>()];
  for (const { files } of Object.values(snapshot.manifest.events)) {
    for (const { path, schemaHash } of files) {
      const fields = documentFields(snapshot.manifest.schemas[schemaHash]!);
      if (fields.length === 0) continue;
      const { rows, columns } = await readTable([join(snapshot.folder, path)], { columns: ["_entity", ...fields] });
      const text = (name: string) => columns[name]!.values as readonly (string | null)[];
      const entities = text("_entity");
      for (const hashes of fields.map(text)) {
        for (let row = 0; row < rows; row++) {
          if (hashes[row] !== null) (people.has(entities[row]!) ? theirs : others).add(hashes[row]!);
        }
      }
    }
  }
  return [...theirs].filter((hash) => !others.has(hash));
}

function documentFields({ fields }: EventNode): string[] {
  return Object.keys(fields).filter((name) => fields[name]!.type.kind === "document");
}

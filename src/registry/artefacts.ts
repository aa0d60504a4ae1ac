// What runs make and bundles name: bytes in the object store, found again by kind and name, joined by lineage.

import { AssayError, canonicalJson, type Hash, hashBytes, type Json, nearest } from "../base/index.ts";
import type { ObjectStore } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { checkNotErased } from "./forget-bytes.ts";
import type { RegistryDatabase } from "./registry-tables.ts";

export interface ArtefactEntry {
  readonly hash: Hash;
  /** `dataset`, `model`, `calibrator`, `evaluation`, `bundle`, … */
  readonly kind: string;
  readonly name: string;
  readonly bytes: number;
  /** Microseconds since 1970, by the database's clock. */
  readonly savedAt: number;
}

export interface LineageEdge {
  readonly hash: Hash;
  /** What the parent was to the child: `dataset`, `model`, `spine`, … */
  readonly role: string;
}

export interface Artefacts {
  /** Keeps bytes under their hash. Saving them again, also under another name, changes nothing that was there. */
  saveArtefact(kind: string, name: string, bytes: Uint8Array): Promise<Hash>;
  /** Throws ASSAY_REGISTRY_UNKNOWN_DOCUMENT, or ERASED where its bytes held personal data that had to go. */
  artefact(hash: Hash): Promise<Uint8Array>;
  /** Keeps plain data as canonical JSON; the hash is that of `hashJson(document)`. */
  saveDocument(kind: string, name: string, document: unknown): Promise<Hash>;
  document(hash: Hash): Promise<Json>;
  /** Entries of one kind, oldest first. */
  artefacts(kind: string): Promise<ArtefactEntry[]>;
  /** Records what `child` was made from. */
  saveLineage(child: Hash, parents: readonly LineageEdge[]): Promise<void>;
  parents(child: Hash): Promise<LineageEdge[]>;
  children(parent: Hash): Promise<LineageEdge[]>;
}

export function artefactsOver(db: RegistryDatabase, objects: ObjectStore): Artefacts {
  const saveArtefact = async (kind: string, name: string, bytes: Uint8Array): Promise<Hash> => {
    await checkNotErased(db, hashBytes(bytes));
    // The object first: a row never names bytes that are not there.
    const hash = await objects.put(bytes);
    const row = { hash, kind, name, bytes: bytes.length };
    await db
      .insertInto("registry.artefact")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return hash;
  };
  const artefact = async (hash: Hash): Promise<Uint8Array> => {
    const known = await db.selectFrom("registry.artefact").select("hash").where("hash", "=", hash).executeTakeFirst();
    if (known === undefined) throw new AssayError(problems.UNKNOWN_DOCUMENT(`document ${hash}`, {}));
    await checkNotErased(db, hash);
    return await objects.get(hash);
  };
  return {
    saveArtefact,
    artefact,
    saveDocument: (kind, name, document) => saveArtefact(kind, name, Buffer.from(canonicalJson(document))),
    document: async (hash) => JSON.parse(Buffer.from(await artefact(hash)).toString()),
    artefacts: (kind) => listArtefacts(db, kind),
    saveLineage: (child, parents) => saveLineage(db, child, parents),
    parents: (child) => edges(db, "child", "parent", child),
    children: (parent) => edges(db, "parent", "child", parent),
  };
}

async function listArtefacts(db: RegistryDatabase, kind: string): Promise<ArtefactEntry[]> {
  return await db
    .selectFrom("registry.artefact")
    .select(["hash", "kind", "name", "bytes", "saved_at as savedAt"])
    .where("kind", "=", kind)
    .orderBy("saved_at")
    .orderBy("hash")
    .execute();
}

async function saveLineage(db: RegistryDatabase, child: Hash, parents: readonly LineageEdge[]): Promise<void> {
  if (parents.length === 0) return;
  await db
    .insertInto("registry.lineage")
    .values(parents.map(({ hash, role }) => ({ child, parent: hash, role })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function edges(
  db: RegistryDatabase,
  from: "child" | "parent",
  to: "child" | "parent",
  hash: Hash,
): Promise<LineageEdge[]> {
  return await db
    .selectFrom("registry.lineage")
    .select([`${to} as hash`, "role"])
    .where(from, "=", hash)
    .orderBy("role")
    .orderBy(to)
    .execute();
}

/** Refuses a bundle hash that is not in the registry, with the nearest that is. */
export async function checkBundle(db: RegistryDatabase, hash: Hash): Promise<void> {
  const hashes = (await listArtefacts(db, "bundle")).map((entry) => entry.hash);
  if (hashes.includes(hash)) return;
  throw new AssayError(problems.UNKNOWN_BUNDLE(`bundle ${hash}`, {}, { nearest: nearest(hash, hashes) }));
}

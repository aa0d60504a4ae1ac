// The workspace's master key: a file beside the database, never in it, so that a copy of the database alone opens
// nothing. Made once, at first use; the database remembers a fingerprint, so that another file is refused by name.

import { createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { VaultDatabase } from "./vault-tables.ts";

const FORMAT = /^assay-vault-key-1 ([0-9a-f]{64})\n$/;

/** The master key of 32 bytes in `path`, which must be the one that this database's keys were wrapped by. */
export async function masterKey(db: VaultDatabase, path: string): Promise<KeyObject> {
  const known = await fingerprintIn(db);
  const key = readKey(path) ?? createKey(path, known);
  const fingerprint = createHmac("sha256", key).update("assay vault master key").digest("hex");
  await db
    .insertInto("vault.master_key")
    .values({ single: true, fingerprint })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if ((await fingerprintIn(db)) === fingerprint) return createSecretKey(key);
  const detail = "this master key is not the one that the keys in the database were wrapped by";
  throw new AssayError(problems.MASTER_KEY_WRONG(path, { detail }));
}

async function fingerprintIn(db: VaultDatabase): Promise<string | undefined> {
  return (await db.selectFrom("vault.master_key").select("fingerprint").executeTakeFirst())?.fingerprint;
}

function readKey(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) throw new AssayError(problems.MASTER_KEY_EXPOSED(path, { mode: mode.toString(8) }));
  const hex = FORMAT.exec(text)?.[1];
  if (hex !== undefined) return Buffer.from(hex, "hex");
  throw new AssayError(problems.MASTER_KEY_WRONG(path, { detail: "the file does not hold a master key" }));
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

// Linked into place: of two processes that come first at once, one makes the key and both read it.
function createKey(path: string, known: string | undefined): Buffer {
  if (known !== undefined) throw new AssayError(problems.MASTER_KEY_MISSING(path, {}));
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = openSync(temporary, "wx", 0o600);
    writeSync(file, `assay-vault-key-1 ${randomBytes(32).toString("hex")}\n`);
    fsyncSync(file);
    closeSync(file);
    linkSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readKey(path) ?? createKey(path, known);
}

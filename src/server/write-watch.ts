// Whether history takes writes, for the readiness door: the folder allows it, the disk has room, and the last write that
// was tried did not fail.

import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { isWriteFailure } from "./problem-status.ts";

const ROOM_BYTES = 64 << 20;

export interface WriteWatch {
  /** Tells what became of a request that may have written. */
  readonly told: (code: string) => void;
  succeeded(): void;
  /** Null where history takes writes, else why not. */
  fault(): Promise<string | null>;
}

export function watchWrites(folder: string): WriteWatch {
  let failure: string | null = null;
  return {
    told(code) {
      if (isWriteFailure(code)) failure = code;
    },
    succeeded() {
      failure = null;
    },
    fault: async () => failure ?? (await folderFault(folder)),
  };
}

async function folderFault(folder: string): Promise<string | null> {
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < ROOM_BYTES ? "the disk is nearly full" : null;
  } catch {
    return "its folder cannot be written";
  }
}

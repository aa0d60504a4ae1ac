import { open } from "node:fs/promises";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";

/** The bytes of a file that a user named, as a stream. Throws ASSAY_HISTORY_NO_FILE where it cannot be opened. */
export async function openSource(path: string): Promise<AsyncIterable<Buffer>> {
  try {
    const file = await open(path);
    if ((await file.stat()).isFile()) return file.createReadStream({ highWaterMark: 1 << 18 });
    await file.close();
  } catch (error) {
    throw new AssayError(problems.NO_FILE(path, { why: error instanceof Error ? error.message : String(error) }), {
      cause: error,
    });
  }
  throw new AssayError(problems.NO_FILE(path, { why: "it is no regular file" }));
}

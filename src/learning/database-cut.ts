// Errors that mean: the database went away or cut us off. The question may be asked again, for every step of a loop is one
// that may be asked twice.

const CODES = new Set(["57P01", "57P02", "57P03", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOENT", "ETIMEDOUT"]);
const WORDS = /Connection terminated|Client has encountered a connection error|not queryable|the database system is/i;

/** Also where the error was given a name on its way up. */
export function isDatabaseCut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const told = code !== undefined && (CODES.has(code) || code.startsWith("08"));
  // A file that is missing is no socket that is missing.
  if (told && (code !== "ENOENT" || syscall === "connect")) return true;
  return WORDS.test(error.message) || isDatabaseCut(error.cause);
}

// What is wrong, said the same way everywhere: the thing, the rule it broke and the way out.
// Pure rooms return lists of problems; rooms with effects throw `AssayError`; doors translate both.
// Each room keeps one table of its codes in `errors.ts`, made by `problemTable`, so a code cannot be misspelt.

/** Where a user wrote the thing: a file and a 1-based line. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Problem {
  /** `ASSAY_<ROOM>_<RULE>`, stable: users and programs match on it. */
  readonly code: string;
  readonly thing: string;
  readonly rule: string;
  readonly wayOut: string;
  readonly nearest?: string;
  readonly place?: Place;
}

export class AssayError extends Error {
  override readonly name = "AssayError";
  readonly problem: Problem;

  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(formatProblem(problem), options);
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }
}

export function isAssayError(error: unknown): error is AssayError {
  return error instanceof AssayError;
}

/** One line for people: `CODE file:line: thing: rule. Way out.` */
export function formatProblem(problem: Problem): string {
  const place = problem.place === undefined ? "" : ` ${problem.place.file}:${problem.place.line}`;
  const nearest = problem.nearest === undefined ? "" : ` Nearest: ${problem.nearest}.`;
  return `${problem.code}${place}: ${problem.thing}: ${problem.rule}. ${problem.wayOut}.${nearest}`;
}

interface Sentence {
  readonly rule: string;
  readonly wayOut: string;
}
type Where = { readonly nearest?: string | undefined; readonly place?: Place | undefined };
type Sentences = Record<string, (params: never) => Sentence>;
/** A sentence without blanks takes none. */
type Blanks<F> = F extends () => Sentence
  ? [where?: Where]
  : F extends (params: infer P) => Sentence
    ? [params: P, where?: Where]
    : never;

/**
 * A room's table of problems.
 *
 *     export const problems = problemTable("HISTORY", {
 *       NOT_A_NUMBER: (p: { got: string }) => ({ rule: `expected a number, got ${p.got}`, wayOut: "Write it as 12.50" }),
 *     });
 *     problems.NOT_A_NUMBER('field "billed" of row 7', { got: '"abc"' }).code; // ASSAY_HISTORY_NOT_A_NUMBER
 */
export function problemTable<const T extends Sentences>(
  room: string,
  sentences: T,
): { readonly [K in keyof T]: (thing: string, ...blanks: Blanks<T[K]>) => Problem } {
  const table: Record<string, unknown> = {};
  for (const [rule, sentence] of Object.entries(sentences)) {
    table[rule] = (thing: string, ...blanks: unknown[]): Problem => {
      const where = (blanks[sentence.length] ?? {}) as Where;
      return {
        code: `ASSAY_${room}_${rule}`,
        thing,
        ...sentence(blanks[0] as never),
        ...(where.nearest === undefined ? {} : { nearest: where.nearest }),
        ...(where.place === undefined ? {} : { place: where.place }),
      };
    };
  }
  return table as never;
}

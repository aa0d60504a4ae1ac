// A client of a running service: requests from a file to its door, decisions to the terminal. It opens no engine.

import { readFile } from "node:fs/promises";
import { AssayError, formatProblem, hashJson, type Problem } from "../../base/index.ts";
import { type DecisionPart, printDecision } from "../../policy/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";

interface DecideOptions {
  readonly url: string;
  readonly key?: string;
}

type Answer =
  | { readonly row: number; readonly decision: DecisionPart; readonly repeated: boolean }
  | { readonly row: number; readonly problem: Problem };

/** One after another, in the order of the file; the answer is no where one was refused. Throws ASSAY_CLI_SERVICE_SILENT. */
export async function decide(
  { terminal, signal }: CommandContext,
  file: string,
  options: DecideOptions,
): Promise<number> {
  const answers: Answer[] = [];
  for (const { row, text } of documentsOf(await textOf(file))) {
    const body = parsedObject(text);
    const answer =
      body === undefined
        ? { row, problem: problems.BAD_REQUEST(`row ${row} of ${file}`, { why: "it is no JSON object" }) }
        : { row, ...(await ask(body, options, signal)) };
    answers.push(answer);
    terminal.say("problem" in answer ? formatProblem(answer.problem) : `${printDecision(answer.decision)}\n`);
  }
  if (answers.length === 0) throw new AssayError(problems.BAD_REQUEST(file, { why: "it is empty" }));
  terminal.result(answers);
  return answers.some((answer) => "problem" in answer) ? 1 : 0;
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((error: Error) => {
    throw new AssayError(problems.BAD_REQUEST(file, { why: error.message }), { cause: error });
  });
}

/** The whole file where it is one document, else its lines. Rows count from 1. */
function documentsOf(file: string): { readonly row: number; readonly text: string }[] {
  if (parsedObject(file) !== undefined) return [{ row: 1, text: file }];
  const lines = file.split("\n").map((text, i) => ({ row: i + 1, text }));
  return lines.filter(({ text }) => text.trim() !== "");
}

function parsedObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function ask(
  body: object,
  { url, key }: DecideOptions,
  signal: AbortSignal,
): Promise<{ readonly decision: DecisionPart; readonly repeated: boolean } | { readonly problem: Problem }> {
  const door = new URL("/v1/decisions", url);
  const headers = {
    "content-type": "application/json",
    // The same request again, from whatever file, is answered with the decision that was made.
    "idempotency-key": `decide-${hashJson(body)}`,
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  const reply = await fetch(door, { method: "POST", headers, body: JSON.stringify(body), signal }).catch(
    (error: Error) => {
      const why = error.cause instanceof Error ? error.cause.message : error.message;
      throw new AssayError(problems.SERVICE_SILENT(door.origin, { why }), { cause: error });
    },
  );
  const answer = (await reply.json()) as never;
  return reply.ok ? answer : { problem: problemIn(answer) };
}

/** Of problem+json, the part that says what is wrong. */
function problemIn({ code, thing, rule, wayOut, nearest }: Problem): Problem {
  return { code, thing, rule, wayOut, ...(nearest === undefined ? {} : { nearest }) };
}

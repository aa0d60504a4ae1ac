// A PostgreSQL client whose full disk has a name, whichever room was writing. Every other error stays the server's own.

import pg from "pg";
import { AssayError } from "../base/index.ts";
import { isDiskFull } from "./atomic-file.ts";
import { problems } from "./errors.ts";

type Callback = (error: unknown, result: unknown) => void;

export class NamingClient extends pg.Client {
  // One implementation behind all of pg's overloads: a callback at the end, or a promise returned.
  override query(...args: never[]): never {
    const given: unknown[] = args;
    const callback = given.at(-1);
    if (typeof callback === "function") {
      given[given.length - 1] = (error: unknown, result: unknown) => (callback as Callback)(named(error), result);
    }
    const answer: unknown = super.query(...(given as never as [string]));
    return (answer instanceof Promise ? answer.catch(rethrowNamed) : answer) as never;
  }
}

function rethrowNamed(error: unknown): never {
  throw named(error);
}

function named(error: unknown): unknown {
  if (!(error instanceof Error) || !isDiskFull(error)) return error;
  const doing = "while PostgreSQL was writing";
  return new AssayError(problems.DISK_FULL("the metadata database", { doing }), { cause: error });
}

// What a schema refused, said as a problem: which field, why, and the nearest name or value that would have been right.

import { nearest, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";

/** One error of the validator, as it reports them in verbose mode. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: { readonly [name: string]: unknown };
  readonly message?: string | undefined;
  readonly parentSchema?: unknown;
  readonly data?: unknown;
}

/** `where` is `body`, `querystring`, `params` or `headers`. */
export function schemaProblem(errors: readonly SchemaError[], where: string): Problem {
  const error = deepest(errors);
  const inside = partOf(where);
  if (error.keyword === "additionalProperties") return unknownField(error, inside);
  if (error.keyword === "required") return missingField(error, inside);
  const { allowedValues } = error.params;
  const choices = Array.isArray(allowedValues) ? allowedValues.map(String) : [];
  const why = choices.length > 0 ? `it must be one of ${choices.join(", ")}` : `it ${error.message ?? "is refused"}`;
  const near = typeof error.data === "string" ? nearest(error.data, choices) : undefined;
  return problems.BAD_VALUE(fieldName(error.instancePath, inside), { why }, { nearest: near });
}

/** Alternatives report one error each and one for the choice; the one that came furthest is what the sender meant. */
function deepest(errors: readonly SchemaError[]): SchemaError {
  const told = errors.filter(({ keyword }) => keyword !== "anyOf");
  return told.reduce((best, error) => (depth(error) > depth(best) ? error : best), told[0] ?? errors[0]!);
}

function depth({ instancePath, keyword }: SchemaError): number {
  return instancePath.split("/").length + (keyword === "additionalProperties" || keyword === "required" ? 0.5 : 0);
}

function unknownField(error: SchemaError, inside: string): Problem {
  const name = String(error.params["additionalProperty"]);
  const thing = fieldName(`${error.instancePath}/${name}`, inside);
  return problems.UNKNOWN_FIELD(thing, { nearest: nearest(name, namesIn(error.parentSchema)) });
}

/** A field that is there under a slip of the pen is named by what was written. */
function missingField(error: SchemaError, inside: string): Problem {
  const name = String(error.params["missingProperty"]);
  const known = namesIn(error.parentSchema);
  const given = typeof error.data === "object" && error.data !== null ? Object.keys(error.data) : [];
  const written = nearest(
    name,
    given.filter((key) => !known.includes(key)),
  );
  if (written === undefined || inside === "the headers") {
    return problems.MISSING_FIELD(fieldName(`${error.instancePath}/${name}`, inside));
  }
  return problems.UNKNOWN_FIELD(fieldName(`${error.instancePath}/${written}`, inside), { nearest: name });
}

function namesIn(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return [];
  return Object.keys(schema.properties as object);
}

function partOf(where: string): string {
  if (where === "querystring") return "the query";
  return where === "params" ? "the path" : `the ${where}`;
}

/** `/parties/0/role` of the body → `field "parties[0].role" of the body`. */
function fieldName(path: string, inside: string): string {
  const name = path
    .split("/")
    .slice(1)
    .map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : `${i === 0 ? "" : "."}${part}`))
    .join("");
  return name === "" ? inside : `field "${name}" of ${inside}`;
}

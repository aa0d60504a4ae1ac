// JSON Schema in a notation that people read: `{ role: text, entity: text }[]`, optional fields with a question mark.

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly default?: unknown;
}

const words: Readonly<Record<string, string>> = { string: "text", integer: "whole number" };

export function schemaText(schema: unknown, indent = ""): string {
  const { anyOf, enum: values, const: constant, type, items, description } = (schema ?? {}) as Schema;
  if (anyOf !== undefined) return anyOf.map((choice) => schemaText(choice, indent)).join(" | ");
  if (constant !== undefined) return JSON.stringify(constant);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (type === "array") return arrayText(items, indent);
  if (type === "object") return objectText(schema as Schema, indent);
  if (type === undefined) return description ?? "anything";
  return [type]
    .flat()
    .map((name) => words[name] ?? name)
    .join(" | ");
}

function arrayText(items: Schema | undefined, indent: string): string {
  const item = schemaText(items, indent);
  return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
}

function objectText({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  const deeper = `${indent}  `;
  const lines = Object.entries(properties ?? {}).map(([name, property]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${deeper}${name}${optional}: ${schemaText(property, deeper)}${noteOf(property)}`;
  });
  if (typeof additionalProperties === "object" && properties === undefined) {
    lines.push(`${deeper}[name]: ${schemaText(additionalProperties, deeper)}`);
  }
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
}

function noteOf({ description, default: standard }: Schema): string {
  const notes = [description, standard === undefined ? undefined : `by default ${JSON.stringify(standard)}`];
  const said = notes.filter((note) => note !== undefined).join("; ");
  return said === "" ? "" : `  — ${said}`;
}

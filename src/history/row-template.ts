// The small language in which mappings and fan-outs say where a value comes from: a name (a column, or a key of a
// document), names in braces within a text, `{account}-{month}`, or a text in single quotes: itself. A constant is what a
// wide table says in the names of its columns, such as the month of an amount.

export type RowTemplate = string;

const CONSTANT = /^'([^']*)'$/;
const NAME = /\{([^{}]+)\}/g;

/** The names it reads, in order; a constant reads none. */
export function namesOf(from: RowTemplate): string[] {
  if (CONSTANT.test(from)) return [];
  const names = Array.from(from.matchAll(NAME), ([, name]) => name!);
  return names.length === 0 ? [from] : names;
}

/** What it comes to: of a bare name the value itself, else a text; null where a name that it needs has no value. */
export function fillTemplate(from: RowTemplate, find: (name: string) => unknown): unknown {
  const constant = CONSTANT.exec(from);
  if (constant !== null) return constant[1];
  const names = namesOf(from);
  const values = names.map((name) => find(name) ?? null);
  if (values.includes(null)) return null;
  if (names[0] === from) return values[0];
  let next = 0;
  return from.replace(NAME, () => String(values[next++] as string | number | boolean));
}

/** Where each part of an event comes from, for sentences about what was found there. */
export interface EventTemplates {
  readonly entity?: RowTemplate;
  readonly eventId: RowTemplate;
  readonly at?: RowTemplate;
  readonly knownAt?: RowTemplate;
  readonly seq?: RowTemplate;
  readonly fields: { readonly [field: string]: RowTemplate };
}

/** Of a key of the envelope, or of a field. */
export type EventPart = { readonly key: string } | { readonly field: string };

/** The template as it was written; undefined where nothing was said of that part. */
export function templateOf(templates: EventTemplates, part: EventPart): RowTemplate | undefined {
  const said: object = "field" in part ? templates.fields : templates;
  const name = "field" in part ? part.field : part.key;
  const template = Object.hasOwn(said, name) ? said[name as keyof typeof said] : undefined;
  return typeof template === "string" ? template : undefined;
}

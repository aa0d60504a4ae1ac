// What changes for whoever reads the columns when one plan takes another's place.

import { stepInWords } from "./describe.ts";
import type { Plan } from "./plan.ts";

/** One line a change: `+` new, `-` gone, `~` another meaning; then the order and the cost. "no difference" where there is none. */
export function diff(before: Plan, after: Plan): string {
  const old = meanings(before);
  const now = meanings(after);
  const lines = [
    ...[...old].filter(([name]) => !now.has(name)).map(([name, meaning]) => `- ${name} = ${meaning}`),
    ...[...now].filter(([name]) => !old.has(name)).map(([name, meaning]) => `+ ${name} = ${meaning}`),
    ...[...now].flatMap(([name, meaning]) => {
      const other = old.get(name);
      return other === undefined || other === meaning ? [] : [`~ ${name} = ${meaning}`, `  was ${other}`];
    }),
    ...reordered([...old.keys()], [...now.keys()]),
    ...changed("semantics", semantics(before), semantics(after)),
    ...changed("events", before.events.join(" "), after.events.join(" ")),
    ...changed("links", linksOf(before), linksOf(after)),
    ...changed("slots", before.slots.length, after.slots.length),
    ...changed("walks", before.scans.length, after.scans.length),
  ];
  return lines.length === 0 ? "no difference" : lines.join("\n");
}

function meanings(plan: Plan): Map<string, string> {
  return new Map(plan.columns.map(({ name, step, missing }) => [name, `${stepInWords(plan, step)}${kinds(missing)}`]));
}

function linksOf({ links = [] }: Plan): string {
  return links.map(({ values }) => values.entity).join(" ");
}

function kinds(missing: readonly string[]): string {
  return missing.length === 0 ? "" : ` [missing: ${missing.join(", ")}]`;
}

function semantics({ semantics: { number, timeZoneData } }: Plan): string {
  return `${number} (time zones ${timeZoneData})`;
}

function reordered(before: readonly string[], after: readonly string[]): string[] {
  const kept = before.filter((name) => after.includes(name));
  const order = after.filter((name) => before.includes(name));
  return kept.join("\n") === order.join("\n") ? [] : ["columns come in another order"];
}

function changed(what: string, before: string | number, after: string | number): string[] {
  return before === after ? [] : [`${what}: ${before} -> ${after}`];
}

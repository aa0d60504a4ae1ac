// Which counts may leave the vault. The asker knows who is in each cell and asks how a protected attribute is spread over
// cells; so a cell with few people, or a group with few, could give a single person away. Both are merged until nothing
// is small. A lone small one takes the next smallest along: else subtraction from the total would show it.

/** Fewest people that a group or a cell of an answer may hold. */
export const MINIMUM_PEOPLE = 10;

export const TOO_FEW = "too few";

/**
 * Group of those whose attribute was never collected, which the asker may know. They are company for nobody: they make
 * no cell and no group large enough, and stay a group of their own.
 */
export const NOT_COLLECTED = "not collected";

export interface Count {
  readonly group: string;
  readonly cell: string;
  readonly people: number;
}

export interface Answer {
  readonly [group: string]: { readonly [cell: string]: number };
}

/** Merges small cells, then small groups, into "too few"; every person is counted in exactly one place of the answer. */
export function disclose(counts: readonly Count[]): Answer {
  const collected = ({ group }: Count) => group !== NOT_COLLECTED;
  const smallCells = mergedNames(totals(counts.filter(collected), "cell"));
  const smallGroups = mergedNames(totals(counts.filter(collected), "group"));
  const answer = new Map<string, Map<string, number>>();
  for (const count of counts) {
    const group = smallGroups.has(count.group) ? TOO_FEW : count.group;
    const cell = smallCells.has(count.cell) ? TOO_FEW : count.cell;
    const row = answer.get(group) ?? new Map<string, number>();
    answer.set(group, row.set(cell, (row.get(cell) ?? 0) + count.people));
  }
  return Object.fromEntries([...answer].map(([group, row]) => [group, Object.fromEntries(row)]));
}

function totals(counts: readonly Count[], by: "group" | "cell"): Map<string, number> {
  const sums = new Map<string, number>();
  for (const count of counts) sums.set(count[by], (sums.get(count[by]) ?? 0) + count.people);
  return sums;
}

function mergedNames(sizes: ReadonlyMap<string, number>): Set<string> {
  const merged = new Set<string>();
  let people = 0;
  for (const [name, size] of [...sizes].toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))) {
    if (size >= MINIMUM_PEOPLE && (merged.size === 0 || people >= MINIMUM_PEOPLE)) break;
    merged.add(name);
    people += size;
  }
  return merged;
}

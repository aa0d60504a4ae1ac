// Finding features by words: every word must stand somewhere in what is said of a feature, and those that have it in their name
// come first.

import type { FeatureEntry } from "./feature-entry.ts";

/** All of them where nothing is asked; otherwise those that say every word, by name first, else in their own order. */
export function searchFeatures(entries: readonly FeatureEntry[], asked: string): FeatureEntry[] {
  const words = asked
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found = entries.filter((entry) => {
    const said = textOf(entry);
    return words.every((word) => said.includes(word));
  });
  const named = ({ set, name }: FeatureEntry): boolean =>
    words.every((word) => `${set}.${name}`.toLowerCase().includes(word));
  return words.length === 0 ? found : [...found.filter(named), ...found.filter((entry) => !named(entry))];
}

function textOf({ set, name, entity, sentence, expression, reason, owner, use, users, feature }: FeatureEntry): string {
  const said = [
    set,
    name,
    entity,
    sentence,
    expression,
    reason,
    owner,
    use,
    ...feature.missing,
    ...users.map((user) => `${user.name} ${user.part}`),
  ];
  return said.join("\n").toLowerCase();
}

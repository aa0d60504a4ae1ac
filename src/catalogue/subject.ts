// What a name stands for: a feature as `set.feature`, or by its own name where one set has it; or a definition of any kind.

import { AssayError, nearest } from "../base/index.ts";
import type { Catalogue, Definition, FeatureNode, FeatureSetNode } from "../define/index.ts";
import { problems } from "./errors.ts";

/** A feature among the definitions it stands on. */
export interface FeaturePlace {
  readonly definition: Definition<FeatureSetNode>;
  readonly name: string;
  readonly feature: FeatureNode;
}

export type Subject =
  | ({ readonly kind: "feature" } & FeaturePlace)
  | { readonly kind: "definition"; readonly definition: Definition };

/** Every feature, in the order of the sets. */
export function featuresIn(catalogue: Catalogue): FeaturePlace[] {
  return catalogue.definitions.flatMap((definition) => {
    if (!isSet(definition)) return [];
    return definition.node.features.map(({ name, feature }) => ({ definition, name, feature }));
  });
}

export function isSet(definition: Definition): definition is Definition<FeatureSetNode> {
  return definition.node.kind === "features";
}

/** `set` narrows to the features of one. Throws ASSAY_CATALOGUE_NO_SUCH with the nearest name, AMBIGUOUS. */
export function subjectNamed(catalogue: Catalogue, name: string, set?: string): Subject {
  const features = featuresIn(catalogue).filter(({ definition }) => set === undefined || definition.node.name === set);
  const definitions = set === undefined ? catalogue.definitions : [];
  const whole = features.filter((feature) => fullName(feature) === name);
  const found: Subject[] = [
    ...definitions
      .filter(({ node }) => node.name === name)
      .map((definition) => ({ kind: "definition" as const, definition })),
    ...(whole.length > 0 ? whole : features.filter((feature) => feature.name === name)).map(asSubject),
  ];
  if (found.length === 0) {
    const names = [
      ...definitions.map(({ node }) => node.name),
      ...features.flatMap((each) => [each.name, fullName(each)]),
    ];
    throw new AssayError(problems.NO_SUCH(`"${name}"`, { nearest: nearest(name, names) }));
  }
  // Definitions of several kinds may share a name, as a bundle and its reasons often do: the first one found is meant.
  const [first, second] = found;
  if (second?.kind === "feature")
    throw new AssayError(problems.AMBIGUOUS(`"${name}"`, { names: found.map(calledIn).join(", ") }));
  return first!;
}

function asSubject(feature: FeaturePlace): Subject {
  return { kind: "feature", ...feature };
}

/** `set.feature` */
export function fullName({ definition, name }: FeaturePlace): string {
  return `${definition.node.name}.${name}`;
}

function calledIn(subject: Subject): string {
  if (subject.kind === "feature") return fullName(subject);
  return `${subject.definition.node.kind} "${subject.definition.node.name}"`;
}

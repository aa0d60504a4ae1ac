// A bundle's definitions as a catalogue, beside what a workspace says now of the same things, so that the two compare. A bundle
// holds no labels, entities or owners, its model is the entry that won, and its reasons name roles: each side is brought to what
// both can say.

import { bindReasons, type BundleNode, type Catalogue, type Definition, type DefinitionNode, findDefinition } from "../define/index.ts";
import type { BundleDocument, BundledModel } from "../policy/index.ts";

export interface BundleSides {
  readonly before: Catalogue;
  readonly after: Catalogue;
}

/** Definitions of `now` that the bundle does not hold are on both sides, or (events and sets it never read) on none. */
export function bundleSides(document: BundleDocument, now: Catalogue): BundleSides {
  const bundle = findDefinition(now, "bundle", document.name)?.node;
  const held = new Set(heldNodes(document).map(({ kind, name }) => `${kind} ${name}`));
  const compared = ({ node }: Definition): boolean => held.has(`${node.kind} ${node.name}`);
  const unheld = now.definitions.filter(({ node }) => UNHELD.has(node.kind));
  const after = now.definitions.filter(compared).map((definition) => bound(definition, bundle, now));
  return {
    before: { definitions: [...unheld, ...heldNodes(document).map((node) => definitionOf(unbound(node, document, now), document, now))] },
    after: { definitions: [...unheld, ...after] },
  };
}

const UNHELD: ReadonlySet<DefinitionNode["kind"]> = new Set(["entity", "label"]);

function heldNodes({ events, request, featureSets, models, policy, reasons, ...document }: BundleDocument): DefinitionNode[] {
  const { baseline, jurisdiction, name, owner, validator, intendedUse, limits } = document;
  const bundle: BundleNode = {
    kind: "bundle",
    name,
    policy: policy.name,
    models: models.map(({ node }) => node.name),
    shadow: [],
    reasons: reasons.name,
    baseline: { model: baseline.model, output: baseline.output, rows: 0, on: "validation" },
    jurisdiction: jurisdiction.name,
    ...{ owner, validator, intendedUse, limits },
  };
  return [...events, request, ...featureSets.map(({ node }) => node), ...models.map(({ node }) => node), policy, reasons, bundle].map((node) => named(node, models));
}

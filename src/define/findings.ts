// The problems one definition has with the others, collected as they are found. Looking something up and telling that it is
// not there are one step, so that no check forgets the second half.

import { canonicalJson, nearest, type Problem } from "../base/index.ts";
import { find, type NodeOf, namesOf } from "./catalogue.ts";
import { problems } from "./errors.ts";
import type { Catalogue, Definition, DefinitionNode } from "./nodes.ts";

export class Findings {
  readonly catalogue: Catalogue;
  readonly thing: string;
  readonly place: { readonly place?: NonNullable<Definition["place"]> };
  readonly #found = new Map<string, Problem>();

  constructor(definition: Definition, catalogue: Catalogue) {
    this.catalogue = catalogue;
    this.thing = nameOf(definition.node);
    this.place = placed(definition);
  }

  get problems(): Problem[] {
    return [...this.#found.values()];
  }

  /** The same sentence once, however many columns lead to it. */
  tell(problem: Problem): void {
    this.#found.set(canonicalJson(problem), problem);
  }

  /** The definition of that name, or undefined and a problem. */
  need<K extends DefinitionNode["kind"]>(kind: K, name: string): NodeOf<K> | undefined {
    const node = find(this.catalogue, kind, name);
    if (node === undefined && name !== "") {
      const where = { ...this.place, nearest: nearest(name, namesOf(this.catalogue, kind)) };
      this.tell(problems.NOT_EXPORTED(this.thing, { what: `${kind} "${name}"` }, where));
    }
    return node;
  }

  needFeature(set: string, feature: string): void {
    const names = this.need("features", set)?.features.map(({ name }) => name);
    if (names === undefined || names.includes(feature)) return;
    const where = { ...this.place, nearest: nearest(feature, names) };
    this.tell(problems.MISSING_FEATURE(this.thing, { set, feature }, where));
  }

  needOutput(model: string, output: string): void {
    const names = this.need("model", model)?.outputs.map(({ name }) => name);
    if (names === undefined || names.includes(output)) return;
    const where = { ...this.place, nearest: nearest(output, names) };
    this.tell(problems.MISSING_OUTPUT(this.thing, { model, output }, where));
  }
}

/** As sentences name a definition: `features "review"`. */
export function nameOf(node: DefinitionNode): string {
  return `${node.kind} "${node.name}"`;
}

export function placed({ place }: Definition): Findings["place"] {
  return place === null ? {} : { place };
}

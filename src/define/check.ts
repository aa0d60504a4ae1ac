// What no single builder can see: mistakes between definitions. Everything is told at once.

import { canonicalJson, nearest, type Problem } from "../base/index.ts";
import { scoredColumns } from "./bind-reasons.ts";
import { find, findDefinition, namesOf } from "./catalogue.ts";
import { problems } from "./errors.ts";
import { operandsOf } from "./hashes.ts";
import type {
  ActionNode,
  BundleNode,
  Catalogue,
  Definition,
  DefinitionNode,
  EventNode,
  FeatureSetNode,
  FieldNode,
  LabelNode,
  ModelNode,
  OperandNode,
  PolicyNode,
  ReasonLibraryNode,
  RequestNode,
  RuleNode,
} from "./nodes.ts";
import { type Read, readsOf, streamReads } from "./reads.ts";

/** Every problem of a workspace's definitions: those of each, and those between them. An empty list means it compiles. */
export function checkDefinitions(definitions: readonly Definition[]): Problem[] {
  const distinct = [...new Set(definitions)];
  const catalogue: Catalogue = { definitions: distinct };
  const own = distinct.flatMap((definition) => definition.problems);
  const between = distinct.flatMap((definition) => new Checker(definition, catalogue).check());
  return [...new Set([...own, ...repeated(distinct), ...between])];
}

function repeated(definitions: readonly Definition[]): Problem[] {
  const seen = new Map<string, Definition>();
  return definitions.flatMap((definition) => {
    const what = nameOf(definition.node);
    const earlier = seen.get(what);
    if (earlier === undefined) {
      seen.set(what, definition);
      return [];
    }
    return [problems.REPEATED(what, { what, other: placeText(earlier) }, placed(definition))];
  });
}

function nameOf(node: DefinitionNode): string {
  return `${node.kind} "${node.name}"`;
}

function placeText({ place }: Definition): string {
  return place === null ? "an unknown place" : `${place.file}:${place.line}`;
}

function placed({ place }: Definition): { place?: NonNullable<Definition["place"]> } {
  return place === null ? {} : { place };
}

/** Checks one definition against the others. */
class Checker {
  readonly #found: Problem[] = [];
  readonly #definition: Definition;
  readonly #catalogue: Catalogue;
  readonly #thing: string;

  constructor(definition: Definition, catalogue: Catalogue) {
    this.#definition = definition;
    this.#catalogue = catalogue;
    this.#thing = nameOf(definition.node);
  }

  check(): Problem[] {
    const { node } = this.#definition;
    if (node.kind === "event") this.#event(node);
    if (node.kind === "request") this.#request(node);
    if (node.kind === "features") this.#features(node);
    if (node.kind === "label") this.#label(node);
    if (node.kind === "model") this.#model(node);
    if (node.kind === "reasonLibrary") this.#library(node);
    if (node.kind === "policy") this.#policy(node);
    if (node.kind === "bundle") this.#bundle(node);
    return this.#found;
  }

  #event(node: EventNode): void {
    this.#exported("entity", node.entity);
    this.#refs(node.fields);
  }

  #request(node: RequestNode): void {
    for (const party of Object.values(node.parties)) this.#exported("entity", party.entity);
    this.#refs(node.fields);
  }

  #refs(fields: EventNode["fields"]): void {
    for (const { type } of Object.values(fields)) if (type.kind === "ref") this.#exported("entity", type.entity);
  }

  #features(node: FeatureSetNode): void {
    this.#exported("entity", node.entity);
    for (const { name, feature } of node.features) {
      this.#reads(readsOf(feature.value), `feature "${name}" of "${node.name}"`);
    }
  }

  #label(node: LabelNode): void {
    this.#exported("entity", node.entity);
    const values = [node.bad, node.unclear, node.observed.kind === "by" ? node.observed.value : null];
    for (const value of values) if (value !== null) this.#reads(readsOf(value), this.#thing);
    if (node.endedBy !== null) this.#reads(streamReads(node.endedBy), this.#thing);
  }

  #reads(reads: readonly Read[], thing: string): void {
    for (const read of reads) {
      if (read.kind === "event") this.#exported("event", read.event);
      else this.#column(read, thing);
    }
  }

  #column(read: Exclude<Read, { kind: "event" }>, thing: string): void {
    const [kind, name] = read.kind === "column" ? (["event", read.event] as const) : (["request", read.request] as const);
    const owner = find(this.#catalogue, kind, name);
    if (owner === undefined) return this.#exported(kind, name);
    const field = Object.hasOwn(owner.fields, read.field) ? owner.fields[read.field] : undefined;
    if (field !== undefined && field.protection !== "none") return this.#barred(field, read.field, thing);
    if (field !== undefined && canonicalJson(field.type) === canonicalJson(read.type)) return;
    const near = field === undefined ? nearest(read.field, Object.keys(owner.fields)) : undefined;
    this.#tell(problems.MISSING_COLUMN(thing, { event: name, field: read.field }, { ...placed(this.#definition), nearest: near }));
  }

  #barred(field: FieldNode, name: string, thing: string): void {
    const rule = field.protection === "prohibited" ? problems.PROHIBITED : problems.SENSITIVE;
    this.#tell(rule(thing, { field: name }, placed(this.#definition)));
  }

  #model(node: ModelNode): void {
    this.#exported("label", node.label);
    for (const { set, features } of node.inputs) {
      for (const feature of features) this.#feature(set, feature);
    }
  }

  #library(node: ReasonLibraryNode): void {
    const groups = new Map<string, string[]>();
    for (const reason of node.reasons) {
      for (const member of reason.group) {
        const [set = "", feature = ""] = member.split(".");
        this.#feature(set, feature);
        groups.set(member, [...(groups.get(member) ?? []), reason.name]);
      }
    }
    for (const [feature, names] of groups) {
      if (names.length < 2) continue;
      this.#tell(problems.TWO_GROUPS(this.#thing, { feature, groups: names.join(", ") }, placed(this.#definition)));
    }
  }

  #feature(set: string, feature: string): void {
    const node = find(this.#catalogue, "features", set);
    if (node === undefined) return this.#exported("features", set);
    const names = node.features.map(({ name }) => name);
    if (names.includes(feature)) return;
    const where = { ...placed(this.#definition), nearest: nearest(feature, names) };
    this.#tell(problems.MISSING_FEATURE(this.#thing, { set, feature }, where));
  }

  #policy(node: PolicyNode): void {
    const request = find(this.#catalogue, "request", node.request);
    if (request === undefined) this.#exported("request", node.request);
    for (const rule of node.rules) {
      for (const operand of rule.kind === "bands" ? [] : operandsOf(rule.when)) this.#operand(operand, request);
      if (rule.kind === "bands") this.#output(rule.on.model, rule.on.output);
      for (const term of offered(rule)) this.#asked(term, request);
    }
  }

  #operand(operand: OperandNode, request: RequestNode | undefined): void {
    if (operand.kind === "value") this.#feature(operand.set, operand.feature);
    if (operand.kind === "output") this.#output(operand.model, operand.output);
    if (operand.kind === "asked") this.#asked(operand.field, request);
  }

  #output(model: string, output: string): void {
    const node = find(this.#catalogue, "model", model);
    if (node === undefined) return this.#exported("model", model);
    if (node.outputs.some(({ name }) => name === output)) return;
    const expected = `an output of model "${model}", got "${output}"`;
    this.#tell(problems.BAD_ARGUMENT(this.#thing, { expected }, placed(this.#definition)));
  }

  #asked(field: string, request: RequestNode | undefined): void {
    if (request === undefined || Object.hasOwn(request.fields, field)) return;
    const where = { ...placed(this.#definition), nearest: nearest(field, Object.keys(request.fields)) };
    this.#tell(problems.MISSING_COLUMN(this.#thing, { event: request.name, field }, where));
  }

  #bundle(node: BundleNode): void {
    this.#exported("policy", node.policy);
    this.#exported("reasonLibrary", node.reasons);
    for (const model of [...node.models, ...node.shadow]) this.#exported("model", model);
    const policy = find(this.#catalogue, "policy", node.policy);
    const models = [...node.models, ...node.shadow].flatMap((name) => find(this.#catalogue, "model", name) ?? []);
    const roles = this.#roles(models);
    if (policy !== undefined) this.#policyInBundle(policy, node, roles);
    this.#scored(node);
  }

  /** Role → the one feature set that the models bind to it. */
  #roles(models: readonly ModelNode[]): ReadonlyMap<string, string> {
    const sets = new Map<string, Set<string>>();
    for (const { role, set } of models.flatMap((model) => model.inputs)) {
      sets.set(role, (sets.get(role) ?? new Set()).add(set));
    }
    for (const [role, bound] of sets) {
      if (bound.size < 2) continue;
      const params = { role, sets: [...bound].join(", ") };
      this.#tell(problems.TWO_SETS_FOR_A_ROLE(this.#thing, params, placed(this.#definition)));
    }
    return new Map([...sets].map(([role, bound]) => [role, [...bound][0]!]));
  }

  #policyInBundle(policy: PolicyNode, node: BundleNode, roles: ReadonlyMap<string, string>): void {
    const request = find(this.#catalogue, "request", policy.request);
    if (request !== undefined) this.#partiesBound(request, roles);
    for (const operand of policy.rules.flatMap((rule) => (rule.kind === "bands" ? [] : operandsOf(rule.when)))) {
      if (operand.kind !== "value" || roles.get(operand.role) === operand.set) continue;
      const params = { operand: `${operand.set}.${operand.feature}`, role: operand.role };
      this.#tell(problems.VALUE_NOT_IN_BUNDLE(this.#thing, params, placed(this.#definition)));
    }
    const library = find(this.#catalogue, "reasonLibrary", node.reasons);
    const known = new Set(library?.reasons.map((reason) => reason.name));
    for (const rule of policy.rules) {
      if (rule.kind === "bands" || rule.because === null || known.has(rule.because)) continue;
      this.#tell(problems.REASON_NOT_IN_BUNDLE(this.#thing, { reason: rule.because }, placed(this.#definition)));
    }
  }

  #partiesBound(request: RequestNode, roles: ReadonlyMap<string, string>): void {
    for (const [role, set] of roles) {
      const entity = find(this.#catalogue, "features", set)?.entity;
      const party = Object.hasOwn(request.parties, role) ? request.parties[role] : undefined;
      if (entity === undefined || party?.entity === entity) continue;
      this.#tell(problems.UNKNOWN_ROLE(this.#thing, { role, request: request.name }, placed(this.#definition)));
    }
  }

  /** Every scored feature needs a reason: a group of the library, or a text of its own. */
  #scored(node: BundleNode): void {
    const library = find(this.#catalogue, "reasonLibrary", node.reasons);
    if (library === undefined) return;
    const grouped = new Set(library.reasons.flatMap((reason) => reason.group));
    for (const { set, feature, model, column } of scoredColumns(node.models, this.#catalogue)) {
      if (grouped.has(`${set}.${feature}`)) continue;
      const definition = findDefinition(this.#catalogue, "features", set);
      if (definition === undefined || definition.document.texts[feature] !== undefined) continue;
      this.#tell(problems.NO_REASON(this.#thing, { feature: column, model }, placed(this.#definition)));
    }
  }

  #exported(kind: DefinitionNode["kind"], name: string): void {
    if (name === "" || find(this.#catalogue, kind, name) !== undefined) return;
    const where = { ...placed(this.#definition), nearest: nearest(name, namesOf(this.#catalogue, kind)) };
    this.#tell(problems.NOT_EXPORTED(this.#thing, { what: `${kind} "${name}"` }, where));
  }

  /** The same sentence once, however many columns lead to it. */
  #tell(problem: Problem): void {
    const text = canonicalJson(problem);
    if (!this.#found.some((told) => canonicalJson(told) === text)) this.#found.push(problem);
  }
}

function offered(rule: RuleNode): string[] {
  if (rule.kind !== "bands") return [];
  const actions: ActionNode[] = [...rule.bands.map((band) => band.action), rule.otherwise];
  return actions.flatMap((action) => ("offer" in action ? Object.values(action.offer).map((term) => term.asked) : []));
}

// Where a feature comes from and where it goes: source → field of an event → row expression → aggregate → feature → model,
// policy, reasons → bundle. Plain data in layers, for lines and for pictures.

import {
  type Catalogue,
  type FeatureNode,
  partsOf,
  printRow,
  printValue,
  type Read,
  readsOf,
  type ValueNode,
} from "../define/index.ts";
import { type FeaturePlace, fullName } from "./subject.ts";
import { usersOf } from "./users.ts";

export const layers = ["source", "field", "row", "aggregate", "feature", "user", "bundle"] as const;
export type Layer = (typeof layers)[number];

export interface LineageNode {
  /** Unique within its lineage. */
  readonly id: string;
  readonly layer: Layer;
  readonly text: string;
}

export interface Lineage {
  readonly nodes: readonly LineageNode[];
  /** From the earlier node to the later one, by id. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** Event → who sends it, where that is known. */
export type SourcesOfEvents = { readonly [event: string]: readonly string[] };

export function lineageOf(place: FeaturePlace, catalogue: Catalogue, sources: SourcesOfEvents): Lineage {
  const drawn = new Drawing();
  const feature = drawn.node("feature", fullName(place));
  for (const leaf of leavesOf(place.feature.value)) drawLeaf(drawn, leaf, place.feature, feature, sources);
  for (const { kind, name, part } of usersOf(
    { kind: "features", name: place.definition.node.name, feature: place.name },
    catalogue,
  )) {
    const user = drawn.node("user", `${KINDS[kind] ?? kind} ${name}`, part);
    drawn.edge(feature, user);
    for (const bundle of usersOf({ kind, name }, catalogue).filter((each) => each.kind === "bundle")) {
      drawn.edge(user, drawn.node("bundle", `bundle ${bundle.name}`));
    }
  }
  return drawn.lineage();
}

const KINDS: { readonly [kind: string]: string } = { reasonLibrary: "reasons" };

/** The values that read events or the request, each once. */
function leavesOf(value: ValueNode): ValueNode[] {
  const parts = partsOf(value);
  if (parts.length > 0) return parts.flatMap(leavesOf);
  return value.kind === "literal" ? [] : [value];
}

function drawLeaf(
  drawn: Drawing,
  leaf: ValueNode,
  { value }: FeatureNode,
  feature: string,
  sources: SourcesOfEvents,
): void {
  // A feature that is one aggregate and no more is that aggregate.
  const into = leaf === value || leaf.kind === "asked" ? feature : drawn.node("aggregate", printValue(leaf));
  if (into !== feature) drawn.edge(into, feature);
  if (leaf.kind === "aggregate" && leaf.row !== null && leaf.row.kind !== "field") {
    const bare = { ...leaf.stream, filter: null };
    const row = drawn.node("row", printRow(leaf.row, bare));
    drawn.edge(row, into);
    drawReads(drawn, readsOf({ ...leaf, stream: bare, window: { kind: "ever" } }), row, sources);
    // What its filter and its window read beside the row.
    const beside = readsOf({ ...leaf, row: null }).filter((read) => read.kind !== "event");
    drawReads(drawn, beside, into, sources);
    return;
  }
  drawReads(drawn, readsOf(leaf), into, sources);
}

/** Fields, or the event alone where only its coming counts. */
function drawReads(drawn: Drawing, reads: readonly Read[], into: string, sources: SourcesOfEvents): void {
  const columns = reads.filter((read) => read.kind !== "event");
  for (const read of reads) {
    if (read.kind === "event" && columns.some((column) => "event" in column && column.event === read.event)) continue;
    const field = drawn.node("field", textOf(read));
    drawn.edge(field, into);
    if (read.kind === "asked") drawn.edge(drawn.node("source", "the request"), field);
    else for (const source of sources[read.event] ?? []) drawn.edge(drawn.node("source", source), field);
  }
}

function textOf(read: Read): string {
  if (read.kind === "event") return read.event;
  return read.kind === "column" ? `${read.event}.${read.field}` : `${read.request}.${read.field}`;
}

class Drawing {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges = new Map<string, readonly [string, string]>();

  node(layer: Layer, text: string, part = ""): string {
    const id = `${layer} ${text}${part === "" ? "" : ` ${part}`}`;
    this.#nodes.set(id, { id, layer, text: part === "" ? text : `${text}: ${part}` });
    return id;
  }

  edge(from: string, to: string): void {
    this.#edges.set(`${from}\u0000${to}`, [from, to]);
  }

  /** Nodes by layer, in the order they were met. */
  lineage(): Lineage {
    const nodes = layers.flatMap((layer) => [...this.#nodes.values()].filter((node) => node.layer === layer));
    return { nodes, edges: [...this.#edges.values()] };
  }
}

// The first card holders of the shipped file, with the values that the shipped definitions give them: what the gallery's
// decisions and evidence are made from.

import { parseInstant } from "../../src/base/index.ts";
import { compileKernel, type HistoryEvent, type HistorySchema, layOutHistory } from "../../src/compile/index.ts";
import {
  bindReasons,
  type BundleNode,
  type Catalogue,
  collectDefinitions,
  type EventNode,
  type FeatureSetNode,
  findDefinition,
  type ModelNode,
  meaningHash,
  type PolicyNode,
  type RequestNode,
} from "../../src/define/index.ts";
import type { DecideInput } from "../../src/policy/index.ts";
import * as missedPayment from "../../examples/card-lines/definitions/missed-payment.ts";
import * as models from "../../examples/card-lines/definitions/models.ts";
import * as policies from "../../examples/card-lines/definitions/policy.ts";
import * as portfolio from "../../examples/card-lines/definitions/portfolio.ts";
import * as reasons from "../../examples/card-lines/definitions/reasons.ts";
import * as reviews from "../../examples/card-lines/definitions/review.ts";
import {
  type CardHolder,
  cardHolders,
  entityOf,
  eventsOf,
  reviewedAt,
  type SourceEvent,
} from "../../examples/card-lines/source.ts";

const modules = [missedPayment, models, policies, portfolio, reasons, reviews];
const catalogue: Catalogue = { definitions: modules.flatMap((module) => collectDefinitions(module, "example")) };

function nodeNamed<N>(kind: string, name: string): N {
  const found = catalogue.definitions.find(({ node }) => node.kind === kind && node.name === name);
  if (found === undefined) throw new Error(`the example defines no ${kind} ${name}`);
  return found.node as N;
}

const bundleNode = nodeNamed<BundleNode>("bundle", "card-lines");

export const example = {
  bundle: bundleNode,
  policy: nodeNamed<PolicyNode>("policy", bundleNode.policy),
  model: nodeNamed<ModelNode>("model", bundleNode.models[0]!),
  review: nodeNamed<FeatureSetNode>("features", "review"),
  request: nodeNamed<RequestNode>("request", "lineRequest"),
  events: catalogue.definitions.map(({ node }) => node).filter((node): node is EventNode => node.kind === "event"),
  reasons: bindReasons(bundleNode, catalogue),
};

const schema: HistorySchema = Object.fromEntries(example.events.map((node) => [node.name, node]));

export const reviewMeaning = meaningHash(findDefinition(catalogue, "features", example.review.name)!, catalogue);
const kernel = compileKernel(example.review, schema, { meaningHash: reviewMeaning, request: example.request });

export const t = parseInstant(reviewedAt)!;

export interface Holder {
  readonly row: CardHolder;
  readonly entity: string;
  readonly values: DecideInput["values"][string];
  /** 1 where October's payment was missed. */
  readonly missed: number;
}

/** The first `count` holders of the file, in its order. */
export async function firstHolders(count: number): Promise<Holder[]> {
  const holders: Holder[] = [];
  for await (const row of cardHolders()) {
    holders.push(holderOf(row));
    if (holders.length === count) break;
  }
  return holders;
}

function holderOf(row: CardHolder): Holder {
  const entity = entityOf(row);
  const history = layOutHistory(entity, eventsOf(row).map(stored), schema);
  const numbers = new Float64Array(kernel.columns.length);
  const kinds = new Uint8Array(kernel.columns.length);
  kernel.evaluate(history, t, { increase: Number(row["LIMIT_BAL"]) / 4 }, numbers, kinds, 0);
  return { row, entity, values: { numbers, kinds }, missed: Number(row["default payment next month"]) };
}

/** As ingest would store it: amounts in minor units, protected fields gone. */
function stored({ event, entity, source, eventId, at, knownAt, fields }: SourceEvent): HistoryEvent {
  const node = schema[event]!;
  const happened = parseInstant(at)!;
  const kept = Object.entries(node.fields).filter(([, field]) => field.protection === "none");
  return {
    event,
    entity,
    source,
    eventId,
    seq: null,
    at: happened,
    knownAt: knownAt === undefined ? happened + node.delayMicros : parseInstant(knownAt)!,
    retracted: false,
    fields: Object.fromEntries(
      kept.map(([name, { type }]) => {
        const given = fields[name];
        if (given === undefined) return [name, null];
        return [name, Number(given) * (type.kind === "money" ? 10 ** type.scale : 1)];
      }),
    ),
  };
}

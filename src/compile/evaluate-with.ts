// A kernel's values for whoever can read any history: who is linked, what is computed of them, and then the set itself. Online
// reading, tests and small jobs go this way; back-fills, which read bucket by bucket, take the same steps apart.

import { missingCode } from "../base/index.ts";
import type { EntityHistory } from "./history.ts";
import type { Kernel, RelatedValues, RequestValues } from "./kernel-types.ts";

/** The history of an entity of some kind, as far as these event types go; an unknown id has an empty one. */
export type HistoryOf = (entityType: string, id: string, events: readonly string[]) => EntityHistory;

/** As `Kernel.evaluate`, reading linked histories by `historyOf`. */
export function evaluateWith(
  kernel: Kernel,
  history: EntityHistory,
  t: number,
  request: RequestValues,
  historyOf: HistoryOf,
  out: Float64Array,
  kinds: Uint8Array,
  offset: number,
): void {
  if (kernel.links.length === 0) kernel.evaluate(history, t, request, out, kinds, offset);
  else kernel.evaluate(history, t, request, out, kinds, offset, linkedValues(kernel, history, t, historyOf));
}

function linkedValues(kernel: Kernel, history: EntityHistory, t: number, historyOf: HistoryOf): RelatedValues {
  const related = nobodyLinked(kernel);
  let place = 0;
  for (const [index, link] of kernel.links.entries()) {
    const id = kernel.resolve(history, t, index);
    if (id !== null) {
      const linked = historyOf(link.entity, id, link.kernel.events);
      link.kernel.evaluate(linked, t, {}, related.numbers, related.kinds, place);
    }
    place += link.kernel.columns.length;
  }
  return related;
}

/** How many values a kernel reads of linked entities. */
export function relatedWidth(kernel: Kernel): number {
  return kernel.links.reduce((sum, link) => sum + link.kernel.columns.length, 0);
}

function nobodyLinked(kernel: Kernel): RelatedValues {
  const cells = relatedWidth(kernel);
  const numbers = new Float64Array(cells).fill(Number.NaN);
  return { numbers, kinds: new Uint8Array(cells).fill(missingCode("not linked")), offset: 0 };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock, formatInstant, instant, MICROS_PER_DAY } from "../base/index.ts";
import { openHistory, type Snapshot } from "../history/index.ts";
import { readTable } from "../storage/index.ts";
import {
  ASKED_AT,
  firstCutOff,
  lastCutOff,
  openSmallHistory,
  type SmallHistory,
  schema,
} from "./fixtures/small-history.ts";
import { buildDataset, labelsAt } from "./index.ts";

let small: SmallHistory;
beforeAll(async () => {
  small = await openSmallHistory();
});
afterAll(() => small.close());

const label = () => small.request().label.node;

describe("outcomes joined back", () => {
  it("are what a dataset of the same cut-off learns from", async () => {
    const built = await buildDataset(small.request(), small.site(1));
    const { columns } = await readTable([built.file]);
    const ids = columns["decision_id"]!.values as readonly string[];
    const learnt = new Map(ids.map((id, row) => [id, columns["label"]!.values[row]]));
    const spine = small.request().spine;
    const rows = spine.map(({ parties, t }) => ({ entity: parties["applicant"]!, t }));
    const cutOffs = [firstCutOff, lastCutOff];
    const labels = await labelsAt({ rows, snapshot: small.snapshot, schema, label: label(), cutOffs });
    const joined = spine.map(({ decisionId }, row) => [decisionId, labels.label[row]]);
    expect(joined).toEqual(spine.map(({ decisionId }) => [decisionId, learnt.get(decisionId) ?? Number.NaN]));
    const firstAt = (i: number) => labels.knownFrom.filter((first) => first === i).length;
    // Half became known before the first cut-off; eleven were never heard of and four are too young.
    expect([firstAt(0), firstAt(1), firstAt(-1)]).toEqual([30, 20, 15]);
    expect(labels.status.filter((status) => status === "immature")).toHaveLength(4);
    expect(labels.status.at(-1)).toBe("notObserved");
  });

  it("are all unknown where nobody has a history, and nobody asked gives nothing", async () => {
    const rows = [{ entity: "nobody", t: ASKED_AT }];
    const ask = { snapshot: small.snapshot, schema, label: label(), cutOffs: [lastCutOff] };
    expect(await labelsAt({ ...ask, rows })).toMatchObject({
      knownFrom: Int32Array.of(-1),
      label: Float64Array.of(Number.NaN),
      status: ["notObserved"],
    });
    expect((await labelsAt({ ...ask, rows: [] })).status).toEqual([]);
  });
});

describe("an outcome that changes", () => {
  const day = (days: number) => formatInstant(ASKED_AT + days * MICROS_PER_DAY);
  const outcome = (entity: string, missed: boolean, knownDay: number, more: object = {}) => ({
    event: "outcome",
    entity,
    eventId: `${entity}:outcome`,
    at: day(20),
    knownAt: day(knownDay),
    fields: { missed },
    ...more,
  });
  let folder: string;
  let snapshot: Snapshot;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assay-labels-"));
    const vault = { store: () => Promise.reject(new Error("nothing here is protected")) };
    const clock = fixedClock(instant("2026-01-01T00:00:00Z"));
    const history = await openHistory(folder, { schema, vault, clock });
    const { quarantined } = await history.ingest(
      [
        outcome("turns bad", false, 25),
        outcome("turns bad", true, 50),
        outcome("turns good", true, 25),
        outcome("turns good", false, 90),
        outcome("taken back", true, 25),
        outcome("taken back", true, 60, { retracted: true }),
        outcome("contradicts", false, 25),
        outcome("contradicts", true, 55, { eventId: "contradicts:another" }),
      ],
      { source: "core" },
    );
    expect(quarantined).toEqual([]);
    snapshot = await history.seal();
    await history.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const at = async (entity: string, days: readonly number[]) => {
    const cutOffs = days.map((count) => ASKED_AT + count * MICROS_PER_DAY);
    const labels = await labelsAt({ rows: [{ entity, t: ASKED_AT }], snapshot, schema, label: label(), cutOffs });
    return [labels.knownFrom[0], labels.firstLabel[0], labels.label[0], labels.status[0]];
  };

  it("counts as the later one from the cut-off at which that is known", async () => {
    expect(await at("turns bad", [10, 40, 49])).toEqual([1, 0, 0, "good"]);
    expect(await at("turns bad", [10, 40, 50])).toEqual([1, 0, 1, "bad"]);
    expect(await at("turns good", [40, 89])).toEqual([0, 1, 1, "bad"]);
    expect(await at("turns good", [40, 100])).toEqual([0, 1, 0, "good"]);
  });

  it("is unknown again once it is taken back", async () => {
    expect(await at("taken back", [40, 59])).toEqual([0, 1, 1, "bad"]);
    expect(await at("taken back", [40, 100])).toEqual([0, 1, Number.NaN, "notObserved"]);
  });

  it("is bad where two events say both", async () => {
    expect(await at("contradicts", [40, 54])).toEqual([0, 0, 0, "good"]);
    expect(await at("contradicts", [40, 100])).toEqual([0, 0, 1, "bad"]);
  });

  it("is immature while its window is open, whatever is known of it", async () => {
    expect(await at("turns good", [26])).toEqual([-1, Number.NaN, Number.NaN, "immature"]);
  });
});

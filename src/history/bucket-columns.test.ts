// The columnar road against its slow twin: both give the same bits on any valid history, in any number of runs.

import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { removeTemporaryFolders } from "./fixture.ts";
import { asWritten, byName, happening, histories, type RunRow, rowsOf, sealed, twin } from "./table-fixture.ts";

afterAll(removeTemporaryFolders);

test.each([
  ["one run", (row: RunRow) => ({ ...row, run: 2 })],
  ["runs by when rows were known", (row: RunRow) => ({ ...row, run: Math.min(3, row.event.knownAt >> 3) })],
  ["rows in any run", (row: RunRow) => row],
  ["most rows in one run", (row: RunRow) => ({ ...row, run: row.run === 6 ? 3 : 2 })],
])("%s: the columnar road gives what layOutHistory gives, bit for bit", async (_name, placed) => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 30 }), fc.nat({ max: 1 }), async (made, bits) => {
      const rows = rowsOf(made).map(placed).map(asWritten);
      const read = await histories(await sealed(rows, bits));
      expect(byName(read)).toEqual(byName(twin(rows)));
      const names = read.map(({ entity }) => Buffer.from(entity));
      if (bits === 0) expect(names).toEqual(names.toSorted(Buffer.compare));
    }),
    { numRuns: 30 },
  );
});

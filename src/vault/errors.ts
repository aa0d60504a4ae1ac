import { problemTable } from "../base/index.ts";

export const problems = problemTable("VAULT", {
  ERASED: (_: object) => ({
    rule: "the key of this person was destroyed, and with it everything sealed under it",
    wayOut: "Nothing can bring it back; what is not personal in the record can still be verified",
  }),
  NO_KEY: (_: object) => ({
    rule: "nothing was ever sealed for this person here",
    wayOut: "Check that the person and the workspace are the right ones",
  }),
  DAMAGED: (_: object) => ({
    rule: "the sealed bytes were changed, cut off, or sealed for someone else",
    wayOut: "Restore them from a backup",
  }),
  MASTER_KEY_MISSING: (_: object) => ({
    rule: "the master key file is gone, and keys wrapped by it exist in the database",
    wayOut: "Restore the file from a backup; a new one could open nothing",
  }),
  MASTER_KEY_WRONG: (p: { detail: string }) => ({
    rule: p.detail,
    wayOut: "Restore the file that belongs to this workspace's database from a backup",
  }),
  MASTER_KEY_EXPOSED: (p: { mode: string }) => ({
    rule: `the master key file may be read by other users (mode ${p.mode})`,
    wayOut: "Run chmod 600 on it, and consider who may have read it",
  }),
  TWO_CELLS: (p: { first: string; second: string }) => ({
    rule: `one member is counted in two cells, "${p.first}" and "${p.second}"`,
    wayOut: "Ask once for each way of dividing the members",
  }),
  BANDS: (p: { detail: string }) => ({
    rule: p.detail,
    wayOut: "Write bands as [from, to) in rising order, without overlap",
  }),
});

import { problemTable } from "../base/index.ts";

export const problems = problemTable("STORAGE", {
  NOT_FOUND: (p: { folder: string }) => ({
    rule: `no object with this hash in ${p.folder}`,
    wayOut: "Rebuild the step that made it, or restore the folder from a backup",
  }),
  WRONG_HASH: (p: { actual: string }) => ({
    rule: `the stored bytes hash to ${p.actual}: they were changed or damaged`,
    wayOut: "Delete the file and rebuild the step that made it, or restore it from a backup",
  }),
  NOT_A_HASH: (_: object) => ({
    rule: "an object is named by 64 lower-case hexadecimal digits",
    wayOut: "Pass the hash that put() returned",
  }),
  DISK_FULL: (p: { doing: string }) => ({
    rule: `the disk became full ${p.doing}; nothing half-written was published`,
    wayOut: "Free some space and run the command again: finished steps are kept",
  }),
  UNSAFE_INTEGER: (p: { row: number; value: string }) => ({
    rule: `row ${p.row} holds ${p.value}, which is not an integer of at most 2^53 - 1`,
    wayOut: "Keep such values as text, or scale them",
  }),
  COLUMN_MISMATCH: (p: { detail: string }) => ({
    rule: p.detail,
    wayOut: "Give every column the same number of rows, a name of its own and values that fit its type",
  }),
  UNREADABLE_COLUMN: (p: { type: string }) => ({
    rule: `has the Parquet type ${p.type}, which no typed column can hold`,
    wayOut: "Cast it to double, bigint, integer, boolean or varchar before writing the file",
  }),
  TABLE_FAILED: (p: { detail: string }) => ({
    rule: `the table engine says: ${p.detail}`,
    wayOut: "Check that the file exists, is a whole Parquet file and has the columns asked for",
  }),
  QUERY_REFUSED: (p: { why: string }) => ({
    rule: `it cannot be answered: ${p.why}`,
    wayOut: "Write one SELECT over the views of the event types; nothing else can be read",
  }),
  POSTGRES_MISSING: (p: { platform: string }) => ({
    rule: `no PostgreSQL binaries are installed for ${p.platform}`,
    wayOut: "Run npm ci again with optional dependencies, or point the workspace at a PostgreSQL of your own",
  }),
  POSTGRES_AS_ROOT: (p: { detail: string }) => ({
    rule: `PostgreSQL refuses to run as root, and neither a user namespace nor another user worked here (${p.detail})`,
    wayOut: "Run Assay as an ordinary user, or point the workspace at a PostgreSQL of your own",
  }),
  POSTGRES_VERSION: (p: { found: string; wanted: string }) => ({
    rule: `the data was written by PostgreSQL ${p.found}, this Assay brings ${p.wanted}`,
    wayOut: "Use the Assay release that wrote it, or move this folder away and run the steps again",
  }),
  POSTGRES_FAILED: (p: { doing: string; detail: string; log: string }) => ({
    rule: `PostgreSQL failed while ${p.doing}: ${p.detail}`,
    wayOut: `Read ${p.log}, then run the command again`,
  }),
  SOCKET_PATH_TOO_LONG: (p: { bytes: number }) => ({
    rule: `the socket path takes ${p.bytes} bytes, the system allows 107`,
    wayOut: "Set TMPDIR to a folder with a shorter path, such as /tmp",
  }),
  SOCKET_FOLDER_NOT_OURS: (_: object) => ({
    rule: "the socket folder must be a folder of ours that nobody else can enter, and it is not",
    wayOut: "Remove it, or set TMPDIR to a folder of your own",
  }),
  LOCKED: (p: { seconds: number }) => ({
    rule: `another command has been starting or stopping the database for ${p.seconds} seconds`,
    wayOut: "Wait for it, or end it, then run the command again",
  }),
  UNREACHABLE: (p: { detail: string }) => ({
    rule: `PostgreSQL does not answer: ${p.detail}`,
    wayOut: "Check the address, the user and that the server runs and accepts this machine",
  }),
  MIGRATION_FAILED: (p: { migration: string; detail: string }) => ({
    rule: `migration ${p.migration} failed and was undone: ${p.detail}`,
    wayOut: "Check that this Assay is not older than the workspace, then run the command again",
  }),
});

// What opens the engines of a workspace. A module of its own, because it loads databases: whoever asks for none waits for none.

export { applicationEvents, migrations as decisionMigrations, RecordStore } from "../decisions/index.ts";
export { currentSnapshot, openHistory } from "../history/index.ts";
export { openRegistry } from "../registry/index.ts";
export { directoryObjects, externalPostgres, migrate, openMetadata } from "../storage/index.ts";
export { openVault } from "../vault/index.ts";
export { documentSink } from "./document-sink.ts";

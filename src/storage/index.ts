export { publishBytes, syncFolder } from "./atomic-file.ts";
export type { Metadata, Stop } from "./metadata.ts";
export { externalPostgres, openMetadata } from "./metadata.ts";
export { migrate } from "./migrate.ts";
export type { ObjectStore } from "./objects.ts";
export { directoryObjects } from "./objects.ts";
export type { ReadTable, TableColumn, TableColumnType, WrittenTable } from "./table-columns.ts";
export { readTable } from "./table-read.ts";
export { writeTable } from "./table-write.ts";

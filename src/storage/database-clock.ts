// The database's clock, which all processes of a workspace share: microseconds since 1970.

import { sql } from "kysely";

const NOW = "(extract(epoch from clock_timestamp()) * 1000000)::int8";

export const nowMicros = sql<number>`${sql.raw(NOW)}`;
/** Type and default of a column that says when its row came. */
export const stampedNow = `int8 not null default ${NOW}`;

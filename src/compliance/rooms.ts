// What each room holds of a person, and how it lets go of it. A room is looked at when its turn comes, what it held is kept
// for the receipt, and letting go twice is letting go once: so an erasure that was cut off goes on.

import type { Kysely } from "kysely";
import { type Hash, hashText } from "../base/index.ts";
import {
  type DatasetHolding,
  datasetsHolding,
  type SequencesHolding,
  sequencesHolding,
  spineWithout,
  withdrawDatasets,
  withdrawSequences,
} from "../datasets/index.ts";
import {
  type DecisionTables,
  forgetRecords,
  type PersonRecords,
  type RecordHoldings,
  type RecordStore,
  recordHoldings,
  recordsOf,
} from "../decisions/index.ts";
import type { History, HistoryHoldings } from "../history/index.ts";
import type { Registry } from "../registry/index.ts";
import type { Metadata } from "../storage/index.ts";
import type { Vault, VaultHoldings } from "../vault/index.ts";
import type { ForgottenObject } from "./receipt.ts";

/** The rooms of a workspace, opened by somebody else. */
export interface ErasureSite {
  readonly metadata: Metadata;
  readonly vault: Pick<Vault, "holdingsOf" | "forget" | "tombstoneOf" | "erased">;
  readonly records: Pick<RecordStore, "decisions">;
  readonly history: Pick<History, "holdingsOf" | "forget">;
  readonly registry: Pick<
    Registry,
    | "artefactsHolding"
    | "artefact"
    | "saveArtefact"
    | "saveLineage"
    | "standIn"
    | "forgetBytes"
    | "runs"
    | "children"
    | "releases"
  >;
  /** Folder of the datasets. */
  readonly datasetsFolder: string;
  /** Folder of built sequences. */
  readonly sequencesFolder: string;
  /** Of Assay. */
  readonly release: string;
}

export interface Person {
  readonly entity: string;
  readonly tombstone: string;
  /** What goes with them: their applications are entities too. */
  readonly applications: readonly string[];
}

/** Written where it must be told why something is no longer there. */
const WHY = "it held a person who was erased";

export interface Room<Found> {
  look(person: Person): Promise<Found>;
  forget(person: Person, found: Found): Promise<void>;
  isEmpty(found: Found): boolean;
}

export interface Rooms {
  readonly vault: Room<VaultHoldings>;
  readonly decisions: Room<PersonRecords & { readonly holdings: RecordHoldings }>;
  readonly history: Room<HistoryHoldings>;
  readonly datasets: Room<readonly DatasetHolding[]>;
  readonly sequences: Room<readonly SequencesHolding[]>;
  readonly registry: Room<readonly ForgottenObject[]>;
}

/** In the order of their turns: the vault first, for from then on nothing of the person is taken in. */
export function roomsOf(site: ErasureSite): Rooms {
  const { vault, history, datasetsFolder, sequencesFolder } = site;
  return {
    vault: {
      look: ({ entity }) => vault.holdingsOf(entity),
      forget: ({ entity }) => vault.forget(entity),
      isEmpty: ({ attributes, keys }) => attributes + keys === 0,
    },
    decisions: decisionsRoom(site),
    history: {
      look: (person) => history.holdingsOf(idsOf(person)),
      forget: (person) => history.forget(idsOf(person)),
      isEmpty: ({ events, redacted, quarantined }) => events + redacted + quarantined === 0,
    },
    datasets: {
      look: ({ entity }) => datasetsHolding(datasetsFolder, [entity]),
      forget: (_, found) =>
        withdrawDatasets(
          datasetsFolder,
          found.map(({ dataset }) => dataset),
          WHY,
        ),
      isEmpty: (found) => found.length === 0,
    },
    sequences: {
      look: ({ entity }) => sequencesHolding(sequencesFolder, [entity]),
      forget: (_, found) =>
        withdrawSequences(
          sequencesFolder,
          found.map(({ sequences }) => sequences),
          WHY,
        ),
      isEmpty: (found) => found.length === 0,
    },
    registry: registryRoom(site),
  };
}

function idsOf({ entity, applications }: Person): string[] {
  return [entity, ...applications];
}

function decisionsRoom({ metadata, records }: ErasureSite): Rooms["decisions"] {
  const db = metadata.db as Kysely<DecisionTables>;
  return {
    async look({ entity }) {
      const found = await recordsOf(db, records, entity);
      return { ...found, holdings: await recordHoldings(db, found) };
    },
    forget: ({ tombstone }, found) => forgetRecords(db, found, tombstone),
    isEmpty: ({ decisions }) => decisions.length === 0,
  };
}

/** Only spines hold people: what else is kept there is sums, models and definitions. */
const SPINE = "spine";

function registryRoom({ registry }: ErasureSite): Rooms["registry"] {
  const without = async (hash: Hash, entity: string) => {
    const text = Buffer.from(await registry.artefact(hash)).toString();
    const left = spineWithout(text, new Set([entity]));
    return left === text ? undefined : left;
  };
  return {
    async look({ entity }) {
      const found: ForgottenObject[] = [];
      for (const { hash } of await registry.artefactsHolding(SPINE, [JSON.stringify(entity)])) {
        const left = await without(hash, entity);
        if (left !== undefined) found.push({ hash, kind: SPINE, successor: left === null ? null : hashText(left) });
      }
      return found.filter(({ hash }, i) => found.findIndex((one) => one.hash === hash) === i);
    },
    async forget({ entity }, found) {
      const names = new Map(
        (await registry.artefactsHolding(SPINE, [JSON.stringify(entity)])).map((one) => [one.hash, one.name]),
      );
      for (const { hash, successor } of found) {
        const name = names.get(hash);
        if (name === undefined) continue;
        if (successor !== null) {
          await registry.saveArtefact(SPINE, name, Buffer.from((await without(hash, entity))!));
          await registry.saveLineage(successor, [{ hash, role: "erased from" }]);
        }
        await registry.forgetBytes(hash, { reason: WHY, successor });
      }
    },
    isEmpty: (found) => found.length === 0,
  };
}

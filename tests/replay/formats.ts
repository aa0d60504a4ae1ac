// Every format in which Assay keeps something that a later release must still read. See README.md for adding a version.

import { catalogueFormats } from "./catalogue-formats.ts";
import { complianceFormats } from "./compliance-formats.ts";
import { datasetFormats } from "./dataset-formats.ts";
import { decisionFormats } from "./decision-formats.ts";
import { evidenceFormats } from "./evidence-formats.ts";
import type { Format, HeldElsewhere } from "./format.ts";
import { historyFormats } from "./history-formats.ts";
import { modelFormats } from "./model-formats.ts";
import { sequenceFormats } from "./sequence-formats.ts";
import { trainingFormats } from "./training-formats.ts";
import { watchingFormats } from "./watching-formats.ts";

export const formats: readonly Format[] = [
  ...historyFormats,
  ...datasetFormats,
  ...sequenceFormats,
  ...modelFormats,
  ...trainingFormats,
  ...evidenceFormats,
  ...decisionFormats,
  ...watchingFormats,
  ...complianceFormats,
  ...catalogueFormats,
];

export const heldElsewhere: readonly HeldElsewhere[] = [
  { name: "tombstone", test: "src/vault/forget.test.ts", golden: "gives the tombstones of version 1" },
  { name: "event", test: "src/history/wire-event.test.ts", golden: "tests/replay/events-v1.json" },
  { name: "sealed-bytes", test: "src/vault/envelope.test.ts", golden: "still opens version 1" },
  { name: "blocks", test: "src/history/online-blocks.test.ts", golden: "golden/told-blocks-1.json" },
  { name: "plan", test: "tests/parity/plan-format.test.ts", golden: "golden/plan-1.json" },
  { name: "elementary functions", test: "src/base/elementary.test.ts", golden: "bits that never change" },
  { name: "seeded randomness", test: "src/base/random.test.ts", golden: "draws of a seed never change" },
  { name: "canonical JSON", test: "tests/replay/canonical-json.test.ts", golden: "canonical-json.golden.json" },
  { name: "chain", test: "tests/replay/chain.test.ts", golden: "chain.golden.json" },
  { name: "meaning hashes", test: "tests/replay/meaning-hashes.test.ts", golden: "meaning-hashes.golden.json" },
];

// Definitions kept to be compared with later: those of the small lender.

import { canonicalJson } from "../../src/base/index.ts";
import { keptDefinitions, readDefinitions } from "../../src/catalogue/index.ts";
import { type Format, withVersion } from "./format.ts";
import { catalogue } from "./small-lender.ts";

const definitions: Format = {
  name: "definitions",
  version: 1,
  compare: "bytes",
  write: () => Buffer.from(canonicalJson(keptDefinitions(catalogue))),
  read: (bytes) => {
    const { definitions: kept } = readDefinitions(JSON.parse(bytes.toString()), "the golden file");
    return kept.map(({ node, document }) => ({ node, owner: document.owner }));
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_CATALOGUE_UNKNOWN_VERSION",
};

export const catalogueFormats: readonly Format[] = [definitions];

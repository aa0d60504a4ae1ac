import type { WorkspaceConfig } from "assay/workspace";

export default {
  name: "cards-in-depth",
  evaluation: {
    labelCutOff: "2005-11-10T00:00:00+08:00",
    split: { seed: "cards-in-depth", train: 0.6, validation: 0.2 },
  },
} satisfies WorkspaceConfig;

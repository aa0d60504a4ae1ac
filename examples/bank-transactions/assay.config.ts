import type { WorkspaceConfig } from "assay/workspace";

export default {
  name: "bank-transactions",
  evaluation: {
    labelCutOff: "2026-10-01T00:00:00Z",
    split: { seed: "bank-transactions", train: 0.6, validation: 0.2 },
  },
} satisfies WorkspaceConfig;

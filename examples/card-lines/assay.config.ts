import type { WorkspaceConfig } from "assay/workspace";

export default {
  name: "card-lines",
  /** All state of the demo lies beside the checkout's own files, in one folder that may be deleted. */
  state: "../../.assay",
  /** Requests of this back-test are decided at a review in 2005: the clock is simulated, and every page says so. */
  simulatedNow: "2005-10-03T12:00:00+08:00",
} satisfies WorkspaceConfig;

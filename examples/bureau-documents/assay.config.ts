import type { WorkspaceConfig } from "assay/workspace";

export default {
  name: "bureau-documents",
  documents: {
    /** A name is a key of the list's item; braces make a template, single quotes a constant; `parent.` reads the pull itself. */
    bureauPull: {
      version: 1,
      field: "report",
      children: [
        {
          event: "tradeline",
          each: "credit.tradelines",
          eventId: "{parent.eventId}/{account}",
          at: "{opened}T00:00:00Z",
          fields: {
            pull: "parent.fields.pull",
            kind: "kind",
            balance: "balance",
            limit: "limit",
            monthsLate: "worst",
            closed: "closed",
          },
        },
        {
          event: "inquiry",
          each: "credit.inquiries",
          eventId: "{parent.eventId}/{on}/{by}",
          at: "{on}T00:00:00Z",
          fields: { pull: "parent.fields.pull", purpose: "purpose" },
        },
      ],
    },
  },
  evaluation: {
    labelCutOff: "2024-07-01T00:00:00Z",
    split: { seed: "bureau-documents", train: 0.6, validation: 0.2 },
  },
} satisfies WorkspaceConfig;

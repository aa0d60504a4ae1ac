export type { Counted, Estimate, ExplainRequest, Explanation } from "./explanation.ts";
export { explainSets, explainSubject } from "./explanation.ts";
export type { Layer, Lineage, LineageNode, SourcesOfEvents } from "./lineage.ts";
export { layers, lineageOf } from "./lineage.ts";
export { printExplanation } from "./print-explanation.ts";
export { subjectNamed } from "./subject.ts";
export type { User } from "./users.ts";

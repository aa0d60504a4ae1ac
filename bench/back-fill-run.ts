// One back-fill in a process of its own, so that its memory and CPU seconds are nobody else's: `node back-fill-run.ts JSON`.
// The last line printed is what it took. Drawing the spine is not part of it.

import { buildDataset } from "../src/datasets/index.ts";
import { currentSnapshot } from "../src/history/index.ts";
import { type BackFillAsked, type BackFillTaken, backFillRequest } from "./back-fill-request.ts";
import { taken } from "./back-fill-sql.ts";

const asked = JSON.parse(process.argv[2]!) as BackFillAsked;
const snapshot = await currentSnapshot(asked.history);
const request = backFillRequest(snapshot!, asked.streams);
const site = { folder: asked.out, workers: asked.workers, progress: () => {}, signal: new AbortController().signal };
let file = "";
const took = await taken(async () => {
  file = (await buildDataset(request, site)).file;
});
const answer: BackFillTaken = { ...took, file, peakBytes: process.resourceUsage().maxRSS * 1024 };
console.log(JSON.stringify(answer));

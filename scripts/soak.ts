// The long form of the tests that kill: a thousand kills of the worker, at fresh moments unless a seed is given. Hours, not minutes.

import { spawnSync } from "node:child_process";

const kills = process.argv[2] ?? "1000";
const seed = process.env["ASSAY_TEST_SEED"] ?? `soak ${new Date().toISOString()}`;
console.log(`${kills} kills; again with: ASSAY_TEST_SEED="${seed}" npm run soak -- ${kills}`);
const { status } = spawnSync("node_modules/.bin/vitest", ["run", "src/learning/killed.test.ts"], {
  env: { ...process.env, ASSAY_TEST_KILLS: kills, ASSAY_TEST_SEED: seed },
  stdio: "inherit",
});
process.exitCode = status ?? 1;

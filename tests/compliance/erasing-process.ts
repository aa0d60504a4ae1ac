// Carries out the erasures that wait in a folder, and says which is done; killed by `killed.test.ts`.

import { carryOut } from "../../src/compliance/index.ts";
import { openGround } from "./erased-ground.ts";

const ground = await openGround(process.argv[2]!);
for (const id of await ground.erasures.waitingErasures()) {
  process.stdout.write(`begins ${id}\n`);
  await carryOut(ground.erasing, id);
  process.stdout.write(`done ${id}\n`);
}
await ground.site.close();

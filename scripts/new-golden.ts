// Writes the first golden file of each format version that has none; never one that is there (tests/replay/README.md).
import { Workplace } from "../tests/replay/format.ts";
import { formats } from "../tests/replay/formats.ts";
import { goldenFiles, keepGolden } from "../tests/replay/golden.ts";

const at = new Workplace();
try {
  for (const format of formats) {
    const { name, version, write } = format;
    const there = goldenFiles().some((golden) => golden.format === name && golden.version === version);
    if (there || write === null) continue;
    const bytes = await write(at);
    keepGolden({ format: name, version, bytes, meaning: await format.read(bytes, at) });
    console.log(`${name} version ${version}: ${bytes.length} bytes`);
  }
} finally {
  await at.close();
}

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { open } from "lmdb";
import { afterAll, describe, expect, test } from "vitest";
import { layOutHistory } from "../compile/index.ts";
import { purchaseEvent, removeTemporaryFolders, schema, statementEvent, temporaryFolder } from "./fixture.ts";
import { onlineConformance } from "./online-histories.conformance.ts";
import { openOnlineReader } from "./online-reader.ts";
import { openOnlineStore } from "./online-store.ts";

afterAll(removeTemporaryFolders);

const at = (offset: number) => ({ partition: 0, offset });

describe("conformance", () => {
  onlineConformance(() => {
    const folder = temporaryFolder();
    const store = openOnlineStore(folder, schema);
    return {
      store,
      reader: () => openOnlineReader(folder, schema),
      async reopen() {
        await store.close();
        return openOnlineStore(folder, schema);
      },
    };
  }, schema);
});

test("a new store has nothing to distrust; an open one refuses a second writer", async () => {
  const folder = temporaryFolder();
  const store = openOnlineStore(folder, schema);
  expect(() => openOnlineStore(folder, schema)).toThrow(/LOCKED/);
  await store.close();
});

test("reading before anyone has written is refused by name", () => {
  expect(() => openOnlineReader(temporaryFolder(), schema)).toThrow(/ASSAY_HISTORY_NO_ONLINE_STORE/);
});

test("a store left open when the machine went down is thrown away; one left by a killed process is not", async () => {
  const folder = temporaryFolder();
  const first = openOnlineStore(folder, schema);
  first.applyEvents({ from: at(0), events: [statementEvent("ann", "s1")] });
  await first.close();
  const state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as { boot: string };
  writeFileSync(join(folder, "state.json"), JSON.stringify({ ...state, closed: false }));
  const killed = openOnlineStore(folder, schema);
  expect([killed.mustRebuild(), killed.appliedUpTo()]).toEqual([false, at(1)]);
  await killed.close();
  writeFileSync(join(folder, "state.json"), JSON.stringify({ version: 2, boot: "another boot", closed: false }));
  const rebooted = openOnlineStore(folder, schema);
  expect([rebooted.mustRebuild(), rebooted.appliedUpTo()]).toEqual([true, at(0)]);
  await rebooted.close();
});

test("a store of version 1 is refused to readers by name, and its writer begins anew", async () => {
  const folder = temporaryFolder();
  const root = open({ path: join(folder, "histories.mdb"), noSubdir: true, maxDbs: 4 });
  await root.openDB("meta", { encoding: "json" }).put("position", 3);
  await root.close();
  writeFileSync(join(folder, "state.json"), JSON.stringify({ version: 1, boot: "", closed: true }));
  expect(() => openOnlineReader(folder, schema)).toThrow(/ASSAY_HISTORY_UNKNOWN_VERSION.*version 1 of online stores/);
  const store = openOnlineStore(folder, schema);
  expect([store.mustRebuild(), store.appliedUpTo()]).toEqual([true, at(0)]);
  await store.close();
});

test("values written under an older definition stay readable when an optional field is added", async () => {
  const folder = temporaryFolder();
  const old = openOnlineStore(folder, schema);
  const before = statementEvent("ann", "s1");
  old.applyEvents({ from: at(0), events: [before] });
  await old.close();
  const note = { type: { kind: "text" }, protection: "none", optional: true } as const;
  const statement = { ...schema["statement"]!, fields: { ...schema["statement"]!.fields, note } };
  const grown = { ...schema, statement };
  const store = openOnlineStore(folder, grown);
  expect(store.history("ann", ["statement"])).toEqual(layOutHistory("ann", [before], grown));
  const after = statementEvent("ann", "s2", { fields: { billed: 1, monthsLate: null, note: "hi" } });
  store.applyEvents({ from: at(1), events: [after] });
  expect(store.history("ann", ["statement"])).toEqual(layOutHistory("ann", [before, after], grown));
  await store.close();
});

test("a reader keeps what it read: the store's buffer may be used again", async () => {
  const folder = temporaryFolder();
  const store = openOnlineStore(folder, schema);
  store.applyEvents({
    from: at(0),
    events: [statementEvent("ann", "s1"), purchaseEvent("bob", "p1", 3)],
  });
  const ann = store.history("ann", ["statement"]);
  const copy = structuredClone(ann);
  store.history("bob", ["purchase"]);
  expect(ann).toEqual(copy);
  await store.close();
});

const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

test("another process reads while this one writes, and kill -9 of the writer loses no commit", async () => {
  const folder = temporaryFolder();
  const writer = `
    import { openOnlineStore } from ${url("./online-store.ts")};
    import { schema, statementEvent } from ${url("./fixture.ts")};
    const store = openOnlineStore(${JSON.stringify(folder)}, schema);
    for (let i = 0; ; i++) {
      store.applyEvents({ from: { partition: 0, offset: i }, events: [statementEvent("ann", "s" + i, { at: i })] });
      process.stdout.write(i + 1 + "\\n");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", writer], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let committed = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      committed = Number(line);
      if (committed === 1) {
        const reader = openOnlineReader(folder, schema);
        const { position, histories } = reader.read([{ entity: "ann", events: ["statement"] }]);
        expect(histories[0]!.events["statement"]!.length).toBe(position.offset);
        await reader.close();
      }
      if (committed >= 200) child.kill("SIGKILL");
    }
  } finally {
    child.kill("SIGKILL");
  }
  await exited;
  const store = openOnlineStore(folder, schema);
  expect(store.mustRebuild()).toBe(false);
  const { offset } = store.appliedUpTo();
  expect(offset).toBeGreaterThanOrEqual(committed);
  expect(store.history("ann", ["statement"]).events["statement"]!.length).toBe(offset);
  await store.close();
});

test("the reader's module loads neither the log nor table files", async () => {
  const code = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await import(${url("./online-reader.ts")});
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.some((name) => name.endsWith("/online-environment.ts"))).toBe(true);
  expect(
    loaded.filter((name) => /local-log|log-segment|\/storage\/|duckdb|seal|bucket|vault|online-store/.test(name)),
  ).toEqual([]);
});

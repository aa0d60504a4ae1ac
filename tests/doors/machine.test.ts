// What the machine lacks is said in one sentence with the way out, and the exit code tells whose fault it was: 1 the answer
// is no, 2 usage, 3 environment.

import { existsSync } from "node:fs";
import { cp, mkdir, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, Ground } from "../e2e/assay-process.ts";
import { SmallWorkspace } from "./small-workspace.ts";

let workspace: SmallWorkspace;
let taken: Server;
let port: string;

beforeAll(async () => {
  workspace = await SmallWorkspace.open();
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  port = String((taken.address() as { port: number }).port);
});

afterAll(async () => {
  taken.close();
  await workspace.close();
});

describe("exit codes", () => {
  it.each([
    ["a verb that is none", ["decode"], 2, "unknown command"],
    ["an argument that is missing", ["release"], 2, "missing required argument"],
    ["a port that is none", ["serve", "--port", "70000"], 2, "It is no port number."],
    ["an action that is none", ["keys", "make", "me"], 2, "assay keys create NAME"],
    ["a demo that is none", ["demo", "card-line"], 1, "ASSAY_CLI_NO_DEMO"],
    ["a bundle that is none", ["build", "card-lines", "--spine", "x.ndjson"], 1, "ASSAY_LEARNING_UNKNOWN"],
    ["a hash that no bundle has", ["release", "0000"], 1, "ASSAY_CLI_NO_BUNDLE"],
    ["a right that is none", ["keys", "create", "me", "--rights", "reed"], 1, "ASSAY_SERVER_UNKNOWN_RIGHT"],
    ["a table that nobody sealed", ["verify"], 1, "ASSAY_WORKSPACE_NO_SNAPSHOT"],
    ["no workspace", ["--workspace", "/", "check"], 3, "ASSAY_WORKSPACE_NOT_FOUND"],
    ["no service", ["decide", "request.json", "--url", "http://127.0.0.1:9"], 3, "ASSAY_CLI_SERVICE_SILENT"],
  ])("for %s", async (_, args, code, said) => {
    await workspace.write("request.json", [{ request: "lineRequest" }]);
    const ended = await workspace.run(...args);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(said);
  });

  it("for a port in use, by the service and by the demo", async () => {
    const served = await workspace.run("serve", "--port", port);
    expect(served).toMatchObject({ code: 3, stdout: "" });
    expect(served.stderr).toContain("ASSAY_SERVER_PORT_TAKEN");
    const state = workspace.ground.path("state");
    const told = await workspace.ground.run(["--state", state, "demo", "card-lines", "--once", "--port", port]);
    expect(told).toMatchObject({ code: 3, stdout: "" });
    expect(told.stderr).toContain(`ASSAY_CLI_PORT_TAKEN: the service: port ${port} is in use by another program.`);
  });
});

function programsOnPath(name: string): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
}

describe("a checkout without a Python environment, on a machine without Python", () => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await Ground.open();
    for (const name of ["src", "examples", "python", "package.json", "setup.mjs"]) {
      await cp(join(checkout, name), ground.path("checkout", name), { recursive: true });
    }
    await symlink(join(checkout, "node_modules"), ground.path("checkout/node_modules"));
    // Nothing is on the path but what root needs to run a database.
    await mkdir(ground.path("programs"));
    for (const name of ["unshare", "true"]) {
      const program = programsOnPath(name)[0];
      if (program !== undefined) await symlink(program, ground.path("programs", name));
    }
  });

  afterAll(() => ground.close());

  it("says so where it is needed, and keeps what was done before", async () => {
    const env = { ASSAY_DEMO_ROWS: "200", PATH: ground.path("programs") };
    const options = ["--once", "--port", "0"];
    const root = ground.path("checkout");
    const { code, stdout, stderr } = await ground.run(["demo", "card-lines", ...options], { env, root });
    expect(stderr).toContain("Assay needs Python 3.11 or newer to train: install it, then run this again.");
    expect(stderr).toContain("ASSAY_CLI_PYTHON_SETUP");
    expect(stdout).toContain("1,600 events accepted");
    expect(code).toBe(3);
    expect(await ground.leftBehind()).toEqual([]);
  });
});

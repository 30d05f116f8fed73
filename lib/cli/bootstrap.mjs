#!/usr/bin/env node
// What runs first, on whatever Node the machine has and before anything is installed: hence plain JavaScript and no
// imports but Node's own. It installs when needed and hands over to the Node that the package brings.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MIN = 20;
const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const PROGRAMS = { test: "tests/run.ts", check: "tests/check.ts" };

if (Number(process.versions.node.split(".")[0]) < NODE_MIN) {
  fail(
    `Node ${process.versions.node} is too old to set Sallyport up. Install Node 20 or later: https://nodejs.org`,
  );
}
if (!isInstalled()) install();
handOver(process.argv.slice(2));

/** Whether every package of the lockfile is there in its version; npm keeps a list of what it put in place. */
function isInstalled() {
  const listFile = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(listFile) || !existsSync(nodeProgram())) return false;
  const wanted = readPackages(join(ROOT, "package-lock.json"));
  const present = readPackages(listFile);
  return Object.keys(wanted).every((path) => {
    if (path === "" || wanted[path].optional || wanted[path].peer) return true;
    return present[path] !== undefined && present[path].version === wanted[path].version;
  });
}

function install() {
  console.log("Installing the packages Sallyport needs. This takes a minute or two, once.");
  const npm = process.env.npm_execpath;
  // Not `npm ci`, which refuses a lockfile made where the packages of other systems could not be had. This honours the
  // lockfile too, and leaves it as it is.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--progress=false"];
  const options = { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] };
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync("npm", args, options);
  if (status !== 0)
    fail("The packages could not be installed: npm says why above. Once that is solved, start again.");
  // Where npm is told to run no install scripts, the package that brings Node has not put it in place.
  const setUp = join(ROOT, "node_modules/node");
  if (!existsSync(nodeProgram())) spawnSync(process.execPath, ["installArchSpecificPackage"], { cwd: setUp });
  if (!existsSync(nodeProgram()))
    fail("The package `node` brought no Node 24. Run npm install with scripts allowed.");
}

function handOver([command, ...rest]) {
  const program = PROGRAMS[command];
  const args = program
    ? [join(ROOT, program), ...rest]
    : [join(ROOT, "lib/cli/main.ts"), command || "start", ...rest];
  const child = spawn(nodeProgram(), args, { stdio: "inherit" });
  // The child decides how to end; it gets Ctrl-C from the terminal itself, but not what is sent to this process.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  endWithNpm(child);
  child.on("error", (error) => fail(`Node 24 could not be started: ${error.message}`));
  child.on("exit", (code) => process.exit(code === null ? 1 : code));
}

/**
 * Who stops npm, as service managers do, ends npm and the shell that it runs a script in, and no more: a shell hands no
 * signal on. Without this, database and programs would go on with nobody over them.
 */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const look = () => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    child.kill("SIGTERM");
  };
  const timer = setInterval(look, 1000);
  timer.unref();
}

function nodeProgram() {
  return join(ROOT, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

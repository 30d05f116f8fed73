import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";

const BOOTSTRAP = resolve(import.meta.dirname, "../../lib/cli/bootstrap.mjs");
/** In the command's place: says that it runs, and that it was asked to end. */
const COMMAND = `
import { writeFileSync } from "node:fs";
const goOn = setInterval(() => undefined, 1_000);
process.on("SIGTERM", () => {
  writeFileSync("said", "ended");
  clearInterval(goOn);
});
writeFileSync("said", "begun");
`;

test("whoever stops npm stops Sallyport, though the shell between them hands no signal on", async () => {
  const root = installation();
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const said = () => (existsSync(join(root, "said")) ? readFileSync(join(root, "said"), "utf8") : "");
  const shell = spawn("sh", ["-c", `"${process.execPath}" lib/cli/bootstrap.mjs start; true`], {
    cwd: root,
    env: { ...process.env, npm_lifecycle_event: "start" },
    stdio: "ignore",
  });
  await vi.waitUntil(() => said() === "begun", 30_000);
  shell.kill("SIGTERM");
  await vi.waitUntil(() => said() === "ended", 30_000);
  expect(said()).toBe("ended");
});

/** A folder that looks installed to what runs first, with another command in it. */
function installation(): string {
  const root = mkdtempSync(join(tmpdir(), "sallyport-bootstrap-"));
  for (const folder of ["lib/cli", "node_modules/node/bin"])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(BOOTSTRAP, join(root, "lib/cli/bootstrap.mjs"));
  writeFileSync(join(root, "lib/cli/main.ts"), COMMAND);
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  for (const list of ["package-lock.json", "node_modules/.package-lock.json"])
    writeFileSync(join(root, list), '{"packages":{}}');
  symlinkSync(process.execPath, join(root, "node_modules/node/bin/node"));
  return root;
}

import { spawn } from "node:child_process";
import { inheritedEnvironment } from "./env.ts";
import { Failure } from "./failure.ts";

/**
 * Runs a script that acts in the console's name, with the console's settings, and returns what it printed. A process
 * of its own, because this one holds the administrator's database and code of the console is never to see that.
 */
export function runForConsole(
  root: string,
  script: string,
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=react-server", script, ...args], {
      cwd: root,
      env: { ...inheritedEnvironment(), NODE_ENV: "production", ...env },
      stdio: ["inherit", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      output.stdout += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output.stderr += chunk.toString("utf8");
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output.stdout.trim());
      else reject(new Failure(output.stderr.trim() || `${script} ended with exit code ${code}.`));
    });
  });
}

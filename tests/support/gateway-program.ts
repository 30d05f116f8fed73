import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "#lib/cli/ports.ts";

/** A boundary gateway, as `sallyport gateway` runs it at a site, with a database of its own. */
export interface GatewayProgram {
  proxyPort: number;
  stop(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, "../..");

export async function startGatewayProgram(told: {
  consoleUrl: string;
  token: string;
}): Promise<GatewayProgram> {
  const dataDir = mkdtempSync(join(tmpdir(), "sallyport-gateway-"));
  chmodSync(dataDir, 0o711);
  const [health, proxy, intake, database] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const child = spawn(process.execPath, [join(ROOT, "lib/cli/main.ts"), "gateway"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      SALLYPORT_DATA_DIR: dataDir,
      SALLYPORT_DATABASE_PORT: String(database),
      SALLYPORT_GATEWAY_NAME: "edge-1",
      SALLYPORT_GATEWAY_CONSOLE_URL: told.consoleUrl,
      SALLYPORT_GATEWAY_TOKEN: told.token,
      SALLYPORT_GATEWAY_PORT: String(health),
      SALLYPORT_GATEWAY_PROXY_PORT: String(proxy),
      SALLYPORT_GATEWAY_INTAKE_PORT: String(intake),
    },
  });
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
  await untilItRuns(child, exited).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { proxyPort: proxy, stop };
}

async function untilItRuns(child: ChildProcess, exited: Promise<void>): Promise<void> {
  let said = "";
  await new Promise<void>((ready, failed) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.includes("The boundary gateway is running.")) ready();
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    void exited.then(() => failed(new Error(`It ended before it ran:\n${said}`)));
  });
}

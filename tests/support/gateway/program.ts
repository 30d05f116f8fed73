import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#lib/cli/ports.ts";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

/** The gateway as a process of its own, which can be killed and started again at the same place. */
export interface GatewayProgram {
  readonly name: string;
  readonly ports: { health: number; proxy: number; intake: number };
  readonly pid: number | undefined;
  start(): Promise<void>;
  /** Ended at once (SIGKILL), or told to finish (SIGTERM). */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
}

/** Where a site's gateways find their configuration, and keep what must outlive them. */
export interface GatewaySite {
  readonly databaseUrl: string;
  readonly folder: string;
}

/** Puts a configuration into force: the gateways of the site look at it every few seconds. */
export function configureSite({ folder }: GatewaySite, configuration: GatewayConfiguration): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "configuration.json");
  writeFileSync(`${path}.new`, JSON.stringify(configuration));
  renameSync(`${path}.new`, path);
}

export async function gatewayProgram(
  site: GatewaySite,
  name: string,
  parts: string,
  settings: Record<string, string> = {},
): Promise<GatewayProgram> {
  const ports = { health: await freePort(), proxy: await freePort(), intake: await freePort() };
  let child: ChildProcess | null = null;
  const env = {
    ...process.env,
    SALLYPORT_GATEWAY_DATABASE_URL: site.databaseUrl,
    SALLYPORT_GATEWAY_SEALING_KEY: Buffer.alloc(32, 3).toString("base64"),
    SALLYPORT_GATEWAY_NAME: name,
    SALLYPORT_GATEWAY_PARTS: parts,
    SALLYPORT_GATEWAY_PORT: String(ports.health),
    SALLYPORT_GATEWAY_PROXY_PORT: String(ports.proxy),
    SALLYPORT_GATEWAY_INTAKE_PORT: String(ports.intake),
    SALLYPORT_GATEWAY_DATA_DIR: join(site.folder, name),
    SALLYPORT_GATEWAY_CONFIGURATION: join(site.folder, "configuration.json"),
    ...settings,
  };
  return {
    name,
    ports,
    get pid() {
      return child?.pid;
    },
    async start() {
      const started = spawn(process.execPath, ["lib/gateway/main.ts"], {
        cwd: ROOT,
        stdio: ["ignore", "ignore", "inherit"],
        env,
      });
      child = started;
      while (started.exitCode === null && started.signalCode === null) {
        if (await isReady(ports.health)) return;
        await sleep(25);
      }
      throw new Error(`${name} ended before it was ready.`);
    },
    async end(signal) {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`);
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

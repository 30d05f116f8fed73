import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleGateway } from "#lib/cli/build.ts";
import { freePort } from "#lib/cli/ports.ts";
import { GATEWAY, GATEWAY_MEMORY } from "#lib/cli/programs.ts";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { roleUrl } from "#prisma/roles.ts";
import { type DurableDatabase, end, firstAnswer } from "./identity-program.ts";

export interface GatewayProgram {
  pid: number;
  proxyPort: number;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "../..");

/** The gateway's proxy as it runs at a site: its own process, told by a file, with its record in PostgreSQL. */
export async function startGatewayProgram(
  { adminUrl }: Pick<DurableDatabase, "adminUrl">,
  configuration: GatewayConfiguration,
): Promise<GatewayProgram> {
  await bundleGateway(ROOT, new AbortController().signal);
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-gateway-"));
  const file = join(folder, "configuration.json");
  writeFileSync(file, JSON.stringify(configuration));
  const [port, proxyPort] = [await freePort(), await freePort()];
  const child: ChildProcess = spawn(process.execPath, GATEWAY, {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      ...GATEWAY_MEMORY,
      SALLYPORT_GATEWAY_DATABASE_URL: roleUrl(adminUrl, "gateway", "gateway"),
      SALLYPORT_GATEWAY_SEALING_KEY: Buffer.alloc(32, 3).toString("base64"),
      SALLYPORT_GATEWAY_CONFIGURATION: file,
      SALLYPORT_GATEWAY_DATA_DIR: join(folder, "data"),
      SALLYPORT_GATEWAY_PARTS: "egress",
      SALLYPORT_GATEWAY_PORT: String(port),
      SALLYPORT_GATEWAY_PROXY_PORT: String(proxyPort),
      SALLYPORT_LOG_LEVEL: "warn",
    },
  });
  await firstAnswer(`http://127.0.0.1:${port}/ready`, child);
  return {
    pid: child.pid ?? 0,
    proxyPort,
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

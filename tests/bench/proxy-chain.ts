import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#lib/cli/ports.ts";
import type { GatewayProgram } from "./gateway-program.ts";
import { end } from "./identity-program.ts";

const FOLDER = join(import.meta.dirname, "../../bench-results/peers");
const PROGRAM = `
import { createRequire } from "node:module";
const { Server } = createRequire(process.argv[1])("proxy-chain");
await new Server({ port: Number(process.argv[2]), host: "127.0.0.1", verbose: false }).listen();
`;

/** proxy-chain without any rules or record, in a process of its own. Installed when it is measured, and not with the product. */
export async function startProxyChain(): Promise<GatewayProgram> {
  if (!existsSync(join(FOLDER, "node_modules/proxy-chain"))) {
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
    execFileSync("npm", ["install", "--prefix", FOLDER, ...quiet, "proxy-chain@3.0"]);
  }
  const proxyPort = await freePort();
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", PROGRAM, join(FOLDER, "package.json"), String(proxyPort)],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  while (!(await listens(proxyPort))) {
    if (child.exitCode !== null) throw new Error("proxy-chain ended before it listened.");
    await sleep(10);
  }
  return { pid: child.pid ?? 0, proxyPort, stop: () => end(child) };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isOpen = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "close").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isOpen;
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import type { Accepted } from "#lib/gateway/configuration/read.ts";
import { readConfiguration } from "#lib/gateway/configuration/read.ts";
import { startRecorder } from "#lib/gateway/crossings/recorder.ts";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { readEnv } from "#lib/gateway/env.ts";
import { type IntakeLimits, type IntakePart, startIntake } from "#lib/gateway/intake/start.ts";
import { type Clock, systemClock } from "#lib/shared/clock.ts";
import type { ConfiguredRule, GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { createSealer } from "#lib/shared/sealing.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";

export interface TestIntake {
  part: IntakePart;
  port: number;
  pool: Pool;
  configure(configuration: GatewayConfiguration): void;
  /** What is written down, the oldest first, when everything under way has ended. */
  crossings(): Promise<CrossingRow[]>;
  forgetCrossings(): Promise<void>;
  close(): Promise<void>;
}

export interface CrossingRow {
  id: string;
  kind: string;
  outcome: string;
  reason: string | null;
  rule_id: string | null;
  purpose: string | null;
  environment_id: string | null;
  client_id: string | null;
  peer_address: string | null;
  method: string | null;
  path: string | null;
  status: number | null;
  bytes_in: string;
  bytes_out: string;
  tls_version: string | null;
  correlation_id: string | null;
  ended_at: Date | null;
}

/** The intake as a gateway runs it, in this process, on a free port. */
export async function startTestIntake(
  gatewayUrl: string,
  configuration: GatewayConfiguration,
  {
    settings = {},
    limits = {},
    clock = systemClock,
  }: { settings?: Record<string, string>; limits?: Partial<IntakeLimits>; clock?: Clock } = {},
): Promise<TestIntake> {
  const env = readEnv({
    SALLYPORT_GATEWAY_DATABASE_URL: gatewayUrl,
    SALLYPORT_GATEWAY_SEALING_KEY: Buffer.alloc(32, 3).toString("base64"),
    SALLYPORT_GATEWAY_CONFIGURATION: "unused",
    SALLYPORT_GATEWAY_INTAKE_PORT: "0",
    SALLYPORT_LOG_LEVEL: "silent",
    ...settings,
  });
  const { id, customer_id: customerId } = configuration.deployment;
  const pool = openPool(gatewayUrl, 10, id);
  const folder = mkdtempSync(join(tmpdir(), "sallyport-intake-"));
  const owner = { customerId, deploymentId: id, gateway: "gateway-1" };
  const recorder = await startRecorder({ pool, owner, folder, failed: () => {} });
  const listeners: ((accepted: Accepted) => void)[] = [];
  let current = accept(configuration);
  const part = await startIntake(
    {
      env,
      pool,
      sealer: createSealer(env.sealingKey),
      clock,
      log: pino({ level: "silent" }),
      recorder,
      configurations: {
        get current() {
          return current;
        },
        problem: null,
        onChange: (listener) => void listeners.push(listener),
        stop: async () => {},
      },
    },
    limits,
  );
  const quiet = async () => {
    while (connectionsOf(part) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await recorder.flush();
  };
  return {
    part,
    port: part.port,
    pool,
    configure(changed) {
      current = accept(changed);
      for (const listener of listeners) listener(current);
    },
    async crossings() {
      await quiet();
      const { rows } = await pool.query<CrossingRow>(
        "SELECT *, host(peer_address) AS peer_address FROM boundary.crossings ORDER BY began_at, id",
      );
      return rows;
    },
    async forgetCrossings() {
      await quiet();
      await pool.query("DELETE FROM boundary.crossings");
    },
    async close() {
      await part.stop();
      await recorder.stop();
      await pool.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function accept(configuration: GatewayConfiguration): Accepted {
  return readConfiguration(JSON.stringify(configuration), null);
}

function connectionsOf(part: IntakePart): number {
  const line = part.metrics().find((each) => each.startsWith("sallyport_intake_connections "));
  return Number(line?.split(" ")[1]);
}

/** A rule that lets somebody in from outside, on the port that the outside knows. */
export function ingressRule(changes: Partial<ConfiguredRule> = {}): ConfiguredRule {
  return {
    id: "rule_in",
    direction: "ingress",
    protocol: "tcp",
    ports: { from: 443, to: 443 },
    peer: { kind: "cidr", value: "127.0.0.1/32" },
    networks: ["127.0.0.1/32"],
    names: [],
    carried_by: "application",
    purpose: "Webhooks",
    expires_at: null,
    ...changes,
  };
}

export const SECRET = "whsec_of_the_endpoint_1";
export const WEBHOOK_PATH = "/intake/webhooks";
export const CALLBACK_PATH = "/auth/callback";

/** A deployment that takes webhooks of one environment from this machine, and callbacks from its browsers. */
export function intakeConfiguration(
  changes: Parameters<typeof exampleConfiguration>[0] = {},
  { secrets = [SECRET], target = "http://127.0.0.1:9", maxBytes = 1_000_000 } = {},
): GatewayConfiguration {
  return exampleConfiguration({
    rules: [
      ingressRule(),
      ingressRule({ id: "rule_browsers", carried_by: "user_browser", purpose: "Sign-in callbacks" }),
    ],
    intake: [
      {
        kind: "webhook",
        id: "in_1",
        path: WEBHOOK_PATH,
        environment_id: "environment_1",
        secrets,
        tolerance_seconds: 180,
        max_bytes: maxBytes,
      },
      { kind: "callback", id: "in_2", path: CALLBACK_PATH, target, max_bytes: maxBytes },
    ],
    ...changes,
  });
}

import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import { storeOf } from "./db.ts";
import type { Gateway, RunningPart } from "./gateway.ts";

/** How this gateway stands, as its console and its health page are told. */
export async function reportOf(
  { env, pool, configurations, recorder }: Gateway,
  parts: readonly RunningPart[],
  { version, startedAt }: { version: string; startedAt: Date },
): Promise<GatewayReport> {
  const store = await storeOf(pool);
  const told = await Promise.all(parts.map((part) => part.report()));
  const { digest, configuration } = configurations.current;
  const { bytes, unsafe, missing, problem } = recorder.state;
  return {
    gateway: env.name,
    version,
    store_id: store,
    parts: env.parts,
    started_at: startedAt.toISOString(),
    configuration: {
      digest,
      allowlist: configuration.allowlist.change_token,
      problem: configurations.problem,
    },
    record: { waiting_bytes: bytes, in_memory: unsafe, missing, problem },
    ...Object.assign({}, ...told),
  };
}

const EVERY_MS = 5 * SECOND_MS;
const ANSWER_MAX_MS = 15 * SECOND_MS;

/** Reports to the console every few seconds until the program ends. A console that does not answer is told the next time. */
export async function tellConsole(
  { url, token }: { url: string; token: string },
  gateway: Gateway,
  parts: readonly RunningPart[],
  program: { version: string; startedAt: Date },
  ending: AbortSignal,
): Promise<void> {
  while (!ending.aborted) {
    try {
      const report = await reportOf(gateway, parts, program);
      const response = await fetch(`${url}/api/gateway/report`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(report),
        redirect: "error",
        signal: AbortSignal.any([ending, AbortSignal.timeout(ANSWER_MAX_MS)]),
      });
      if (!response.ok) gateway.log.warn({ status: response.status }, "the console refused a report");
    } catch (error) {
      if (!ending.aborted) gateway.log.warn({ err: error }, "the console could not be told");
    }
    await pause(EVERY_MS, undefined, { signal: ending }).catch(() => undefined);
  }
}

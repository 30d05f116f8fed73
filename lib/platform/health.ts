import "server-only";
import { collectDefaultMetrics, register } from "prom-client";
import { asSystem } from "./db.ts";
import { log } from "./log.ts";

// Hot reload evaluates this file again, and the registry refuses a name twice.
const kept = globalThis as { sallyportMetrics?: boolean };

/** Whether this program can do its work: its database answers. */
export async function isReady(): Promise<boolean> {
  try {
    await asSystem("is the database there?", (tx) => tx.$queryRaw`SELECT 1`);
    return true;
  } catch (error) {
    log().warn({ err: error }, "the database does not answer");
    return false;
  }
}

/** The program's figures in Prometheus's text format. They name no customer and no person. */
export async function metrics(): Promise<{ contentType: string; body: string }> {
  if (!kept.sallyportMetrics) collectDefaultMetrics();
  kept.sallyportMetrics = true;
  return { contentType: register.contentType, body: await register.metrics() };
}

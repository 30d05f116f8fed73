import type { Part } from "./env.ts";
import type { Gateway, RunningPart } from "./gateway.ts";
import { startIntake } from "./intake/start.ts";
import { startRelay } from "./relay/relay.ts";

/** How each part is started. */
const STARTERS: Partial<Record<Part, (gateway: Gateway) => Promise<RunningPart>>> = {
  intake: startIntake,
  relay: startRelay,
};

export async function startParts(gateway: Gateway): Promise<RunningPart[]> {
  const started: RunningPart[] = [];
  for (const part of gateway.env.parts) {
    const start = STARTERS[part];
    if (start) started.push(await start(gateway));
  }
  return started;
}

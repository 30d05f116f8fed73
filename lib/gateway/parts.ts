import { startEgress } from "./egress/start.ts";
import type { Part } from "./env.ts";
import type { Gateway, RunningPart } from "./gateway.ts";
import { startIntake } from "./intake/start.ts";
import { startRelay } from "./relay/relay.ts";

/** How each part is started. */
const STARTERS: Record<Part, (gateway: Gateway) => Promise<RunningPart>> = {
  egress: startEgress,
  intake: startIntake,
  relay: startRelay,
};

export async function startParts(gateway: Gateway): Promise<RunningPart[]> {
  const started: RunningPart[] = [];
  for (const part of gateway.env.parts) {
    started.push(await STARTERS[part](gateway));
  }
  return started;
}

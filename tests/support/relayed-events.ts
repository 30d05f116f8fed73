import type { Arrival } from "#lib/gateway/relay/append.ts";
import { readEvent } from "#lib/shared/gateway/relayed-event.ts";

/** An event as it is on the wire, and what a test wants of it otherwise. */
export function wireEvent(id: string, changes: object = {}) {
  return {
    object: "event",
    id,
    event: "user.created",
    data: { object: "user", id: "user_1", email: "ada@example.com" },
    created_at: "2026-11-28T10:00:00.000Z",
    ...changes,
  };
}

/** The same, as it arrives in the buffer. */
export function arrival(id: string, changes: object = {}): Arrival {
  const event = readEvent(wireEvent(id, changes));
  if (!event) throw new Error(`${id} is no event.`);
  return { environmentId: "environment_1", origin: "pulled", event };
}

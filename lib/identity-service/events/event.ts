import { iso } from "../wire/time.ts";
import type { EventContext } from "./record.ts";

export interface EventRow {
  id: string;
  name: string;
  data: Record<string, unknown>;
  context: EventContext | null;
  created_at: Date;
}

/** An event as `/events` and webhooks tell it, the same to the byte. */
export function eventToWire(row: EventRow) {
  return {
    object: "event" as const,
    id: row.id,
    event: row.name,
    data: row.data,
    created_at: iso(row.created_at),
    ...(row.context === null ? {} : { context: row.context }),
  };
}

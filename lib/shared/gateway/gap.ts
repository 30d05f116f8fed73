import { newId } from "../ids.ts";
import type { RelayedEvent } from "./relayed-event.ts";

/** The event by which the gateway itself says that events are missing. */
export const GAP_EVENT = "sallyport.gap";

/**
 * Why events are missing: the buffer was full or they were too old before everybody had them; the other side no longer knew where
 * we had stopped; one could not be read; a file that was carried in did not follow on the one before.
 */
export const GAP_REASONS = ["buffer_full", "too_old", "cursor_lost", "unreadable", "file_missing"] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Events of one environment that somebody will not get. */
export interface Gap {
  readonly id: string;
  readonly environmentId: string;
  readonly sourceId: string | null;
  readonly from: Date;
  readonly to: Date;
  /** Null where nobody can know. */
  readonly count: number | null;
  readonly reason: GapReason;
}

/** A gap as an event, which is handed over and kept like any other. */
export function gapEvent(gap: Gap, now: Date): RelayedEvent {
  const id = newId("event");
  const body = JSON.stringify({
    object: "event",
    id,
    event: GAP_EVENT,
    data: {
      object: "gap",
      id: gap.id,
      environment_id: gap.environmentId,
      from: gap.from.toISOString(),
      to: gap.to.toISOString(),
      count: gap.count,
      reason: gap.reason,
    },
    created_at: now.toISOString(),
  });
  return { id, event: GAP_EVENT, organizationId: null, object: gap.id, createdAt: now, body };
}

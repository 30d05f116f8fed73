import { z } from "zod";
import { isEventName } from "../events/names.ts";
import type { Sealer } from "../keys/seal.ts";
import { iso, isoOrNull } from "../wire/time.ts";

const Events = z
  .array(z.string().refine(isEventName, "This is no event."))
  .min(1)
  .max(200)
  .transform((names) => [...new Set(names)]);
const Url = z.string().max(2_000);

export const CreateEndpoint = z.object({ endpoint_url: Url, events: Events });
export const ChangeEndpoint = z.object({
  endpoint_url: Url.optional(),
  events: Events.optional(),
  status: z.enum(["enabled", "disabled"]).optional(),
});
export type ChangeEndpoint = z.infer<typeof ChangeEndpoint>;

export interface EndpointRow {
  id: string;
  environment_id: string;
  url: string;
  secret_sealed: string;
  events: string[];
  status: "enabled" | "disabled";
  disabled_reason: string | null;
  failures: number;
  failing_since: Date | null;
  last_error: string | null;
  next_attempt_at: Date;
  created_at: Date;
  updated_at: Date;
}

/** The wire shows the secret each time: an application without it could not tell our deliveries from anybody's. */
export function endpointToWire(row: EndpointRow, sealer: Sealer) {
  return {
    object: "webhook_endpoint" as const,
    id: row.id,
    endpoint_url: row.url,
    secret: sealer.open(row.secret_sealed, endpointContext(row.id)),
    status: row.status,
    events: row.events,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** As an operator sees it: how it is doing, and no secret. */
export function endpointHealth(row: EndpointRow) {
  return {
    object: "webhook_endpoint" as const,
    id: row.id,
    endpoint_url: row.url,
    status: row.status,
    disabled_reason: row.disabled_reason,
    events: row.events,
    failures: row.failures,
    failing_since: isoOrNull(row.failing_since),
    last_error: row.last_error,
    next_attempt_at: row.failures > 0 && row.status === "enabled" ? iso(row.next_attempt_at) : null,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

export function endpointContext(id: string): string {
  return `webhook_endpoint:${id}`;
}

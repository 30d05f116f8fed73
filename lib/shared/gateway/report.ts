import { z } from "zod";

// What a gateway tells its console every few seconds. Each part adds what it knows; a part that does not run here says nothing.

const At = z.iso.datetime();

export const GatewayReport = z.object({
  gateway: z.string().min(1).max(128),
  version: z.string(),
  /** Which database it writes to: where the console has the same, its crossings need not be sent. */
  store_id: z.uuid(),
  parts: z.array(z.enum(["egress", "intake", "relay"])),
  started_at: At,
  configuration: z.object({
    digest: z.string().nullable(),
    allowlist: z.string().nullable(),
    /** Why the newest was refused; null where it is in force. */
    problem: z.string().max(2_000).nullable(),
  }),
  egress: z
    .object({
      open_tunnels: z.number().int(),
      allowed_last_hour: z.number().int(),
      refused_last_hour: z.number().int(),
    })
    .optional(),
  /** How well what crosses is written down. */
  record: z
    .object({
      /** What waits in files, in memory only because the disk takes nothing, and what is lost and not told of yet. */
      waiting_bytes: z.number().int(),
      in_memory: z.number().int(),
      missing: z.number().int(),
      problem: z.string().max(500).nullable(),
    })
    .optional(),
  intake: z
    .object({
      webhooks_last_hour: z.number().int(),
      callbacks_last_hour: z.number().int(),
      refused_last_hour: z.number().int(),
      last_webhook_at: At.nullable(),
      /** Why the last webhook could not be kept; null once one was. */
      problem: z.string().max(500).nullable(),
    })
    .optional(),
  sources: z
    .array(
      z.object({
        id: z.string(),
        cursor: z.string().nullable(),
        last_event_at: At.nullable(),
        last_pulled_at: At.nullable(),
        /** When a pull last found nothing more; null while there is more. */
        caught_up_at: At.nullable().optional(),
        problem: z.string().max(500).nullable(),
      }),
    )
    .optional(),
  endpoints: z
    .array(
      z.object({
        id: z.string(),
        state: z.enum(["working", "failing", "broken", "paused"]),
        waiting: z.number().int(),
        dead: z.number().int(),
        last_delivered_at: At.nullable(),
      }),
    )
    .optional(),
  /** Some of what endpoints have not taken: given up first, the newest first. What they answered stays at the site. */
  held: z
    .array(
      z.object({
        endpoint_id: z.string(),
        event_id: z.string(),
        event: z.string(),
        state: z.enum(["waiting", "dead"]),
        attempts: z.number().int(),
        opened_at: At,
        next_at: At.nullable(),
        died_at: At.nullable(),
        status: z.number().int().nullable(),
        problem: z.string().max(500).nullable(),
      }),
    )
    .max(50)
    .optional(),
  buffer: z
    .object({ events: z.number().int(), bytes: z.number().int(), oldest_at: At.nullable() })
    .optional(),
  gaps: z
    .array(
      z.object({
        id: z.string(),
        source_id: z.string().nullable(),
        environment_id: z.string().optional(),
        from: At,
        to: At,
        /** Null where nobody can know. */
        count: z.number().int().nullable(),
        reason: z.string(),
      }),
    )
    .max(100)
    .optional(),
  /** Events that are carried by hand: up to where, on this side and as far as it is known on the other. */
  carried: z
    .object({
      /** By which the other side knows this one's files and receipts; null before it was needed. */
      public_key: z.string().nullable(),
      relays: z
        .array(
          z.object({
            environment_id: z.string(),
            side: z.enum(["export", "import"]),
            store_id: z.string(),
            through: z.string(),
            other_through: z.string().nullable(),
            last_event_at: At.nullable(),
            carried_at: At,
            files: z.number().int(),
            waiting: z.number().int(),
          }),
        )
        .max(1_000),
    })
    .optional(),
  /** Errands that are done, or cannot be. */
  errands: z
    .array(z.object({ id: z.string(), done: z.boolean(), problem: z.string().nullable() }))
    .optional(),
});
export type GatewayReport = z.infer<typeof GatewayReport>;

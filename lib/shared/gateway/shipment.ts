import { z } from "zod";
import { CROSSING_KINDS, CROSSING_OUTCOMES } from "./crossing.ts";

// Crossings of a gateway that has a database of its own, as it sends them to its console: `POST /api/gateway/crossings`. Sent
// again, in another order or in part again, they lead to the same record. Whose they are the console knows from the token.

/** How many may be sent at once. */
export const SHIPMENT_MAX = 1_000;

const At = z.iso.datetime();
const Name = z.string().max(512).nullable();
const Address = z.union([z.ipv4(), z.ipv6()]).nullable();
const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** A crossing as JSON: the names of lib/shared/gateway/crossing.ts, times as text. */
export const ShippedCrossing = z.object({
  id: z.string().regex(/^crs_[0-9A-Z]{26}$/),
  beganAt: At,
  endedAt: At.nullable(),
  environmentId: Name,
  direction: z.enum(["egress", "ingress"]),
  kind: z.enum(CROSSING_KINDS),
  outcome: z.enum(CROSSING_OUTCOMES),
  reason: Name,
  ruleId: Name,
  purpose: z.string().max(2_000).nullable(),
  peerName: Name,
  peerAddress: Address,
  peerPort: z.number().int().min(0).max(65_535).nullable(),
  clientId: Name,
  clientName: Name,
  clientAddress: Address,
  method: Name,
  path: z.string().max(8_192).nullable(),
  status: z.number().int().min(0).max(999).nullable(),
  bytesIn: Count,
  bytesOut: Count,
  tlsVersion: Name,
  certificateSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  latencyMs: z.number().int().min(0).max(2_147_483_647).nullable(),
  correlationId: Name,
  missing: z.number().int().min(1).max(2_147_483_647).nullish(),
});
export type ShippedCrossing = z.infer<typeof ShippedCrossing>;

export const Shipment = z.object({
  /** Which process wrote them down, as it calls itself in the record. */
  gateway: z.string().min(1).max(128),
  crossings: z.array(ShippedCrossing).min(1).max(SHIPMENT_MAX),
});
export type Shipment = z.infer<typeof Shipment>;

/** What the console says to a shipment: it keeps all of it but what is named here, which it would refuse again. */
export const ShipmentReceipt = z.object({
  kept: z.number().int(),
  refused: z.array(z.object({ id: z.string(), reason: z.string() })),
});
export type ShipmentReceipt = z.infer<typeof ShipmentReceipt>;

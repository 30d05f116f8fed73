import type { Direction } from "../allowlist/traffic.ts";
import type { CrossingReason } from "./reasons.ts";

/** What passes the boundary, or tries to. `gap` stands for crossings or events that could not be kept. */
export const CROSSING_KINDS = [
  "connection",
  "request",
  "callback",
  "webhook",
  "pull",
  "delivery",
  "bundle",
  "gap",
] as const;
export type CrossingKind = (typeof CROSSING_KINDS)[number];

/** `open` has begun and not ended; `failed` was allowed and did not succeed. */
export const CROSSING_OUTCOMES = ["open", "allowed", "refused", "failed"] as const;
export type CrossingOutcome = (typeof CROSSING_OUTCOMES)[number];

/**
 * One thing that crossed the boundary, either way, or was refused to. Queries, bodies and headers are never part of it.
 * `customer`, `deployment` and the name of the gateway come with whoever writes it down.
 */
export interface Crossing {
  /** `crs_` and a ULID. The same id again is the same crossing, further on. */
  readonly id: string;
  readonly beganAt: Date;
  readonly endedAt: Date | null;
  readonly direction: Direction;
  readonly kind: CrossingKind;
  readonly outcome: CrossingOutcome;
  /** Why it was refused or failed: a code such as `no_rule`, `sni_differs`. Null where it passed. */
  readonly reason: CrossingReason | null;
  /** The rule that let it pass. */
  readonly ruleId: string | null;
  readonly purpose: string | null;
  readonly environmentId: string | null;
  /** What is on the other side: the name that was asked for, the address that was really connected. */
  readonly peerName: string | null;
  readonly peerAddress: string | null;
  readonly peerPort: number | null;
  /** Who on this side: a client of the proxy, an endpoint, a source. */
  readonly clientId: string | null;
  readonly clientName: string | null;
  readonly clientAddress: string | null;
  readonly method: string | null;
  /** Without its query. */
  readonly path: string | null;
  readonly status: number | null;
  /** Bytes of payload into the site, and out of it. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly tlsVersion: string | null;
  /** SHA-256 of the peer's certificate, in hex, where it was seen. */
  readonly certificateSha256: string | null;
  /** From the asking to the first byte from the other side, in milliseconds. */
  readonly latencyMs: number | null;
  /** What ties it to the audit event, the sign-in or the event behind it. */
  readonly correlationId: string | null;
  /** Of a gap: how many crossings could not be kept, from `beganAt` to `endedAt`, for `reason`. */
  readonly missing?: number | null;
}

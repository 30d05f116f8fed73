import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { requireGateway } from "../require.ts";
import { type HandedOver, handedOver, lastTold } from "../told.ts";
import { authorityNames } from "./authorities.ts";
import type { Signature } from "./schema.ts";

export interface EndpointRow {
  id: string;
  name: string;
  url: string;
  signature: Signature;
  events: string[];
  environmentIds: string[];
  timeoutSeconds: number;
  /** How many deliveries at once. */
  inFlight: number;
  /** The site's own authorities, in PEM; null where the gateway trusts whom it trusts anyway. */
  authorities: string | null;
  authorityNames: string[];
  previousSecretEndsAt: Date | null;
  pausedAt: Date | null;
  pausedByName: string | null;
  createdByName: string;
  createdAt: Date;
  told: HandedOver | null;
}

/** As many as a gateway's configuration may name. */
const ENDPOINTS_MAX = 100;

/** Where a gateway hands events over, and how that goes. */
export function listEndpoints(actor: Actor, gatewayId: string, now = systemClock()): Promise<EndpointRow[]> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const found = await tx.relayEndpoint.findMany({
      where: { gatewayId, removedAt: null, ...visibleTo(actor) },
      select: ROW,
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: ENDPOINTS_MAX,
    });
    const told = await lastTold(tx, gatewayId, "endpoints");
    return found.map(({ signature, previousSecretEndsAt, ...row }) => {
      return {
        ...row,
        authorityNames: row.authorities === null ? [] : authorityNames(row.authorities),
        signature: signature === "standard" ? "standard" : "workos",
        previousSecretEndsAt:
          previousSecretEndsAt && previousSecretEndsAt > now ? previousSecretEndsAt : null,
        told: handedOver(told.get(row.id)),
      };
    });
  });
}

const ROW = {
  ...{ id: true, name: true, url: true, signature: true, events: true, environmentIds: true },
  ...{ timeoutSeconds: true, inFlight: true, authorities: true },
  ...{ previousSecretEndsAt: true, pausedAt: true, pausedByName: true },
  ...{ createdByName: true, createdAt: true },
} as const;

import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { requireGateway } from "../require.ts";

export interface IntakeRow {
  id: string;
  kind: "webhook" | "callback";
  path: string;
  environmentName: string | null;
  toleranceSeconds: number;
  /** The largest body that is taken. */
  maxBytes: number;
  target: string | null;
  previousSecretEndsAt: Date | null;
  createdByName: string;
  createdAt: Date;
}

/** As many as a gateway's configuration may name. */
const INTAKES_MAX = 100;

/** The paths of a gateway that something outside may send to. */
export function listIntakes(actor: Actor, gatewayId: string, now = systemClock()): Promise<IntakeRow[]> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const found = await tx.gatewayIntake.findMany({
      where: {
        ...{ gatewayId, ...visibleTo(actor) },
        OR: [{ environmentId: null }, { environment: { state: { not: "removed" } } }],
      },
      select: ROW,
      orderBy: [{ path: "asc" }, { id: "asc" }],
      take: INTAKES_MAX,
    });
    return found.map(({ kind, environment, previousSecretEndsAt, ...row }) => ({
      ...row,
      kind: kind === "callback" ? "callback" : "webhook",
      environmentName: environment?.name ?? null,
      previousSecretEndsAt: previousSecretEndsAt && previousSecretEndsAt > now ? previousSecretEndsAt : null,
    }));
  });
}

const ROW = {
  ...{ id: true, kind: true, path: true, toleranceSeconds: true, maxBytes: true, target: true },
  ...{ previousSecretEndsAt: true, createdByName: true, createdAt: true },
  environment: { select: { name: true } },
} as const;

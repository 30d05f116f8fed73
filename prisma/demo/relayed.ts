import { createHash } from "node:crypto";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { DAY_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import type { Random } from "./random.ts";

/** One database for all gateways of the demo, which is not this console's. */
export const STORE = "5c0f3a52-6a0b-4c57-9d53-0d6f3f0f7a11";

/** What a process that relays reports of. */
export interface Relaying {
  mode: DeploymentMode;
  sources: readonly { id: string; environmentId: string }[];
  endpoints: readonly string[];
  folders: readonly string[];
}

/** What a process that relays adds to its report. */
export function relayReport(
  random: Random,
  heardAt: Date,
  { mode, sources, endpoints, folders }: Relaying,
): Pick<GatewayReport, "sources" | "endpoints" | "held" | "buffer" | "carried"> {
  const ago = (seconds: number) => new Date(heardAt.getTime() - seconds * SECOND_MS);
  const events = random.int(0, 40_000);
  const standing = [...endpoints, ...folders].map((id) => {
    const state = folders.includes(id)
      ? ("working" as const)
      : random.weighted({ working: 84, failing: 10, broken: 6 });
    return {
      ...{ id, state, waiting: state === "working" ? 0 : random.int(1, 12) },
      dead: state === "broken" ? random.int(1, 8) : 0,
      last_delivered_at: ago(random.int(5, 9_000)).toISOString(),
    };
  });
  return {
    ...(mode === "air_gapped" ? { carried: carriedOf(random, sources, ago) } : {}),
    sources: sources.map(({ id }) => ({
      ...{
        id,
        cursor: random.id("event", ago(60)),
        problem: random.chance(0.08) ? "The API answered 503." : null,
      },
      last_event_at: ago(random.int(60, 9_000)).toISOString(),
      last_pulled_at: ago(random.int(1, 20)).toISOString(),
      caught_up_at: random.chance(0.9) ? ago(random.int(1, 20)).toISOString() : null,
    })),
    endpoints: standing,
    held: standing.flatMap((one) => heldOf(random, one, ago)),
    buffer: {
      events,
      bytes: events * random.int(700, 1_900),
      oldest_at: events > 0 ? ago(random.int(1, 29) * 86_400).toISOString() : null,
    },
  };
}

type Ago = (seconds: number) => Date;
const EVENTS = ["dsync.user.updated", "organization_membership.created", "dsync.group.user_added"] as const;

/** What was given up, and what waits for another try. */
function heldOf(
  random: Random,
  { id, dead, waiting }: { id: string; dead: number; waiting: number },
  ago: Ago,
): NonNullable<GatewayReport["held"]> {
  const problem = random.pick(["It answered 503.", "It did not answer within 15 seconds."]);
  return Array.from({ length: Math.min(20, dead + waiting) }, (_, place) => {
    const isDead = place < dead;
    const openedAt = ago(isDead ? random.int(3 * 86_400, 9 * 86_400) : random.int(60, 7_200));
    return {
      ...{ endpoint_id: id, event_id: random.id("event", openedAt), event: random.pick(EVENTS) },
      ...{
        state: isDead ? ("dead" as const) : ("waiting" as const),
        attempts: isDead ? 44 : random.int(1, 9),
      },
      opened_at: openedAt.toISOString(),
      next_at: isDead ? null : ago(-random.int(5, 3_600)).toISOString(),
      died_at: isDead ? new Date(openedAt.getTime() + 3 * DAY_MS).toISOString() : null,
      ...{ status: problem.includes("503") ? 503 : null, problem },
    };
  });
}

/** Into an air-gapped site events come as files; one environment's are up to date, another's file may be on its way. */
function carriedOf(
  random: Random,
  sources: Relaying["sources"],
  ago: Ago,
): NonNullable<GatewayReport["carried"]> {
  return {
    public_key: createHash("sha256")
      .update(`side ${random.int(0, 1e9)}`)
      .digest("base64url"),
    relays: sources.map(({ environmentId }) => {
      const through = random.int(900, 80_000);
      return {
        ...{ environment_id: environmentId, side: "import" as const, store_id: STORE },
        ...{ through: String(through), other_through: String(through + random.pick([0, 0, 140])) },
        last_event_at: ago(random.int(9_000, 200_000)).toISOString(),
        carried_at: ago(random.int(3_000, 90_000)).toISOString(),
        ...{ files: random.int(3, 60), waiting: 0 },
      };
    }),
  };
}

import "server-only";
import type { Domain } from "#lib/drivers/domain-port.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { declined } from "#lib/shared/refusals.ts";

interface MirrorPlace {
  customerId: string;
  deploymentId: string;
  environmentId: string;
}

const CHUNK = 1_000;

/** Repeats all domains of an environment. What it no longer tells of is gone there. */
export async function mirrorDomains(
  tx: Tx,
  place: MirrorPlace,
  told: readonly Domain[],
  at: Date,
): Promise<void> {
  for (let from = 0; from < told.length; from += CHUNK)
    await write(tx, place, told.slice(from, from + CHUNK), at);
  const { environmentId } = place;
  await tx.domain.deleteMany({ where: { environmentId, syncedAt: { lt: at } } });
}

/** Repeats here what a driver said of one domain. */
export async function mirrorDomain(tx: Tx, place: MirrorPlace, domain: Domain, at: Date): Promise<void> {
  await write(tx, place, [domain], at);
}

/** In one statement: an environment may have thousands, and all of them are told every few minutes. */
async function write(tx: Tx, place: MirrorPlace, domains: readonly Domain[], at: Date): Promise<void> {
  const { customerId, deploymentId, environmentId } = place;
  // Two environments that claim one id would let one customer's site rewrite another's rows.
  const where = { id: { in: domains.map(({ id }) => id) }, NOT: { environmentId } };
  if (await tx.domain.findFirst({ where, select: { id: true } }))
    throw declined("upstream", "foreign_domain");
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO console.domains AS known (id, customer_id, deployment_id, environment_id, organization_id, organization_name,
      name, state, strategy, record_name, record_value, looked_at, verdict, look, synced_at, created_at, updated_at)
    SELECT id, ${customerId}, ${deploymentId}, ${environmentId}, organization_id, coalesce(organization_name, ''),
      name, state, strategy, record_name, record_value, looked_at, verdict, look, ${at}, created_at, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(domains.map(columnsOf))}::jsonb) AS told(id text, organization_id text,
      organization_name text, name text, state text, strategy text, record_name text, record_value text,
      looked_at timestamptz, verdict text, look jsonb, created_at timestamptz)
    ON CONFLICT (id) DO UPDATE SET organization_id = excluded.organization_id,
      organization_name = coalesce(nullif(excluded.organization_name, ''), known.organization_name),
      name = excluded.name, state = excluded.state, strategy = excluded.strategy, record_name = excluded.record_name,
      record_value = excluded.record_value, looked_at = excluded.looked_at, verdict = excluded.verdict,
      look = excluded.look, synced_at = excluded.synced_at, updated_at = excluded.updated_at
    WHERE known.synced_at <= excluded.synced_at`);
}

function columnsOf(domain: Domain) {
  const { id, organizationId, organizationName, name, state, strategy, record, lastLook, createdAt } = domain;
  return {
    ...{ id, name, state, strategy },
    organization_id: organizationId,
    organization_name: organizationName,
    record_name: record?.name ?? "",
    record_value: record?.value ?? "",
    looked_at: lastLook?.at ?? null,
    verdict: lastLook?.verdict ?? "",
    look: lastLook && { resolvers: lastLook.resolvers, names: lastLook.names },
    created_at: createdAt,
  };
}

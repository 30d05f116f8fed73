import "server-only";
import { type Actor, customersVisibleTo, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { containing } from "#lib/platform/sql.ts";
import type { SearchHit } from "./schema.ts";

const HITS_MAX = 6;

/** Customers and deployments whose name holds the text, those in use only. */
export async function search(actor: Actor, text: string): Promise<SearchHit[]> {
  actor.must("customer.read");
  actor.must("deployment.read");
  const name = containing(text);
  return inScope(actor, async (tx) => {
    const customers = await tx.customer.findMany({
      where: { ...customersVisibleTo(actor), name, archivedAt: null },
      select: { id: true, name: true },
      orderBy: { name: "asc" },
      take: HITS_MAX,
    });
    const deployments = await tx.deployment.findMany({
      where: { ...visibleTo(actor), archivedAt: null, OR: [{ name }, { site: name }] },
      select: { id: true, name: true, site: true, customer: { select: { name: true } } },
      orderBy: { name: "asc" },
      take: HITS_MAX,
    });
    return [
      ...customers.map(({ id, name }) => ({
        kind: "customer" as const,
        id,
        name,
        hint: "Customer",
        href: `/customers/${id}`,
      })),
      ...deployments.map(({ id, name, site, customer }) => ({
        kind: "deployment" as const,
        id,
        name,
        hint: [customer.name, site].filter(Boolean).join(" · "),
        href: `/deployments/${id}`,
      })),
    ];
  });
}

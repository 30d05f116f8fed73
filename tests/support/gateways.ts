import { asSystem } from "#lib/platform/db.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import { newId } from "#lib/shared/ids.ts";

export interface Site {
  customerId: string;
  deploymentId: string;
}

/** A customer with one restricted deployment. */
export async function aSite(name = "Frankfurt"): Promise<Site> {
  const [customerId, deploymentId] = [newId("cus"), newId("dep")];
  await asSystem("a test's deployment", async (tx) => {
    await tx.customer.create({ data: { id: customerId, name: customerId, slug: customerId.toLowerCase() } });
    await tx.deployment.create({ data: { id: deploymentId, customerId, name, mode: "restricted" } });
  });
  return { customerId, deploymentId };
}

/** What a process that just started reports, and what a test wants of it otherwise. */
export function aReport(changes: Partial<GatewayReport> = {}): GatewayReport {
  return {
    gateway: "edge-1",
    version: "0.1.0",
    store_id: "00000000-0000-4000-8000-000000000000",
    parts: ["egress", "intake", "relay"],
    started_at: "2026-11-24T08:00:00.000Z",
    configuration: { digest: null, allowlist: null, problem: null },
    ...changes,
  };
}

import type { Run } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { type DomainRow, domainToWire, type OrganizationRow, organizationToWire } from "./organization.ts";

export async function tellOrganization(
  run: Run,
  environmentId: string,
  what: "created" | "updated" | "deleted",
  row: OrganizationRow,
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `organization.${what}`,
    data: organizationToWire(row),
    organizationId: row.id,
  });
}

export async function tellDomain(
  run: Run,
  environmentId: string,
  what: "created" | "updated" | "deleted" | "verified",
  row: DomainRow,
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `organization_domain.${what}`,
    data: domainToWire(row),
    organizationId: row.organization_id,
  });
}

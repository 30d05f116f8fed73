import { z } from "zod";
import { sql } from "../db.ts";
import { domainTaken, insertDomain } from "../organizations/domain-store.ts";
import { tellOrganization } from "../organizations/events.ts";
import { CreateOrganization, DomainName } from "../organizations/organization.ts";
import { insertOrganization, readOrganization } from "../organizations/store.ts";
import { importKind } from "./batch.ts";
import { originOf, PinnedId, Times } from "./pinned.ts";

const ImportDomain = z.object({
  ...Times,
  id: PinnedId("org_domain"),
  domain: DomainName,
  state: z.enum(["pending", "verified", "legacy_verified", "failed"]),
  verification_strategy: z.enum(["dns", "manual"]).default("dns"),
  // With these the TXT record that a customer has set already stays good.
  verification_prefix: z.string().min(1).max(200).nullish(),
  verification_token: z.string().min(1).max(200).nullish(),
});

/** An organization as WorkOS's API shows it. */
const ImportOrganization = CreateOrganization.omit({ domain_data: true }).extend({
  ...Times,
  id: PinnedId("org"),
  domains: z.array(ImportDomain).max(100).default([]),
});

export const organizationImport = importKind({
  schema: ImportOrganization,
  known: sql(
    "import_organization_known",
    "SELECT id FROM identity.organizations WHERE environment_id = $1 AND id = $2",
  ),
  async insert({ db }, environmentId, { domains, ...record }) {
    await db.transaction(environmentId, async (run) => {
      await insertOrganization(run, environmentId, record, originOf(record));
      for (const domain of domains) {
        const made = await insertDomain(run, environmentId, record, {
          ...domain,
          strategy: domain.verification_strategy,
          origin: originOf(domain),
        });
        if (!made) throw domainTaken(domain.domain);
      }
      await tellOrganization(
        run,
        environmentId,
        "created",
        await readOrganization(run, environmentId, record.id),
      );
    });
  },
});

import * as commands from "#lib/domains/commands.ts";
import * as domains from "#lib/domains/queries.ts";
import { DOMAIN_LIST } from "#lib/domains/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

const REASON = "Confirmed by phone with their IT";

/** The domains of organizations. */
export const DOMAINS: Rows = {
  "domains/queries.listDomains": row("domain.read", "not_found", (actor, { deploymentId }) =>
    domains.listDomains(actor, deploymentId, parseListQuery({}, DOMAIN_LIST)),
  ),
  "domains/queries.getDomain": row("domain.read", "not_found", (actor, { deploymentId, domainId }) =>
    domains.getDomain(actor, deploymentId, domainId),
  ),
  "domains/commands.addDomain": row("domain.add", "not_found", (actor, { environmentId }) =>
    commands.addDomain(actor, { environmentId, organizationId: "org_1", domain: "new.example" }),
  ),
  "domains/commands.checkDomain": row("domain.check", "not_found", commands.checkDomain),
  "domains/commands.verifyDomainByHand": row("domain.verify_by_hand", "not_found", (actor, { domainId }) =>
    commands.verifyDomainByHand(actor, { domainId, reason: REASON }),
  ),
  "domains/commands.removeDomain": row("domain.remove", "not_found", (actor, { domainId }) =>
    commands.removeDomain(actor, { domainId, confirm: `${domainId.toLowerCase()}.example` }),
  ),
};

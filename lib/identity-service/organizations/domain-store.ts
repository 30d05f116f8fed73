import { type Run, sql } from "../db.ts";
import { randomSecret } from "../keys/secrets.ts";
import { refused } from "../wire/errors.ts";
import { madeNow, type Origin } from "../wire/ids.ts";
import { tellDomain } from "./events.ts";
import type { ChangeOrganization, DomainRow } from "./organization.ts";

const DROP = sql(
  "organization_domains_drop",
  `DELETE FROM identity.organization_domains WHERE environment_id = $1 AND organization_id = $2 AND domain <> ALL ($3) RETURNING *`,
);
const LOCK = sql(
  "organization_domain_lock",
  "SELECT * FROM identity.organization_domains WHERE environment_id = $1 AND domain = $2 FOR UPDATE",
);
const INSERT = sql(
  "organization_domain_insert",
  `INSERT INTO identity.organization_domains
     (environment_id, id, organization_id, domain, state, strategy, verification_prefix, verification_token, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (environment_id, domain) DO NOTHING RETURNING *`,
);
const SET = sql(
  "organization_domain_set",
  `UPDATE identity.organization_domains SET state = $3, strategy = $4, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);

interface Owner {
  id: string;
  name: string;
}

/** Adds a domain to an organization, or sets the state of one it has. Null where another organization has it. */
export async function putDomain(
  run: Run,
  environmentId: string,
  organization: Owner,
  wanted: { domain: string; state: "pending" | "verified" },
): Promise<DomainRow | null> {
  const strategy = wanted.state === "verified" ? "manual" : "dns";
  const [before] = await run<DomainRow>(LOCK, [environmentId, wanted.domain]);
  if (before) return await setDomain(run, environmentId, organization, before, { ...wanted, strategy });
  return await insertDomain(run, environmentId, organization, { ...wanted, strategy });
}

interface NewDomain {
  domain: string;
  state: string;
  strategy: string;
  verification_prefix?: string | null | undefined;
  verification_token?: string | null | undefined;
  origin?: Origin;
}

/** A domain that is new here, with its event. Null where an organization has it already. */
export async function insertDomain(
  run: Run,
  environmentId: string,
  organization: Owner,
  wanted: NewDomain,
): Promise<DomainRow | null> {
  const { id, createdAt, updatedAt } = wanted.origin ?? madeNow("org_domain");
  const [row] = await run<DomainRow>(INSERT, [
    environmentId,
    id,
    organization.id,
    wanted.domain,
    wanted.state,
    wanted.strategy,
    wanted.verification_prefix ?? verificationPrefix(organization.name),
    wanted.verification_token ?? randomSecret().slice(0, 25),
    createdAt,
    updatedAt,
  ]);
  if (row) await tellDomain(run, environmentId, "created", row);
  return row ?? null;
}

async function setDomain(
  run: Run,
  environmentId: string,
  organization: Owner,
  before: DomainRow,
  { state, strategy }: { state: string; strategy: string },
): Promise<DomainRow | null> {
  if (before.organization_id !== organization.id) return null;
  if (before.state === state) return before;
  const [row] = await run<DomainRow>(SET, [environmentId, before.id, state, strategy]);
  if (!row) return null;
  await tellDomain(run, environmentId, "updated", row);
  if (state === "verified") await tellDomain(run, environmentId, "verified", row);
  return row;
}

/** `domain_data` says every domain the organization has from now on; so does the older `domains`, which brings no proof. */
export async function putDomains(
  run: Run,
  environmentId: string,
  organization: Owner,
  { domain_data, domains }: ChangeOrganization,
): Promise<void> {
  const wanted = domain_data ?? domains?.map((domain) => ({ domain, state: "verified" as const }));
  if (!wanted) return;
  const names = wanted.map(({ domain }) => domain);
  for (const gone of await run<DomainRow>(DROP, [environmentId, organization.id, names]))
    await tellDomain(run, environmentId, "deleted", gone);
  for (const each of wanted) {
    const row = await putDomain(run, environmentId, organization, each);
    if (!row) throw domainTaken(each.domain);
  }
}

export function domainTaken(domain: string) {
  return refused(409, `The domain '${domain}' belongs to another organization.`, "domain_already_exists");
}

function verificationPrefix(organizationName: string): string {
  const slug =
    organizationName
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "")
      .slice(0, 30) || "organization";
  return `${slug}-domain-verification-${randomSecret()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .slice(0, 6)}`;
}

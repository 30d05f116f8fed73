import { z } from "zod";
import { type Database, sql } from "../db.ts";
import { randomSecret } from "../keys/secrets.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { isPublished } from "./domain-proof.ts";
import { putDomain } from "./domain-store.ts";
import { tellDomain } from "./events.ts";
import { DomainName, type DomainRow } from "./organization.ts";

export const CreateDomain = z.object({ domain: DomainName, organization_id: z.string() });

const FIND = sql(
  "organization_domain_find",
  "SELECT * FROM identity.organization_domains WHERE environment_id = $1 AND id = $2",
);
const DELETE = sql(
  "organization_domain_delete",
  "DELETE FROM identity.organization_domains WHERE environment_id = $1 AND id = $2 RETURNING *",
);
const SET_STATE = sql(
  "organization_domain_set_state",
  `UPDATE identity.organization_domains SET state = $3, strategy = 'dns', verification_token = $4, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const TAKEN = sql(
  "organization_domain_taken",
  "SELECT id FROM identity.organization_domains WHERE environment_id = $1 AND domain = $2",
);
const ORGANIZATION = sql(
  "organization_domain_owner",
  "SELECT id, name FROM identity.organizations WHERE environment_id = $1 AND id = $2 FOR SHARE",
);

export async function getDomain(db: Database, environmentId: string, id: string): Promise<DomainRow> {
  const [row] = await db.query<DomainRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Organization Domain", id);
  return row;
}

export async function removeDomain(db: Database, environmentId: string, id: string): Promise<void> {
  await db.transaction(environmentId, async (run) => {
    const [gone] = await run<DomainRow>(DELETE, [environmentId, id]);
    if (!gone) throw notFound("Organization Domain", id);
    await tellDomain(run, environmentId, "deleted", gone);
  });
}

export async function createDomain(
  db: Database,
  environmentId: string,
  wanted: z.infer<typeof CreateDomain>,
): Promise<DomainRow> {
  return await db.transaction(environmentId, async (run) => {
    const [organization] = await run<{ id: string; name: string }>(ORGANIZATION, [
      environmentId,
      wanted.organization_id,
    ]);
    if (!organization)
      throw invalid([
        {
          field: "organization_id",
          code: "organization_not_found",
          message: "There is no such organization.",
        },
      ]);
    const taken = await run(TAKEN, [environmentId, wanted.domain]);
    const row =
      taken.length > 0
        ? null
        : await putDomain(run, environmentId, organization, { domain: wanted.domain, state: "pending" });
    if (!row) throw refused(409, "Domain already exists for this organization.", "domain_already_exists");
    return row;
  });
}

/**
 * Begins the proof again, and looks at once whether the record is there. A domain that still waits keeps its token, for its
 * record may be on its way to this network's name servers; one that has failed is given another.
 */
export async function verifyDomain(db: Database, environmentId: string, id: string): Promise<DomainRow> {
  const before = await getDomain(db, environmentId, id);
  if (before.state === "verified")
    throw refused(400, "Domain is already verified.", "domain_already_verified");
  const proven = await isPublished(before);
  const token =
    proven || before.state === "pending" ? before.verification_token : randomSecret().slice(0, 25);
  return await db.transaction(environmentId, async (run) => {
    const state = proven ? "verified" : "pending";
    const [row] = await run<DomainRow>(SET_STATE, [environmentId, id, state, token]);
    if (!row) throw notFound("Organization Domain", id);
    await tellDomain(run, environmentId, "updated", row);
    if (proven) await tellDomain(run, environmentId, "verified", row);
    return row;
  });
}

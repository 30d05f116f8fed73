import { z } from "zod";
import { alone, type Database, sql } from "../db.ts";
import { randomSecret } from "../keys/secrets.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { isProof, type Look, lookFor, saveLook } from "./domain-look.ts";
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
  `UPDATE identity.organization_domains SET state = $3, strategy = $4, verification_token = $5, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const LOCK = sql(
  "organization_domain_lock_by_id",
  "SELECT * FROM identity.organization_domains WHERE environment_id = $1 AND id = $2 FOR UPDATE",
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
  return await settle(db, environmentId, before, await lookFor(before, new Date()));
}

/** The same for whoever is setting it up: a domain that is verified is looked at too, and stays so whatever is found. */
export async function checkDomain(db: Database, environmentId: string, id: string): Promise<DomainRow> {
  const before = await getDomain(db, environmentId, id);
  const look = await lookFor(before, new Date());
  if (before.state !== "verified") return await settle(db, environmentId, before, look);
  await saveLook(alone(db, environmentId), environmentId, id, look);
  return before;
}

async function settle(
  db: Database,
  environmentId: string,
  before: DomainRow,
  look: Look,
): Promise<DomainRow> {
  const { id } = before;
  const proven = isProof(before, look);
  const token =
    proven || before.state === "pending" ? before.verification_token : randomSecret().slice(0, 25);
  return await db.transaction(environmentId, async (run) => {
    const state = proven ? "verified" : "pending";
    const [row] = await run<DomainRow>(SET_STATE, [environmentId, id, state, "dns", token]);
    if (!row) throw notFound("Organization Domain", id);
    await saveLook(run, environmentId, id, look);
    await tellDomain(run, environmentId, "updated", row);
    if (proven) await tellDomain(run, environmentId, "verified", row);
    return row;
  });
}

/** On the word of whoever runs this service: no record is asked for. Repeated, it changes nothing and tells nobody. */
export async function verifyByHand(db: Database, environmentId: string, id: string): Promise<DomainRow> {
  return await db.transaction(environmentId, async (run) => {
    const [before] = await run<DomainRow>(LOCK, [environmentId, id]);
    if (!before) throw notFound("Organization Domain", id);
    if (before.state === "verified") return before;
    const set = [environmentId, id, "verified", "manual", before.verification_token];
    const [row = before] = await run<DomainRow>(SET_STATE, set);
    await tellDomain(run, environmentId, "updated", row);
    await tellDomain(run, environmentId, "verified", row);
    return row;
  });
}

import { MINUTE_MS } from "#lib/shared/clock.ts";
import { type Database, EVERY_ENVIRONMENT, sql } from "../db.ts";
import { repeat } from "../repeat.ts";
import { isProof, lookFor, saveLook } from "./domain-look.ts";
import { tellDomain } from "./events.ts";
import type { DomainRow } from "./organization.ts";

const LOOK_EVERY_MS = 5 * MINUTE_MS;
const PAGE = 20;

type PendingDomain = DomainRow & { environment_id: string };

// In the order of their ids, so that a page goes on behind the one before it, whatever became of its domains.
const PENDING = sql(
  "organization_domains_pending",
  `SELECT * FROM identity.organization_domains WHERE state = 'pending' AND strategy = 'dns' AND id > $1 ORDER BY id LIMIT ${PAGE}`,
);
// The token too: a proof that was begun again meanwhile is not the one that was looked at.
const SETTLE = sql(
  "organization_domain_settle",
  `UPDATE identity.organization_domains SET state = 'verified', updated_at = now()
   WHERE environment_id = $1 AND id = $2 AND state = 'pending' AND verification_token = $3 RETURNING *`,
);

/** Looks from time to time whether the records of pending domains are there. Any number of instances may. */
export function startProving(db: Database, failed: (error: unknown) => void): () => Promise<void> {
  return repeat(LOOK_EVERY_MS, (ending) => proveDomains(db, ending), failed);
}

/** Looks once for the record of every pending domain. Those that wait too long `tellWhatIsDue` gives up. */
export async function proveDomains(db: Database, ending?: AbortSignal): Promise<{ more: boolean }> {
  let after = "";
  while (!ending?.aborted) {
    const page = await db.query<PendingDomain>(EVERY_ENVIRONMENT, PENDING, [after]);
    await Promise.all(page.map((domain) => prove(db, domain)));
    const last = page.at(-1);
    if (!last) break;
    after = last.id;
  }
  return { more: false };
}

async function prove(db: Database, domain: PendingDomain): Promise<void> {
  const { environment_id: environmentId, id, verification_token: token } = domain;
  const look = await lookFor(domain, new Date());
  await db.transaction(environmentId, async (run) => {
    await saveLook(run, environmentId, id, look);
    if (!isProof(domain, look)) return;
    const [row] = await run<DomainRow>(SETTLE, [environmentId, id, token]);
    if (!row) return; // by another instance, given up, or begun again
    await tellDomain(run, environmentId, "updated", row);
    await tellDomain(run, environmentId, "verified", row);
  });
}

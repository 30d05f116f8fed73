import { SECOND_MS } from "#lib/shared/clock.ts";
import { EVERY_ENVIRONMENT, sql } from "../../db.ts";
import { getEnvironment } from "../../environments/store.ts";
import { lazy } from "../../lazy.ts";
import { repeat } from "../../repeat.ts";
import type { Service } from "../../service.ts";
import { WireError } from "../../wire/errors.ts";

// Many a service invites nobody: what it takes is loaded with the first who is.
const invitations = lazy(() => import("../../invitations/create.ts"));

const LOOK_EVERY_MS = 5 * SECOND_MS;
const BATCH = 50;

// Not where a provider's request is answered: a page of a thousand people must not wait for a thousand messages.
const WAITING = sql(
  "provisioning_waiting",
  `SELECT member.id, member.environment_id, member.organization_id, person.email
   FROM identity.organization_memberships AS member JOIN identity.users AS person ON person.id = member.user_id
   WHERE member.status = 'pending' AND member.directory_managed AND member.invited_at IS NULL
     AND EXISTS (SELECT FROM identity.directory_users AS listed JOIN identity.directories AS directory ON directory.id = listed.directory_id
       WHERE listed.user_id = member.user_id AND listed.organization_id = member.organization_id AND listed.state = 'active'
         AND directory.settings -> 'provisioning' = 'true'
         AND coalesce(directory.settings -> 'invitations', 'true') = 'true')
   ORDER BY member.id LIMIT ${BATCH}`,
);
// Of two instances one asks.
const ASK = sql(
  "provisioning_ask",
  `UPDATE identity.organization_memberships SET invited_at = $3
   WHERE environment_id = $1 AND id = $2 AND status = 'pending' AND invited_at IS NULL RETURNING id`,
);

interface Waiting {
  id: string;
  environment_id: string;
  organization_id: string;
  email: string;
}

/** Invites those whom a directory named but cannot speak for. Returns how many there were. */
export async function inviteWaiting(service: Service): Promise<number> {
  const waiting = await service.db.query<Waiting>(EVERY_ENVIRONMENT, WAITING, []);
  for (const each of waiting) await inviteOne(service, each);
  return waiting.length;
}

async function inviteOne(
  service: Service,
  { id, environment_id, organization_id, email }: Waiting,
): Promise<void> {
  const { invite } = await invitations();
  const environment = await getEnvironment(service.db, environment_id);
  await service.db.transaction(environment_id, async (run) => {
    if ((await run(ASK, [environment_id, id, service.clock()])).length === 0) return;
    try {
      await invite(service, run, environment, { email, organization_id });
    } catch (error) {
      // Whoever is invited already, by a person, need not be asked twice.
      if (!(error instanceof WireError)) throw error;
    }
  });
}

/** Invites for as long as the service runs. Any number of instances may. */
export function startInviting(service: Service, failed: (error: unknown) => void): () => Promise<void> {
  return repeat(LOOK_EVERY_MS, async () => ({ more: (await inviteWaiting(service)) === BATCH }), failed);
}

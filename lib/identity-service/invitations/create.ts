import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import type { EnvironmentRow } from "../environments/environment.ts";
import { getEnvironment } from "../environments/store.ts";
import { randomSecret } from "../keys/secrets.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { requireRoles } from "../memberships/roles.ts";
import { lockMembershipOf } from "../memberships/store.ts";
import type { Service } from "../service.ts";
import { findUser, findUserByEmail } from "../users/store.ts";
import { emailKey } from "../wire/email.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { type CreateInvitation, type InvitationRow, tokenContext } from "./invitation.ts";
import { mailInvitation } from "./mail.ts";
import { insertInvitation, tellInvitation } from "./store.ts";

const DAYS = { least: 1, usual: 7, most: 30 };

// Held until the transaction ends: two invitations of one address to one place must see each other.
const ONE_AT_A_TIME = sql(
  "invitation_one_at_a_time",
  "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
);
const PENDING = sql(
  "invitation_pending",
  `SELECT id FROM identity.invitations WHERE environment_id = $1 AND email_key = $2
     AND organization_id IS NOT DISTINCT FROM $3 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $4`,
);

/** Invites somebody, to an organization or just to the application, by a message with a link. */
export async function createInvitation(
  service: Service,
  environmentId: string,
  wanted: CreateInvitation,
): Promise<InvitationRow> {
  const environment = await getEnvironment(service.db, environmentId);
  return await service.db.transaction(environmentId, (run) => invite(service, run, environment, wanted));
}

/** The same within a transaction. @throws WireError before anything is written */
export async function invite(
  service: Service,
  run: Run,
  environment: EnvironmentRow,
  wanted: CreateInvitation,
): Promise<InvitationRow> {
  const days = requireDays(wanted.expires_in_days ?? DAYS.usual);
  const [id, token, now] = [newId("invitation"), randomSecret(), service.clock()];
  await requireInvitable(run, environment.id, wanted, now);
  const row = await insertInvitation(
    run,
    environment.id,
    {
      id,
      email: wanted.email,
      organization_id: wanted.organization_id ?? null,
      inviter_user_id: wanted.inviter_user_id ?? null,
      role_slug: wanted.role_slug ?? null,
      token_sealed: service.sealer.seal(token, tokenContext(id)),
      expires_at: new Date(now.getTime() + days * DAY_MS),
    },
    token,
  );
  await tellInvitation(run, environment.id, "created", row, now);
  await mailInvitation(service, run, environment, row, token);
  return row;
}

/** @throws WireError where what it names is not there, or the person is there or invited already. */
async function requireInvitable(
  run: Run,
  environmentId: string,
  wanted: CreateInvitation,
  now: Date,
): Promise<void> {
  const { email, role_slug } = wanted;
  const inviterId = wanted.inviter_user_id ?? null;
  const organizationId = wanted.organization_id ?? null;
  if (organizationId !== null) await requireOrganization(run, environmentId, organizationId);
  if (inviterId !== null && !(await findUser(run, environmentId, inviterId)))
    throw notFound("User", inviterId);
  if (role_slug && !organizationId)
    throw invalid([
      { field: "organization_id", code: "required", message: "A role is a role in an organization." },
    ]);
  if (role_slug) await requireRoles(run, environmentId, organizationId, [role_slug], 400);
  const place = [environmentId, emailKey(email), organizationId];
  await run(ONE_AT_A_TIME, [JSON.stringify(["invitation", ...place])]);
  const user = await findUserByEmail(run, environmentId, email);
  if (user && !organizationId) throw refused(400, "There is such a user already.", "user_already_exists");
  if (user && organizationId) {
    const membership = await lockMembershipOf(run, environmentId, user.id, organizationId);
    if (membership?.status === "active")
      throw refused(
        400,
        "The user is a member of this organization already.",
        "user_already_organization_member",
      );
  }
  const pending = await run(PENDING, [...place, now]);
  if (pending.length === 0) return;
  throw organizationId
    ? refused(
        400,
        "This address is invited to the organization already.",
        "email_already_invited_to_organization",
      )
    : refused(400, "This address is invited already.", "email_already_invited");
}

function requireDays(days: number): number {
  if (days < DAYS.least)
    throw refused(400, "An invitation is good for a day at least.", "expires_in_days_too_short");
  if (days > DAYS.most)
    throw refused(400, "An invitation is good for 30 days at most.", "expires_in_days_too_long");
  return days;
}

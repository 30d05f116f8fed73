import { type Run, sql } from "../db.ts";
import type { EnvironmentRow } from "../environments/environment.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { queueMessage } from "../messages/queue.ts";
import { invitationText } from "../messages/texts.ts";
import { invitationLink } from "../one-time/links.ts";
import type { Service } from "../service.ts";
import { findUser } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import type { InvitationRow } from "./invitation.ts";

const ORGANIZATION_NAME = sql(
  "invitation_organization_name",
  "SELECT name FROM identity.organizations WHERE environment_id = $1 AND id = $2",
);

export async function mailInvitation(
  { sealer, env }: Service,
  run: Run,
  { id, name, settings }: EnvironmentRow,
  row: InvitationRow,
  token: string,
): Promise<void> {
  const [organization] = await run<{ name: string }>(ORGANIZATION_NAME, [id, row.organization_id]);
  const inviter = row.inviter_user_id ? await findUser(run, id, row.inviter_user_id) : null;
  const text = invitationText({
    application: name,
    link: invitationLink(env.baseUrl, EnvironmentSettings.parse(settings).pages, token),
    inviter: inviter && calledAs(inviter),
    organization: organization?.name ?? null,
    expiresAt: row.expires_at,
  });
  await queueMessage(sealer, run, id, {
    kind: "invitation",
    recipient: row.email,
    expiresAt: row.expires_at,
    ...text,
  });
}

/** The name with the address beside it: a name alone could be anybody's. */
function calledAs({ name, first_name, last_name, email }: UserRow): string {
  const called = name ?? [first_name, last_name].filter(Boolean).join(" ");
  return called ? `${called} (${email})` : email;
}

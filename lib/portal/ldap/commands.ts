import "server-only";
import { createConnection } from "#lib/connections/commands.ts";
import type { LdapProbe } from "#lib/drivers/ldap-port.ts";
import { getGuide } from "#lib/guides/library.ts";
import { inScope } from "#lib/platform/db.ts";
import { markStep } from "#lib/portal/mark-step.ts";
import { mustBeDone } from "#lib/portal/refusals.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { saveDraft } from "#lib/portal/sign-in/draft.ts";
import { requireOwnConnection, requirePurpose } from "#lib/portal/sign-in/require.ts";
import { declined } from "#lib/shared/refusals.ts";
import { askProber } from "./prober.ts";
import type { ChangeLdapSignInInput, CreateLdapSignInInput, ProbeLdapSignInInput } from "./schema.ts";

/** Makes a connection to the customer's own directory servers. Nobody signs in by it before it is switched on. */
export async function createLdapSignIn(
  setup: Setup,
  { guideId, kind, bindPassword, ...ldap }: CreateLdapSignInInput,
): Promise<{ connectionId: string }> {
  requirePurpose(setup, "sso");
  const guide = await getGuide(guideId, "en");
  if (guide?.protocol !== "ldap") throw declined("not_found", "no_such_guide");
  const { actor, environmentId, organizationId, organizationName } = setup;
  const made = await createConnection(actor, {
    ...ldap,
    ...{ bindPassword, environmentId, organizationId, source: "ldap", domains: [] },
    type: kind === "active_directory" ? "ActiveDirectory" : "LDAP",
    name: `${organizationName} ${guide.name}`.slice(0, 120),
  });
  mustBeDone(made);
  const connectionId = made.targetId;
  await inScope(actor, (tx) =>
    tx.connection.update({ where: { id: connectionId }, data: { guideId }, select: { id: true } }),
  );
  for (const step of ["sign_in.provider", "sign_in.values", "sign_in.metadata"] as const)
    await markStep(setup, step);
  return { connectionId };
}

/** Says where the servers are from now on, in a draft: people sign in as before until it is switched on. */
export async function changeLdapSignIn(
  setup: Setup,
  { connectionId, ...ldap }: ChangeLdapSignInInput,
): Promise<{ connectionId: string }> {
  requirePurpose(setup, "sso");
  await requireOwnConnection(setup, connectionId);
  await saveDraft(setup, connectionId, { ldap });
  return { connectionId };
}

/** Tries what is typed, before any of it is kept. */
export async function probeLdapSignIn(setup: Setup, input: ProbeLdapSignInInput): Promise<LdapProbe> {
  requirePurpose(setup, "sso");
  setup.actor.must("connection.test");
  const { connectionId = null, ...ldap } = input;
  if (connectionId) await requireOwnConnection(setup, connectionId);
  return await askProber(setup, "connection.test", ldap.servers, (prober) =>
    prober.signIn(ldap, connectionId),
  );
}

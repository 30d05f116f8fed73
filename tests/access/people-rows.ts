import * as accountCommands from "#lib/auth/commands.ts";
import * as account from "#lib/auth/queries.ts";
import * as ssoCommands from "#lib/auth/sso/commands.ts";
import * as sso from "#lib/auth/sso/queries.ts";
import * as peopleCommands from "#lib/people/commands.ts";
import * as people from "#lib/people/queries.ts";
import { INVITATION_LIST, PERSON_LIST } from "#lib/people/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Rows, row } from "./rows.ts";

const PASSWORD = { currentPassword: "not the password" };
const someone = () => `${newId("x").toLowerCase()}@example.com`;

/** People and how they sign in. What is only about the actor is everybody's. */
export const PEOPLE: Rows = {
  "people/queries.listPeople": row("person.read", "none", (actor) =>
    people.listPeople(actor, parseListQuery({}, PERSON_LIST)),
  ),
  "people/queries.listInvitations": row("person.read", "none", (actor) =>
    people.listInvitations(actor, parseListQuery({}, INVITATION_LIST)),
  ),
  "people/queries.getPerson": row("person.read", "none", (actor, { personId }) =>
    people.getPerson(actor, personId),
  ),
  "people/queries.listGrantableRoles": row(null, "none", people.listGrantableRoles),
  "people/commands.invitePerson": row("person.invite", "not_found", (actor, { customerId }) =>
    peopleCommands.invitePerson(actor, {
      email: someone(),
      role: "customer_admin",
      customers: "named",
      customerIds: [customerId],
    }),
  ),
  "people/commands.revokeInvitation": row(
    "person.revoke_invitation",
    "none",
    peopleCommands.revokeInvitation,
  ),
  "people/commands.changeAccess": row("person.change", "not_found", (actor, { personId, customerId }) =>
    peopleCommands.changeAccess(actor, {
      personId,
      role: "auditor",
      customers: "named",
      customerIds: [customerId],
    }),
  ),
  "people/commands.suspendPerson": row("person.suspend", "none", peopleCommands.suspendPerson),
  "people/commands.reactivatePerson": row("person.reactivate", "none", peopleCommands.reactivatePerson),
  "people/commands.revokePersonSession": row("person.suspend", "none", peopleCommands.revokePersonSession),
  "people/commands.resetSignIn": row("person.reset_sign_in", "none", peopleCommands.resetSignIn),
  "auth/queries.getOwnAccount": row(null, "none", (actor) => account.getOwnAccount(actor)),
  "auth/queries.getSignInPolicy": row("settings.read", "none", (actor) => account.getSignInPolicy(actor)),
  "auth/commands.changeOwnName": row(null, "none", (actor) =>
    accountCommands.changeOwnName(actor, { name: "New" }),
  ),
  "auth/commands.changeOwnPassword": row(null, "none", (actor) =>
    accountCommands.changeOwnPassword(actor, { ...PASSWORD, password: "twelve and more" }),
  ),
  "auth/commands.beginOwnSecondFactor": row(null, "none", (actor) =>
    accountCommands.beginOwnSecondFactor(actor, {}),
  ),
  "auth/commands.confirmOwnSecondFactor": row(null, "none", (actor) =>
    accountCommands.confirmOwnSecondFactor(actor, { code: "000000" }),
  ),
  "auth/commands.removeOwnSecondFactor": row(null, "none", (actor) =>
    accountCommands.removeOwnSecondFactor(actor, PASSWORD),
  ),
  "auth/commands.renewOwnRecoveryCodes": row(null, "none", (actor) =>
    accountCommands.renewOwnRecoveryCodes(actor, PASSWORD),
  ),
  "auth/commands.revokeOwnSession": row(null, "none", (actor) =>
    accountCommands.revokeOwnSession(actor, { sessionId: actor.sessionId ?? "" }),
  ),
  "auth/commands.revokeOtherSessions": row(null, "none", (actor) =>
    accountCommands.revokeOtherSessions(actor, {}),
  ),
  "auth/commands.signOut": row(null, "none", (actor) => accountCommands.signOut(actor)),
  "auth/commands.changeSignInPolicy": row("settings.change", "none", (actor) =>
    accountCommands.changeSignInPolicy(actor, {
      requireSecondFactor: false,
      idleMinutes: 30,
      sessionHours: 12,
    }),
  ),
  "auth/sso/queries.listProviders": row("settings.read", "none", (actor) => sso.listProviders(actor)),
  "auth/sso/commands.addProvider": row("settings.change", "none", (actor) =>
    ssoCommands.addProvider(actor, {
      kind: "oidc",
      name: "New provider",
      issuer: "http://127.0.0.1:9",
      clientId: "console",
      clientSecret: "a secret",
    }),
  ),
  "auth/sso/commands.changeProvider": row("settings.change", "none", (actor, { providerId }) =>
    ssoCommands.changeProvider(actor, {
      providerId,
      kind: "oidc",
      name: "Changed",
      issuer: "http://127.0.0.1:9",
      clientId: "console",
      clientSecret: "a secret",
    }),
  ),
  "auth/sso/commands.enableProvider": row("settings.change", "none", ssoCommands.enableProvider),
  "auth/sso/commands.disableProvider": row("settings.change", "none", ssoCommands.disableProvider),
  "auth/sso/commands.removeProvider": row("settings.change", "none", (actor, { providerId }) =>
    ssoCommands.removeProvider(actor, { providerId, confirm: "Okta" }),
  ),
};

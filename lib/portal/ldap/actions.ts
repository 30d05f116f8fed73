"use server";
import type { LdapProbe } from "#lib/drivers/ldap-port.ts";
import { formObject } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { requireSetup, runPortalAction } from "#lib/portal/setup.ts";
import { type AuthorityCertificate, AuthorityInput, understood } from "#lib/shared/authority.ts";
import { changeLdapSignIn, createLdapSignIn, probeLdapSignIn } from "./commands.ts";
import { ChangeLdapSignInInput, CreateLdapSignInInput, ProbeLdapSignInInput } from "./schema.ts";

type Made = ActionState<{ connectionId: string }>;

export async function saveLdapSignInAction(_previous: Made, form: FormData): Promise<Made> {
  return form.has("connectionId")
    ? await runPortalAction(ChangeLdapSignInInput, form, changeLdapSignIn)
    : await runPortalAction(CreateLdapSignInInput, form, createLdapSignIn);
}

export async function probeLdapSignInAction(form: FormData): Promise<ActionState<LdapProbe>> {
  return await runPortalAction(ProbeLdapSignInInput, formObject(form), probeLdapSignIn);
}

/** What pasted certificates say: read here, for a browser cannot. */
export async function readAuthorityAction(text: string): Promise<ActionState<AuthorityCertificate[]>> {
  await requireSetup("sso", "dsync");
  return await runPortalAction(AuthorityInput, { text }, async (_setup, input) => understood(input));
}

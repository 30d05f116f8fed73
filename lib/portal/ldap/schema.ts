import { z } from "zod";
import { checkSignIn, KeptBindPassword, LDAP_SIGN_IN, LdapKind } from "#lib/shared/ldap-input.ts";

// What is wrong with a field is said by the name of the field: texts/<language>/ldap.json, under `refusals`.

const connectionId = z.string().startsWith("conn_").max(80);
const settings = { kind: LdapKind, ...LDAP_SIGN_IN, bindPassword: KeptBindPassword };

export const CreateLdapSignInInput = z
  .strictObject({ guideId: z.string().min(1).max(80), ...settings })
  .check(checkSignIn)
  .refine(({ bindDn, bindPassword }) => bindDn === "" || bindPassword !== undefined, {
    path: ["bindPassword"],
    error: "Write the account's password.",
  });
export type CreateLdapSignInInput = z.output<typeof CreateLdapSignInInput>;

export const ChangeLdapSignInInput = z.strictObject({ connectionId, ...settings }).check(checkSignIn);
export type ChangeLdapSignInInput = z.output<typeof ChangeLdapSignInInput>;

/** Tried as it is: what is missing comes out. */
export const ProbeLdapSignInInput = z
  .strictObject({
    guideId: z.string().optional(),
    connectionId: connectionId.optional(),
    ...settings,
  })
  .transform(({ guideId: _guide, ...input }) => input);
export type ProbeLdapSignInInput = z.output<typeof ProbeLdapSignInInput>;

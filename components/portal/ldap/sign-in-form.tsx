"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { LdapKindField, LdapSignInFields } from "#components/connections/ldap-fields.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import type { LdapSignInSettings } from "#lib/drivers/ldap-port.ts";
import {
  probeLdapSignInAction,
  readAuthorityAction,
  saveLdapSignInAction,
} from "#lib/portal/ldap/actions.ts";
import { TriedForm } from "./tried-form.tsx";
import { useLdapWords } from "./words.ts";

interface SignInFormProps {
  /** The guide it is begun by, or the connection that is changed. */
  fields: { guideId: string } | { connectionId: string };
  kind: LdapSignInSettings["kind"];
  known?: LdapSignInSettings;
  back: string;
}

/** The customer's own servers, whose passwords people sign in with. */
export function LdapSignInForm({ fields, kind, known, back }: SignInFormProps) {
  const t = useTexts("ldap");
  const router = useRouter();
  const words = useLdapWords();
  return (
    <TriedForm
      fields={fields}
      save={saveLdapSignInAction}
      probe={probeLdapSignInAction}
      submit={t("sign_in.save")}
      back={back}
      onDone={({ connectionId }) => router.push(`/portal/sign-in/${connectionId}/mapping` as Route)}
    >
      <LdapKindField words={words.kind} known={kind} />
      <LdapSignInFields words={words} readAuthority={readAuthorityAction} {...(known ? { known } : {})} />
    </TriedForm>
  );
}

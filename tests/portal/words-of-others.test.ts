import { expect, test } from "vitest";
import { FINDINGS } from "#lib/identity-service/inspection/codes.ts";
import { CHECKS as LDAP } from "#lib/identity-service/ldap/trace.ts";
import { CHECKS as OIDC } from "#lib/identity-service/oidc/trace.ts";
import { CHECKS as SAML } from "#lib/identity-service/saml/trace.ts";
import { CHECKS as PERSON } from "#lib/identity-service/sso/person.ts";
import { LOCALES } from "#lib/portal/texts/locales.ts";
import { translatorFor } from "#lib/portal/texts.ts";

// What the service says by a code has words in every language: nobody reads English between German sentences.

test.each(LOCALES)("every check of a sign-in has its words in %s, whether it passed or failed", (locale) => {
  const t = translatorFor(locale, "trace");
  for (const id of Object.keys({ ...SAML, ...OIDC, ...LDAP, ...PERSON }))
    for (const part of ["name", "failed"])
      expect.soft(t.has(`checks.${id}.${part}` as never), `${id}.${part}`).toBe(true);
});

test.each(LOCALES)("every finding has its words in %s, with everything it was found in", (locale) => {
  const t = translatorFor(locale, "metadata");
  for (const [code, [, message, mend]] of Object.entries(FINDINGS)) {
    const key = `findings.${code}.message` as never;
    const values = Object.fromEntries(
      [...`${message}${mend}`.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, `<${name}>`]),
    );
    expect.soft(t.has(key), code).toBe(true);
    const said = t(key, { ...values, use: "signing", key: "RSA 1024" } as never);
    expect.soft(said, code).not.toContain("{");
    expect.soft(t.has(`findings.${code}.mend` as never), `${code}, what to do`).toBe(mend !== "");
  }
});

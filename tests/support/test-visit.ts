import { formOf, PlainBrowser } from "./browser-visit.ts";
import type { OidcIdp } from "./oidc-provider.ts";
import { ADA, type IdpPerson, type SamlIdp } from "./saml-idp.ts";

/** Goes through a sign-in at the SAML provider, from a test's link to the page that ends it. */
export async function visitSaml(link: string, idp: SamlIdp, person: IdpPerson = ADA): Promise<string> {
  const browser = new PlainBrowser("http://127.0.0.1");
  const asked = formOf(await browser.go(link));
  const { username, password } = person;
  const signedIn = await browser.go(new URL(asked.action, idp.url).href, {
    ...asked.hidden,
    username,
    password,
  });
  return (await browser.submit(signedIn, {})).text;
}

/** The same at the OpenID provider, which asks nobody. */
export async function visitOidc(link: string, _idp: OidcIdp): Promise<string> {
  return (await new PlainBrowser("http://127.0.0.1").go(link)).text;
}

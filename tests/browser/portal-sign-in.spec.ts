import { type BrowserContext, expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment } from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { type OidcIdp, startOidcIdp } from "#tests/support/oidc-provider.ts";
import { idpSettings, type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";
import { makeSetupLink } from "#tests/support/setup-link.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// Customer IT, from nothing but a link to people who sign in; and every wrong turn on the way.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let saml: SamlIdp;
let oidc: OidcIdp;
let owner: Page;
let deploymentUrl = "";
const oidcRedirectUris: string[] = [];

test.beforeAll(async ({ browser }) => {
  saml = await startSamlIdp();
  oidc = await startOidcIdp(oidcRedirectUris, {
    ...{ sub: "grace-1906", email: "grace@partners.example", groups: ["compilers"] },
    ...{ given_name: "Grace", family_name: "Hopper" },
  });
  ({ site, owner } = await enterSharedInstallation(browser));
  const name = { customer: "Harbour Insurance", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, name);
});
test.afterAll(async () => {
  await owner?.context().close();
  await Promise.all([saml?.close(), oidc?.close()]);
});

async function makeLink(organization: string, purposes: string[]): Promise<string> {
  return (await makeSetupLink(owner, deploymentUrl, { organization, purposes })).url;
}

/** The vendor vouches for a domain, as where no record can be looked up. */
async function verifyDomain(organization: string, domain: string): Promise<void> {
  await owner.goto(`${deploymentUrl}/domains/new`);
  await owner.getByLabel("Organization", { exact: true }).selectOption({ label: organization });
  await owner.getByLabel("Domain").fill(domain);
  await owner.getByRole("button", { name: "Add domain" }).click();
  await owner.getByRole("button", { name: "Verify by hand…" }).click();
  await owner.getByLabel("How you know").fill("The contract names it.");
  await owner.getByRole("button", { name: "Verify domain" }).click();
  await expect(owner.getByRole("button", { name: "Verify by hand…" })).toBeHidden();
}

async function openLink(context: BrowserContext, link: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(link);
  await page.getByRole("button", { name: "Begin in this browser" }).click();
  await page.waitForURL(/\/portal$/);
  return page;
}

/** Lets a file fall onto the place for it, as from a window of the system. */
async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.fromBase64(base64)], fileName));
      return transfer;
    },
    [name, bytes.toString("base64")] as const,
  );
  await page
    .getByRole("group", { name: /^Drop the metadata file here/ })
    .dispatchEvent("drop", { dataTransfer });
}

async function signInAtSaml(tab: Page): Promise<void> {
  await tab.locator("[name=username]").fill("ada");
  await tab.locator("[name=password]").fill("correct horse");
  await tab.getByRole("button", { name: "Sign in" }).click();
  await tab.waitForURL(new RegExp(`^${site.identityUrl}`));
}

/** One test sign-in, in the window that opens for it. */
async function testOnce(page: Page, walk: (tab: Page) => Promise<void>): Promise<void> {
  const opened = page.context().waitForEvent("page");
  await page.getByRole("button", { name: /^Test/ }).click();
  const tab = await opened;
  await walk(tab);
  await tab.close();
}

const heading = (page: Page, name: string | RegExp) =>
  expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

test("SAML, from the link alone: wrong file, wrong attribute, foreign domain, and then it works", async ({
  browser,
}) => {
  const link = await makeLink("Harbour", ["Sign-in"]);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await openLink(context, link);
  await page.getByRole("link", { name: "Begin" }).click();
  await heading(page, "Which identity provider do you use?");
  await look(page, "portal-choose");
  await page.getByRole("searchbox", { name: "Search" }).fill("okt");
  await page
    .getByRole("region", { name: "SAML" })
    .getByRole("button", { name: /^OkOkta|^Okta/ })
    .click();
  await heading(page, "Set it up at Okta");
  await look(page, "portal-values");

  // Left here, and taken up again.
  await page.goto(`${site.consoleUrl}/portal`);
  await page.getByRole("link", { name: "Continue" }).click();
  // The page that comes next has a link of the same name.
  await heading(page, "Sign-in");
  await page.getByRole("link", { name: "Continue" }).click();
  await heading(page, "Set it up at Okta");
  await page.getByRole("button", { name: "It is set up there" }).click();
  await heading(page, "Bring back its metadata");

  const file = (name: string, buffer: Buffer) => ({ name, mimeType: "text/xml", buffer });
  const choose = page.locator("input[type=file]");
  await choose.setInputFiles(file("login.html", Buffer.from("<!doctype html><title>Sign in</title>")));
  await expect(page.getByText("This is a web page, not metadata.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save and continue" })).toBeDisabled();
  await look(page, "portal-wrong-file");
  const metadata = await (await fetch(saml.metadataUrl)).text();
  await dropFile(page, "metadata.xml", Buffer.from(`\uFEFF${metadata}`, "utf16le"));
  await expect(page.getByText("What we understood")).toBeVisible();
  await expect(page.getByText("The file was in UTF-16LE")).toBeVisible();
  await expect(page.getByText(saml.settings.entityId).first()).toBeVisible();
  await look(page, "portal-understood");
  await page.getByRole("button", { name: "Save and continue" }).click();

  await heading(page, "Who people are");
  await look(page, "portal-mapping");
  // As the guide sets Okta up; this provider sends other names.
  await page.getByRole("button", { name: "Save and continue" }).click();
  await heading(page, "Test the sign-in");
  await testOnce(page, signInAtSaml);
  await expect(page.getByText(/did not arrive or does not stay \(id\)/).first()).toBeVisible();
  await look(page, "portal-failed");
  await page.getByRole("link", { name: "Back" }).click();
  await heading(page, "Who people are");
  for (const name of ["Identifier", "E-mail address", "First name", "Last name"])
    await page.getByLabel(name, { exact: true }).fill("");
  await page.getByRole("button", { name: "Add a group" }).click();
  await page.getByLabel("Group 1").fill("engineers");
  await page.getByLabel("Role 1").selectOption("member");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await heading(page, "Test the sign-in");
  await testOnce(page, signInAtSaml);
  await expect(
    page.getByText(/The address is of example\.com, which is not among your verified domains/).first(),
  ).toBeVisible();
  await expect(page.getByText("Ask Console owner, who made this link")).toBeVisible();
  await verifyDomain("Harbour", "example.com");
  await testOnce(page, signInAtSaml);
  await expect(page.getByText("The sign-in works")).toBeVisible();
  await expect(page.getByText("member (by engineers)")).toBeVisible();
  await look(page, "portal-passed");
  await page.getByRole("link", { name: "Next" }).click();
  await heading(page, "Switch it on");
  await look(page, "portal-activate");
  await page.getByRole("button", { name: "Switch on" }).click();
  await heading(page, "Sign-in is set up");
  await look(page, "portal-done");
  await page.goto(`${site.consoleUrl}/portal/sign-in`);
  await look(page, "portal-list");
  await context.close();
});

test("another organization's connection does not open with this link", async ({ browser }) => {
  await owner.goto(`${deploymentUrl}/connections`);
  const href = await owner.locator("a[href*='/connections/conn_']").first().getAttribute("href");
  const connectionId = /conn_\w+/.exec(href ?? "")?.[0] ?? "";
  expect(connectionId).not.toBe("");
  const context = await browser.newContext();
  const page = await openLink(context, await makeLink("Stranger", ["Sign-in", "Certificate"]));
  for (const step of ["", "/values", "/metadata", "/mapping", "/test", "/activate", "/done", "/renew"]) {
    await page.goto(`${site.consoleUrl}/portal/sign-in/${connectionId}${step}`);
    await expect(page.getByRole("heading", { level: 1, name: "There is nothing here" }), step).toBeVisible();
  }
  await context.close();
});

test("OpenID Connect, from the link alone, in German and with the keyboard only: wrong secret, and then it works", async ({
  browser,
}) => {
  const link = await makeLink("Partners", ["Sign-in"]);
  await verifyDomain("Partners", "partners.example");
  const context = await browser.newContext({ locale: "de-DE", viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(link);
  const press = async (role: "button" | "link", name: string | RegExp) => {
    await page.getByRole(role, { name }).first().focus();
    await page.keyboard.press("Enter");
  };
  await press("button", "In diesem Browser beginnen");
  await press("link", "Beginnen");
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("openid");
  await press("button", /OpenID-Connect-Anbieter/);
  await heading(page, /^Einrichten bei/);
  const redirectUri = page.locator("code", { hasText: /^http\S+\/sso\/oidc\/callback\/\w+$/ }).first();
  oidcRedirectUris.push((await redirectUri.textContent()) ?? "");
  await press("button", "Dort ist alles eingerichtet");
  await heading(page, "Werte mitbringen");
  await page.getByRole("textbox", { name: "Aussteller (Issuer)" }).focus();
  await page.keyboard.type(`${oidc.issuer}/.well-known/openid-configuration`);
  await page.keyboard.press("Tab");
  await expect(page.getByText("Das war die Adresse des Discovery-Dokuments")).toBeVisible();
  await page.getByRole("textbox", { name: "Client-ID" }).focus();
  await page.keyboard.type(oidc.clientId);
  await page.getByLabel("Client-Secret").focus();
  await page.keyboard.type("not the secret");
  await look(page, "portal-issuer-de");
  await press("button", "Speichern und weiter");
  await heading(page, "Wer die Leute sind");
  await press("button", "Speichern und weiter");
  await heading(page, "Anmeldung testen");
  const once = async () => {
    const opened = context.waitForEvent("page");
    await press("button", /testen/);
    const tab = await opened;
    await tab.waitForURL(new RegExp(`^${site.identityUrl}`));
    await tab.close();
  };
  await once();
  await expect(page.getByText("Meist stimmt das Client-Secret nicht").first()).toBeVisible();
  await look(page, "portal-failed-de");
  await press("link", "Metadaten oder Werte neu angeben");
  await heading(page, "Werte mitbringen");
  await page.getByLabel("Client-Secret").focus();
  await page.keyboard.type(oidc.clientSecret);
  await press("button", "Speichern und weiter");
  await heading(page, "Wer die Leute sind");
  await press("button", "Speichern und weiter");
  await once();
  await expect(page.getByText("Die Anmeldung funktioniert", { exact: true })).toBeVisible();
  await press("link", "Weiter");
  await press("button", "Einschalten");
  await heading(page, "Die Anmeldung ist eingerichtet");
  await context.close();
});

test("a certificate is renewed from a link for that alone, before anybody notices", async ({ browser }) => {
  const link = await makeLink("Harbour", ["Certificate"]);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await openLink(context, link);
  await page.getByRole("link", { name: "Begin" }).click();
  await page.getByRole("link", { name: "Renew the certificate" }).click();
  await heading(page, "Renew the certificate");
  await look(page, "portal-renew");
  const next = idpSettings();
  await page.getByRole("button", { name: "Without metadata: paste the certificate" }).click();
  await page.getByLabel("Signing certificate").fill(next.certificate);
  await page.getByRole("button", { name: "Save and continue" }).click();
  await heading(page, "Test the sign-in");
  Object.assign(saml.settings, { certificate: next.certificate, privateKey: next.privateKey });
  await testOnce(page, signInAtSaml);
  await expect(page.getByText("The sign-in works")).toBeVisible();
  // The same answer against what people sign in by until it is switched on: there the new key is nobody's.
  await page.getByRole("button", { name: "Compare with what is in use" }).click();
  const outcome = page.getByRole("row", { name: /^Outcome/ });
  await expect(outcome).toContainText("signed with another certificate");
  await expect(outcome).toContainText("Works");
  await look(page, "portal-compare");
  await page.getByRole("link", { name: "Next" }).click();
  await page.getByRole("button", { name: "Switch on" }).click();
  await heading(page, "Sign-in is set up");
  await look(page, "portal-go-back");
  await page.goto(`${site.consoleUrl}/portal/sign-in/new`);
  await heading(page, "This link is not for that");
  await context.close();
});

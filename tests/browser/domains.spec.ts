import { promises } from "node:dns";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { becomeOwner, makeDeployment, makeSamlConnection } from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";
import { look } from "#tests/support/looks.ts";
import { type NameServer, startNameServer } from "#tests/support/name-server.ts";
import { type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";
import { makeSetupLink, openSetupLink } from "#tests/support/setup-link.ts";

// Domains from both sides, against a name server of the site's own; and the board that shows how everything stands.
test.describe.configure({ mode: "serial" });

let site: Installation;
let names: NameServer;
let saml: SamlIdp;
let owner: Page;
let it: Page;
let deploymentUrl = "";

test.beforeAll(async ({ browser }) => {
  names = await startNameServer();
  saml = await startSamlIdp();
  site = await startInstallation({
    NODE_OPTIONS: `--import=${join(import.meta.dirname, "../support/use-name-server.ts")}`,
    TEST_NAME_SERVER: promises.getServers()[0] ?? "",
  });
  owner = await (await browser.newContext()).newPage();
  await becomeOwner(owner, site);
  const called = { customer: "Contoso", deployment: "Hamburg yard", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, called);
  const purposes = ["Sign-in", "Domains"];
  const { url } = await makeSetupLink(owner, deploymentUrl, { organization: "Contoso", purposes });
  it = await openSetupLink(browser, url);
});
test.afterAll(async () => {
  await it?.context().close();
  await owner?.context().close();
  await site?.stop();
  await saml?.close();
  await names?.close();
});

/** The value beneath a label, as it is to be copied. */
const shownUnder = async (page: Page, label: string) =>
  (await page.locator(`span:text-is("${label}") + span code`).first().textContent()) ?? "";
const checkNow = (page: Page) => page.getByRole("button", { name: "Check now" }).first().click();

test("customer IT adds a domain, is told what its name servers say instead, and puts it right", async () => {
  await it.goto(`${site.consoleUrl}/portal/domains`);
  await expect(it.getByText("No domain has been added yet.")).toBeVisible();
  await look(it, "portal-domains-empty");
  const domain = it.getByRole("textbox", { name: "Domain" });
  await domain.fill("no domain at all");
  await domain.press("Enter");
  await expect(it.getByText("This is not a domain name.")).toBeVisible();
  await domain.fill("https://contoso.example/about");
  await domain.press("Enter");
  await expect(it.getByText("Publish this TXT record")).toBeVisible();
  const [name, value] = [await shownUnder(it, "Name (host)"), await shownUnder(it, "Value (content)")];
  expect(name).toMatch(/^contoso-domain-verification-\w+\.contoso\.example$/);

  await checkNow(it);
  await expect(it.getByText("Your name servers do not know this domain.").last()).toBeVisible();
  await expect(it.getByText("No such name (NXDOMAIN).").first()).toBeVisible();

  names.records.set("contoso.example", ["v=spf1 -all"]);
  names.records.set(name, [`"${value}"`]);
  await checkNow(it);
  await expect(it.getByText("There is a record, but with another value.").last()).toBeVisible();
  await expect(it.getByText(`"${value}"`, { exact: true })).toBeVisible();
  await look(it, "portal-domains-wrong-value");

  names.records.delete(name);
  names.records.set(`${name}.contoso.example`, [value]);
  await checkNow(it);
  await expect(it.getByText("its name holds the domain twice").last()).toBeVisible();

  names.records.set(name, [value]);
  await checkNow(it);
  await expect(it.getByText("Proven by its DNS record.")).toBeVisible();
  await expect(it.getByRole("navigation", { name: "Progress" })).toContainText("done");
  await look(it, "portal-domains-verified");
});

test("a domain of another organization is refused without a word of whose it is; a mistyped one is taken back", async () => {
  await makeSamlConnection(owner, deploymentUrl, {
    ...{ organization: "Fabrikam", domain: "fabrikam.example", metadataUrl: saml.metadataUrl },
  });
  await addInConsole("Fabrikam", "fabrikam-staff.example");
  await owner.waitForURL(/domain=org_domain_/);
  await it.goto(`${site.consoleUrl}/portal/domains`);
  const domain = it.getByRole("textbox", { name: "Domain" });
  await domain.fill("fabrikam-staff.example");
  await domain.press("Enter");
  await expect(it.getByText("fabrikam-staff.example has been added already")).toBeVisible();
  expect(await it.locator("body").textContent()).not.toContain("Fabrikam");
  await domain.fill("contsoo.example");
  await domain.press("Enter");
  await expect(it.getByRole("heading", { name: "contsoo.example", exact: true })).toBeVisible();
  await it.getByRole("button", { name: "Take it back" }).click();
  await it.getByRole("dialog").getByRole("button", { name: "Take it back" }).click();
  await expect(it.getByRole("heading", { name: "contsoo.example", exact: true })).toBeHidden();
});

async function addInConsole(organization: string, domain: string): Promise<void> {
  await owner.goto(`${deploymentUrl}/domains/new`);
  await owner.getByLabel("Organization", { exact: true }).selectOption({ label: organization });
  await owner.getByLabel("Domain", { exact: true }).fill(domain);
  await owner.getByRole("button", { name: "Add domain" }).click();
}

test("the vendor sees what was found, and verifies by hand with a reason that the record keeps", async () => {
  await owner.goto(`${deploymentUrl}/domains`);
  await owner.getByRole("link", { name: "fabrikam-staff.example" }).click();
  const drawer = owner.getByRole("dialog");
  await expect(drawer.getByText("Nobody has looked yet.")).toBeVisible();
  await drawer.getByRole("button", { name: "Check now" }).click();
  await expect(drawer.getByText("Domain unknown")).toBeVisible();
  await look(owner, "console-domain");
  await drawer.getByRole("button", { name: "Verify by hand…" }).click();
  const asked = owner.getByRole("dialog", { name: "Verify this domain by hand?" });
  await asked.getByLabel("How you know").fill("I know.");
  await asked.getByRole("button", { name: "Verify domain" }).click();
  await expect(asked.getByText("Say how you know that the domain is theirs")).toBeVisible();
  await asked.getByLabel("How you know").fill("Confirmed by phone with their IT, Ms Berg.");
  await look(owner, "console-verify-by-hand");
  await asked.getByRole("button", { name: "Verify domain" }).click();
  await expect(asked).toBeHidden();
  await expect(drawer.getByText("Hand, see the audit log")).toBeVisible();
  await owner.goto(`${deploymentUrl}/audit?action=domain.verify_by_hand`);
  await owner.locator("tbody a").first().click();
  await expect(owner.getByRole("dialog")).toContainText("Confirmed by phone with their IT, Ms Berg.");
});

test("adding what another organization holds names it to the vendor", async () => {
  await addInConsole("Contoso", "fabrikam-staff.example");
  await expect(owner.getByText("“Fabrikam” has this domain in this environment.").first()).toBeVisible();
  await look(owner, "console-domain-taken");
  await owner.goto(`${deploymentUrl}/domains`);
  await expect(owner.getByRole("link", { name: "contoso.example" })).toBeVisible();
  await look(owner, "console-domains");
});

test("the board shows the whole site to the vendor, and to customer IT its own organization", async () => {
  await owner.goto(`${deploymentUrl}/status`);
  await expect(owner.getByRole("heading", { name: "Certificates by expiry" })).toBeVisible();
  await expect(owner.getByText("Nobody has signed in within the last 24 hours.")).toBeVisible();
  await expect(owner.getByText(/Set up by Console owner/).first()).toBeVisible();
  await expect(owner.getByText(/\d of \d verified/).first()).toBeVisible();
  await look(owner, "console-board");
  await it.goto(`${site.consoleUrl}/portal/status`);
  await expect(it.getByText("No identity provider is connected yet.")).toBeVisible();
  await expect(it.getByText("1 of 1 verified").first()).toBeVisible();
  expect(await it.locator("body").textContent()).not.toContain("Fabrikam");
  await look(it, "portal-board");
});

import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment, makeKey, textOf } from "#tests/support/first-steps.ts";
import { type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";
import { makeSetupLink } from "#tests/support/setup-link.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";
import { startVendorApplication, type VendorApplication } from "#tests/support/vendor-application.ts";

// As somebody new would do it, who reads nothing else: from a link to the first real sign-in, every press counted.
const ORGANIZATION = "Harbour";
const PRESSES = 12;

let site: SharedInstallation;
let idp: SamlIdp;
let application: VendorApplication;
let owner: Page;
let deploymentUrl = "";
let credentials = { apiKey: "", clientId: "" };

test.beforeAll(async ({ browser }) => {
  [idp, application] = [await startSamlIdp(), await startVendorApplication(11)];
  ({ site, owner } = await enterSharedInstallation(browser));
  const names = { customer: "Tug Masters", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, names);
  credentials = await makeKey(owner, deploymentUrl);
  await owner.getByLabel("Add a redirect URI").fill(application.callbackUrl);
  await owner.getByRole("button", { name: "Add", exact: true }).click();
  await expect(owner.getByText(application.callbackUrl)).toBeVisible();
});
test.afterAll(async () => {
  await owner?.context().close();
  await Promise.all([idp?.close(), application?.close()]);
});

/** The vendor knows the domain from the contract, and vouches for it. */
async function verifyDomain(domain: string): Promise<void> {
  await owner.goto(`${deploymentUrl}/domains/new`);
  await owner.getByLabel("Organization", { exact: true }).selectOption({ label: ORGANIZATION });
  await owner.getByLabel("Domain").fill(domain);
  await owner.getByRole("button", { name: "Add domain" }).click();
  await owner.getByRole("button", { name: "Verify by hand…" }).click();
  await owner.getByLabel("How you know").fill("The contract names it.");
  await owner.getByRole("button", { name: "Verify domain" }).click();
  await expect(owner.getByRole("button", { name: "Verify by hand…" })).toBeHidden();
}

async function signInAtProvider(tab: Page): Promise<void> {
  await tab.locator("[name=username]").fill("ada");
  await tab.locator("[name=password]").fill("correct horse");
  await tab.getByRole("button", { name: "Sign in" }).click();
}

test(`from the link to the first real sign-in in ${PRESSES} presses`, async ({ browser }) => {
  const { url } = await makeSetupLink(owner, deploymentUrl, {
    organization: ORGANIZATION,
    purposes: ["Sign-in"],
  });
  await verifyDomain("example.com");
  const metadata = Buffer.from(await (await fetch(idp.metadataUrl)).text());
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  let presses = 0;
  const press = async (role: "button" | "link", name: string | RegExp) => {
    await page.getByRole(role, { name }).first().click();
    presses += 1;
  };
  const begun = performance.now();
  await page.goto(url);
  await press("button", "Begin in this browser");
  await page.waitForURL(/\/portal$/);
  await press("link", "Begin");
  await press("button", /Active Directory Federation Services/);
  await press("button", "It is set up there");
  const file = { name: "federationmetadata.xml", mimeType: "text/xml", buffer: metadata };
  await page.locator("input[type=file]").setInputFiles(file);
  presses += 1; // the file, dropped or chosen
  await press("button", "Save and continue");
  await expect(page.getByRole("heading", { level: 1, name: "Who people are" })).toBeVisible();
  await press("button", "Save and continue");
  const opened = context.waitForEvent("page");
  await press("button", /^Test/);
  const tab = await opened;
  await signInAtProvider(tab);
  presses += 1;
  await expect(page.getByText("The sign-in works")).toBeVisible();
  await tab.close();
  await press("link", "Next");
  await press("button", "Switch on");
  await expect(page.getByRole("heading", { level: 1, name: "Sign-in is set up" })).toBeVisible();

  await owner.goto(`${deploymentUrl}/connections`);
  await owner.locator("a[href*='/connections/conn_']").first().click();
  await owner.waitForURL(/\/connections\/conn_/);
  const organizationId = await textOf(owner.getByText(/^org_[0-9A-Z]{26}$/));
  const { hostname, port } = new URL(site.identityUrl);
  application.configure({ host: { hostname, port: Number(port) }, ...credentials, organizationId });
  await page.goto(application.url);
  await signInAtProvider(page);
  presses += 1;
  await expect(page.getByText(/Signed in as ada@example\.com through/)).toBeVisible();
  expect(presses).toBe(PRESSES);
  test
    .info()
    .annotations.push({ type: "seconds", description: ((performance.now() - begun) / 1_000).toFixed(1) });
  console.log(
    `From the link to the first real sign-in: ${presses} presses, ${((performance.now() - begun) / 1_000).toFixed(1)} s without a person's pauses.`,
  );
  await context.close();
});

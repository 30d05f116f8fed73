import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment, textOf } from "#tests/support/first-steps.ts";
import { idpSettings, type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";
import { makeSetupLink, openSetupLink } from "#tests/support/setup-link.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";
import { GRACE, installed, startSimpleSamlPhp } from "#tests/support/simplesamlphp.ts";

// What customer IT gets wrong at its own identity provider, as the test sign-in tells it, and how it is mended.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let owner: Page;
let idp: SamlIdp;
let deploymentUrl = "";

test.beforeAll(async ({ browser }) => {
  idp = await startSamlIdp();
  ({ site, owner } = await enterSharedInstallation(browser));
  const names = { customer: "Customs House", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, names);
});
test.afterAll(async () => {
  await owner?.context().close();
  await idp?.close();
});

const heading = (page: Page, name: string | RegExp) =>
  expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

/** From a new link up to the page that asks for the provider's metadata. */
async function chooseProvider(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("link", { name: "Begin" }).click();
  await heading(page, "Which identity provider do you use?");
  await page.getByRole("region", { name: "SAML" }).getByRole("button", { name }).click();
  await heading(page, /^Set it up/);
}

async function bringMetadata(page: Page, metadata: string): Promise<void> {
  await heading(page, "Bring back its metadata");
  const file = { name: "metadata.xml", mimeType: "text/xml", buffer: Buffer.from(metadata) };
  await page.locator("input[type=file]").setInputFiles(file);
  await expect(page.getByText("What we understood", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await heading(page, "Who people are");
}

async function testOnce(page: Page, username: string, password: string): Promise<void> {
  await heading(page, "Test the sign-in");
  const opened = page.context().waitForEvent("page");
  await page.getByRole("button", { name: /^Test/ }).click();
  const tab = await opened;
  // Who is still signed in there is not asked again.
  await tab.waitForURL(
    (url) => url.href.startsWith(site.identityUrl) || /sso|login|SSOService/i.test(url.href),
  );
  if (!tab.url().startsWith(site.identityUrl)) {
    await tab.locator("[name=username]").fill(username);
    await tab.locator("[name=password]").fill(password);
    await tab.locator("[name=password]").press("Enter");
    await tab.waitForURL(new RegExp(`^${site.identityUrl}`));
  }
  await tab.close();
}

test("a key nobody told us of, and an answer for somebody else: each says what to mend, and then it works", async ({
  browser,
}) => {
  const link = await makeSetupLink(owner, deploymentUrl, { organization: "Harbour", purposes: ["Sign-in"] });
  const page = await openSetupLink(browser, link.url);
  page.setDefaultTimeout(20_000);
  await chooseProvider(page, /Any SAML 2\.0 provider/);
  await page.getByRole("button", { name: "It is set up there" }).click();
  await bringMetadata(page, await (await fetch(idp.metadataUrl)).text());
  await page.getByRole("button", { name: "Save and continue" }).click();

  const { privateKey, certificate } = idpSettings();
  Object.assign(idp.settings, { privateKey, certificate });
  await testOnce(page, "ada", "correct horse");
  await expect(
    page.getByText(/was signed with another certificate than the one stored here/).first(),
  ).toBeVisible();
  await page.goto(page.url().replace(/\/test.*/, "/metadata"));
  await bringMetadata(page, await (await fetch(idp.metadataUrl)).text());
  await page.getByRole("button", { name: "Save and continue" }).click();

  idp.settings.audience = "https://another-application.example";
  await testOnce(page, "ada", "correct horse");
  await expect(page.getByText(/https:\/\/another-application\.example/).first()).toBeVisible();
  await expect(page.getByText("The sign-in works")).toBeHidden();

  // The general guide asks for plain names; this provider sends others, which are known where none is asked for.
  idp.settings.audience = null;
  await testOnce(page, "ada", "correct horse");
  await expect(page.getByText("No e-mail address arrived.", { exact: false }).first()).toBeVisible();
  await page.getByRole("link", { name: "Change who people are" }).first().click();
  await heading(page, "Who people are");
  for (const name of ["E-mail address", "First name", "Last name"])
    await page.getByLabel(name, { exact: true }).fill("");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await testOnce(page, "ada", "correct horse");
  await expect(page.getByText(/which is not among your verified domains/).first()).toBeVisible();
  await page.context().close();
});

test("SimpleSAMLphp itself, from the link alone, with the lines that its guide gives", async ({
  browser,
}) => {
  test.skip(!installed(), "SimpleSAMLphp is not installed.");
  const real = await startSimpleSamlPhp();
  try {
    const link = await makeSetupLink(owner, deploymentUrl, {
      organization: "Grace's yard",
      purposes: ["Sign-in"],
    });
    const page = await openSetupLink(browser, link.url);
    page.setDefaultTimeout(20_000);
    await chooseProvider(page, /SimpleSAMLphp/);
    const lines = await textOf(page.locator("pre", { hasText: "AssertionConsumerService" }).first());
    // As the guide says of version 1, which is Debian's.
    real.trustAs(lines.replace("'identifyingAttribute'", "'attribute'"));
    await page.getByRole("button", { name: "It is set up there" }).click();
    await bringMetadata(page, await real.metadata());
    await page.getByRole("button", { name: "Save and continue" }).click();
    await testOnce(page, GRACE.username, GRACE.password);
    await expect(
      page.getByText("Grace Hopper").or(page.getByText("grace@example.com")).first(),
    ).toBeVisible();
    await page.context().close();
  } finally {
    await real.close();
  }
});

import { type BrowserContext, expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import {
  activateConnection,
  makeDeployment,
  makeSamlConnection,
  openMenu,
} from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { idpSettings, type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";
import { enterSharedInstallation } from "#tests/support/shared-installation.ts";

// A connection is changed, tried, activated and brought back, with a real provider, as an operator does it.
test.describe.configure({ mode: "serial" });

let saml: SamlIdp;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  saml = await startSamlIdp();
  const { site, owner } = await enterSharedInstallation(browser);
  page = owner;
  context = page.context();
  const names = { customer: "Rope Works", deployment: "Vault", environment: "Production" } as const;
  const deploymentUrl = await makeDeployment(page, site, names);
  const idp = { organization: "Harbour", domain: "example.com", metadataUrl: saml.metadataUrl };
  await makeSamlConnection(page, deploymentUrl, idp);
});
test.afterAll(async () => {
  await context?.close();
  await saml?.close();
});

/** Presses a button that opens a test sign-in, and signs Ada in at her provider. */
async function takeTest(button: string): Promise<void> {
  const opened = context.waitForEvent("page");
  await page.getByRole("button", { name: button, exact: true }).click();
  const provider = await opened;
  await provider.locator("[name=username]").fill("ada");
  await provider.locator("[name=password]").fill("correct horse");
  await provider.locator("button").click();
  await expect(provider.getByText(/The test sign-in (passed|failed)/).first()).toBeVisible();
  await provider.close();
}

/** The last on the page: the deployment's own details have one above. */
const editMapping = () => page.getByRole("button", { name: "Edit", exact: true }).last().click();
const draft = () => page.getByRole("region", { name: "Draft" });

test("a connection that was never live is its own draft, which is tried before it is activated", async () => {
  await expect(draft().getByText("This connection was never live: it is a draft.")).toBeVisible();
  await expect(draft().getByText("Not tested yet")).toBeVisible();
  await look(page, "revisions-never-live");
  await takeTest("Test sign-in");
  const dialog = page.getByRole("dialog", { name: "Test of revision 1" });
  await expect(dialog.getByRole("heading", { name: "What the mapping makes of it" })).toBeVisible();
  await expect(dialog.getByText("Roles do not come from the provider.")).toBeVisible();
  await look(page, "revisions-test-passed");
  await page.keyboard.press("Escape");
  await expect(draft().getByText("Tested", { exact: true })).toBeVisible();
  await activateConnection(page, "passed a test");
  await expect(draft()).toBeHidden();
  await expect(page.getByText("Revision 1", { exact: true })).toBeVisible();
});

test("an edit becomes a draft: what differs is said in words, and people sign in as before", async () => {
  await editMapping();
  const edit = page.getByRole("dialog", { name: "Edit name, domains and mapping" });
  await edit.getByLabel("E-mail", { exact: true }).fill("mail");
  await edit.getByRole("radio", { name: /At once/ }).check();
  await expect(edit.getByRole("textbox", { name: "Reason" })).toBeVisible();
  await look(page, "revisions-edit");
  await edit.getByRole("radio", { name: /As a draft/ }).check();
  await edit.getByRole("button", { name: "Save mapping" }).click();
  await expect(edit).toBeHidden();
  await expect(draft().getByRole("heading", { name: "Draft, revision 2" })).toBeVisible();
  await expect(draft().getByText("mail", { exact: true })).toBeVisible();
  await look(page, "revisions-draft");
});

test("the test shows that the attribute does not come; mended, it passes, and both are compared", async () => {
  await takeTest("Test the draft");
  const dialog = page.getByRole("dialog", { name: "Test of revision 2" });
  await expect(dialog.getByText(/No e-mail address was sent/).first()).toBeVisible();
  await expect(dialog.getByText("Nothing received").first()).toBeVisible();
  await look(page, "revisions-test-failed");
  await page.keyboard.press("Escape");
  await editMapping();
  const edit = page.getByRole("dialog", { name: "Edit name, domains and mapping" });
  // The form has what the draft has, and not what is active.
  await expect(edit.getByLabel("E-mail", { exact: true })).toHaveValue("mail");
  await edit.getByLabel("E-mail", { exact: true }).fill("");
  await edit.getByLabel("Full name", { exact: true }).fill("NameID");
  await edit.getByRole("button", { name: "Save mapping" }).click();
  await expect(edit).toBeHidden();
  await takeTest("Test the draft");
  await page.keyboard.press("Escape");
  await expect(draft().getByText("Tested", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const compare = page.getByRole("dialog", { name: "Compare two revisions" });
  await compare.getByRole("button", { name: "Compare", exact: true }).click();
  const differences = compare.getByRole("list", { name: "Differences" });
  await expect(differences.getByText("Full name")).toBeVisible();
  await look(page, "revisions-compare");
  await page.keyboard.press("Escape");
});

test("it is activated, and one press returns to the revision before", async () => {
  await draft().getByRole("button", { name: "Activate" }).click();
  const activate = page.getByRole("dialog", { name: "Activate revision 2?" });
  await expect(activate.getByRole("textbox", { name: "Reason" })).toBeHidden();
  await activate.getByRole("button", { name: "Activate" }).click();
  await expect(activate).toBeHidden();
  await expect(draft()).toBeHidden();
  await page.getByRole("button", { name: "Return to revision 1" }).click();
  const back = page.getByRole("dialog", { name: "Return to revision 1?" });
  await back.getByRole("textbox", { name: "Reason" }).fill("Names are wrong in the application");
  await look(page, "revisions-return");
  await back.getByRole("button", { name: "Return" }).click();
  await expect(back).toBeHidden();
  const newest = page.getByRole("list", { name: "History" }).getByRole("listitem").first();
  await newest.getByText("Revision 3", { exact: true }).click();
  await expect(newest.getByText("Brings back the settings of revision 1.")).toBeVisible();
  await expect(newest.getByText(/Names are wrong in the application/)).toBeVisible();
  await look(page, "revisions-history");
});

test("what cannot wait is changed at once for a reason; the draft that waited says so, and is discarded", async () => {
  const edit = page.getByRole("dialog", { name: "Edit name, domains and mapping" });
  await editMapping();
  await edit.getByLabel("First name", { exact: true }).fill("givenName");
  await edit.getByRole("button", { name: "Save mapping" }).click();
  await expect(draft()).toBeVisible();
  await editMapping();
  await expect(edit.getByRole("radio", { name: /At once/ })).toBeDisabled();
  await page.keyboard.press("Escape");

  await openMenu(page, /^Actions for/);
  await page.getByRole("menuitem", { name: "Replace certificates…" }).click();
  const replace = page.getByRole("dialog", { name: "Replace the certificates" });
  const { certificate } = idpSettings();
  await replace.getByLabel("Certificates").fill(`${saml.settings.certificate}\n${certificate}`);
  await replace.getByRole("radio", { name: /At once/ }).check();
  await replace.getByRole("textbox", { name: "Reason" }).fill("The provider changes its key tonight");
  await replace.getByRole("button", { name: "Replace certificates" }).click();
  await expect(replace).toBeHidden();
  await expect(draft().getByText("Revision 5 was activated since this draft was begun.")).toBeVisible();
  await expect(draft().getByRole("button", { name: "Activate" })).toBeHidden();
  await look(page, "revisions-outdated");
  await draft().getByRole("button", { name: "Keep the draft as it is" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Keep the draft" }).click();
  await expect(draft().getByRole("button", { name: "Activate" })).toBeVisible();
  await draft().getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard draft" }).click();
  await expect(draft()).toBeHidden();
});

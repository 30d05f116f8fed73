import { type BrowserContext, expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment, makeKey } from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// What an operator does where no mail relay is: read a message, bring it, and be on record for it.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let context: BrowserContext;
let page: Page;
let deploymentUrl = "";
const key = { apiKey: "", clientId: "" };

test.beforeAll(async ({ browser }) => {
  ({ site, owner: page } = await enterSharedInstallation(browser));
  context = page.context();
  const name = { customer: "Pilot Office", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(page, site, name);
  Object.assign(key, await makeKey(page, deploymentUrl));
});

test.afterAll(async () => {
  await context?.close();
});

/** Has the environment write to somebody, as the vendor's application would. */
async function askForCode(email: string): Promise<string> {
  const answer = await fetch(`${site.identityUrl}/user_management/magic_auth`, {
    method: "POST",
    headers: { authorization: `Bearer ${key.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });
  return ((await answer.json()) as { code: string }).code;
}

test("an environment that wrote to nobody says what will stand here", async () => {
  await page.goto(deploymentUrl);
  await page.getByRole("link", { name: "Messages" }).click();
  await expect(page.getByText("No messages yet.")).toBeVisible();
  await expect(page.getByText("This site has no mail relay")).toBeVisible();
  await look(page, "messages-empty");
});

test("a message is revealed only when somebody asks, and that they did stays on record", async () => {
  const code = await askForCode("ada@harbour.example");
  await askForCode("grace@harbour.example");
  await page.goto(`${deploymentUrl}/messages`);
  await expect(page.getByRole("row")).toHaveCount(3);
  await look(page, "messages");
  await page.getByRole("link", { name: "ada@harbour.example" }).click();
  const drawer = page.getByRole("dialog", { name: "ada@harbour.example" });
  await expect(drawer.getByText("Nobody has read it.")).toBeVisible();
  expect(await page.content()).not.toContain(code);
  await look(page, "message");
  await drawer.getByRole("button", { name: "Reveal" }).click();
  await expect(drawer.getByText(code)).toBeVisible();
  await expect(drawer.getByText(/Read by Console owner/)).toBeVisible();
  await look(page, "message-revealed");
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
  await page.getByRole("link", { name: "ada@harbour.example" }).click();
  await expect(drawer.getByText(/Read by Console owner/)).toBeVisible();
  expect(await page.content()).not.toContain(code);
});

test("whoever brought it says so, and it is read no more", async () => {
  const drawer = page.getByRole("dialog", { name: "ada@harbour.example" });
  await drawer.getByRole("button", { name: "Mark as delivered…" }).click();
  const question = page.getByRole("dialog", { name: "Was this message delivered?" });
  await question.getByRole("button", { name: "Mark as delivered" }).click();
  await expect(question).toBeHidden();
  await expect(drawer.getByText("Delivered by hand")).toBeVisible();
  await expect(drawer.getByRole("button", { name: "Reveal" })).toHaveCount(0);
  await page.keyboard.press("Escape");
});

test("discarding asks for the recipient", async () => {
  await page.getByRole("link", { name: "grace@harbour.example" }).click();
  await page.getByRole("button", { name: "Discard…" }).click();
  const question = page.getByRole("dialog", { name: "Discard this message?" });
  await expect(question.getByRole("button", { name: "Discard message" })).toBeDisabled();
  await look(page, "message-discard");
  await question.getByRole("textbox").fill("grace@harbour.example");
  await question.getByRole("button", { name: "Discard message" }).click();
  await expect(question).toBeHidden();
  await page.keyboard.press("Escape");
  await page.goto(`${deploymentUrl}/messages?state=discarded`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.goto(`${deploymentUrl}/messages?q=nobody`);
  await expect(page.getByText("No messages match.")).toBeVisible();
});

test("the audit log of the deployment has it all", async () => {
  await page.goto(`${deploymentUrl}/audit`);
  for (const said of [
    "read the message to ada@harbour.example",
    "delivered the message to ada@harbour.example by hand",
    "discarded the message to grace@harbour.example",
  ])
    await expect(page.getByRole("row").filter({ hasText: said })).toHaveCount(1);
});

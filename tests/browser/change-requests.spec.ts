import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import {
  approveAndApply,
  confirm,
  draftRule,
  makeDeployment,
  proposeRequest,
  secondAdmin,
} from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// Two people, and one request from draft to closed.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let owner: Page;
let admin: Page;
let deploymentUrl = "";
let requestUrl = "";

test.beforeAll(async ({ browser }) => {
  const shared = await enterSharedInstallation(browser);
  ({ site, owner } = shared);
  const names = { customer: "Lock Bank", deployment: "Sluice", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, names);
  admin = await secondAdmin(browser, owner, site);
});

test.afterAll(async () => {
  await admin?.context().close();
  await owner?.context().close();
});

test("a rule is drafted, simulated with a packet to try, and proposed by one person, who cannot approve it", async () => {
  await draftRule(owner, deploymentUrl, { network: "203.0.113.0/24", purpose: "Ask the partner for groups" });
  requestUrl = owner.url();
  await look(owner, "change-request-draft");
  await proposeRequest(owner);
  await expect(owner.getByText("tcp to 203.0.113.0:443")).toBeVisible();
  await expect(owner.getByText("You made this request: somebody else has to approve it.")).toBeVisible();
  await expect(owner.getByRole("button", { name: "Approve" })).toHaveCount(0);
  await look(owner, "change-request-proposed");
});

test("another admin finds it waiting, approves it, and it is the allowlist once it is applied", async () => {
  await admin.goto(`${site.consoleUrl}/allowlists/requests?mine=waiting`);
  await expect(admin.getByRole("link", { name: /Open egress tcp 443/ })).toBeVisible();
  await look(admin, "change-requests");
  await approveAndApply(admin, requestUrl);
  await admin.goto(`${deploymentUrl}/allowlist`);
  await expect(admin.getByText("203.0.113.0/24").first()).toBeVisible();
});

test("what is in force can be asked: by a packet, by what could go, by what ends, and as it stood before", async () => {
  const allowlist = `${deploymentUrl}/allowlist`;
  await admin.goto(allowlist);
  await admin.getByRole("button", { name: /Installation.*203\.0\.113\.0/ }).focus();
  await expect(admin.getByRole("link", { name: "In the table" })).toBeVisible();
  await look(admin, "allowlist");
  await admin.goto(`${allowlist}/check`);
  await admin.getByLabel("To address or name").fill("203.0.113.7");
  await admin.getByRole("button", { name: "Try it" }).click();
  await expect(admin.getByText("Allowed: tcp to 203.0.113.7:443")).toBeVisible();
  await expect(admin.getByText("Every rule is needed.")).toBeVisible();
  await admin.goto(`${allowlist}/check?peer=203.0.113.7&port=8443`);
  await expect(admin.getByText("is for other ports")).toBeVisible();
  await look(admin, "allowlist-check");
  await admin.goto(`${allowlist}/compare`);
  await expect(admin.getByText("No rule ends within 30 days.")).toBeVisible();
  await admin.goto(`${allowlist}/compare?at=2026-01-01T00:00`);
  await expect(admin.getByRole("heading", { name: "Opened since" })).toBeVisible();
  await look(admin, "allowlist-compare");
});

test("what has to hold goes to the draft like a rule", async () => {
  await admin.goto(`${deploymentUrl}/allowlist/assertions`);
  await expect(admin.getByText("Nothing has to hold yet.")).toBeVisible();
  await admin.getByRole("button", { name: "Add assertion" }).click();
  await admin.getByRole("textbox", { name: "Port" }).fill("25");
  await admin.getByRole("textbox", { name: "Network" }).fill("0.0.0.0/0");
  await admin.getByLabel("Reason").fill("Mail leaves through the relay only");
  await look(admin, "allowlist-assertion-form");
  await admin.getByRole("button", { name: "Add to draft" }).click();
  await expect(admin.getByRole("link", { name: "Review draft" })).toBeVisible();
  await look(admin, "allowlist-assertions");
});

test("what was tried on site is written down, it is closed, and the page prints as the ticket", async () => {
  await admin.goto(requestUrl);
  await admin.getByLabel("What you tried").fill("curl https://203.0.113.10 from app-01: TLS answered.");
  await admin.getByRole("button", { name: "Record this probe" }).click();
  await admin.getByRole("button", { name: "Close", exact: true }).click();
  await confirm(admin, "Close request");
  await expect(admin.getByText("Closed", { exact: true }).first()).toBeVisible();
  await look(admin, "change-request-closed");
  await admin.emulateMedia({ media: "print" });
  await expect(admin.getByRole("button", { name: "Roll back" })).toBeHidden();
  await expect(admin.getByText("Ms. Weber, firewall team").first()).toBeVisible();
  // A sheet of A4, as the browser counts it.
  await admin.setViewportSize({ width: 794, height: 1123 });
  expect(await admin.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
    0,
  );
  await admin.emulateMedia({ media: "screen" });
  await admin.setViewportSize({ width: 1440, height: 900 });
});

test("the way back is one press: a draft with the opposite change", async () => {
  await admin.getByRole("button", { name: "Roll back" }).click();
  await confirm(admin, "Make the draft");
  await admin.waitForURL((url) => url.href !== requestUrl && url.pathname.includes("/requests/chg_"));
  await expect(admin.getByText("Egress tcp 443 to 203.0.113.0/24").first()).toBeVisible();
});

import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { exampleCrossing } from "#tests/support/crossings.ts";
import { confirm, makeDeployment, makeGateway, openMenu } from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// The explorer, as somebody uses it who wants to know why something did not pass. What the lists hold is proven elsewhere.
test.describe.configure({ mode: "serial" });

const HOUR = 3_600_000;

let site: SharedInstallation;
let page: Page;
let crossings: string;

test.beforeAll(async ({ browser }) => {
  ({ site, owner: page } = await enterSharedInstallation(browser));
  const name = { customer: "Crossing Harbour", deployment: "Lock", environment: "Production" } as const;
  crossings = `${await makeDeployment(page, site, name)}/crossings`;
});
test.afterAll(async () => {
  await page?.context().close();
});

test("says what a gateway is before there is one, and shows what its gateway sent", async () => {
  await page.goto(crossings);
  await expect(page.getByText("Nothing has crossed yet.")).toBeVisible();
  await look(page, "crossings-empty");
  const { token } = await makeGateway(page, crossings.replace(/\/crossings$/, ""));
  const answer = await fetch(`${site.consoleUrl}/api/gateway/crossings`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ gateway: "door-a", crossings: aDay() }),
  });
  expect(await answer.json()).toEqual({ kept: 48, refused: [] });
  await page.goto(crossings);
  await expect(page.getByText("1–25 of 48")).toBeVisible();
  await look(page, "crossings");
});

test("time is narrowed by drawing over the bars, and by keyboard; and widened again", async () => {
  const time = page.getByRole("slider", { name: "Time" });
  await time.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+ArrowLeft");
  const words = (await time.getAttribute("aria-valuetext")) ?? "";
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/since=.*until=/);
  const count = /^\d+/.exec(words)?.[0] ?? "";
  await expect(page.getByText(`${count} in all`)).toBeVisible();
  await page.getByRole("button", { name: "All times" }).click();
  await expect(page.getByText("1–25 of 48")).toBeVisible();

  const box = await time.boundingBox();
  if (!box) throw new Error("There is nothing to draw on.");
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 1, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/since=.*until=/);
  await page.getByRole("button", { name: "All times" }).click();
  await expect(page).not.toHaveURL(/since=/);
});

test("what was refused is put first, narrowed to, opened, and kept as a view", async () => {
  await page.getByRole("button", { name: "Refused first" }).click();
  await expect(page).toHaveURL(/sort=-refused/);
  await expect(page.getByRole("row").nth(1)).toContainText("No rule lets it pass");
  await page.getByRole("checkbox", { name: "Refused" }).check();
  await expect(page.getByText("12 in all")).toBeVisible();
  await page.getByRole("textbox", { name: "Network or address" }).fill("203.0.113.0/24");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/address=203/);
  await expect(page.getByText("12 in all")).toBeVisible();

  await openMenu(page, "Views");
  await page.getByRole("menuitem", { name: "Keep what is shown" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Strangers");
  await confirm(page, "Keep view");
  await expect(page.getByRole("button", { name: "Strangers" })).toBeVisible();

  await page.getByRole("table").getByRole("link").first().click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText("None: what no rule names does not pass.")).toBeVisible();
  await look(page, "crossing");
  await drawer.getByRole("button", { name: "Close" }).click();
  await expect(drawer).toBeHidden();

  await page.goto(crossings);
  await openMenu(page, "Views");
  await page.getByRole("menuitem", { name: "Strangers" }).click();
  await expect(page.getByText("12 in all")).toBeVisible();
});

test("all that is shown is taken away as a file", async () => {
  await openMenu(page, "Export");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: /NDJSON/ }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^crossings-.*Z\.ndjson$/);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(Array.from({ length: 12 }, () => "refused"));
});

/** Two an hour for a day, of which every fourth was refused. */
function aDay() {
  const now = Date.now();
  return Array.from({ length: 48 }, (_, index) => {
    const beganAt = new Date(now - (index + 1) * (HOUR / 2));
    const refused = index % 4 === 3;
    return exampleCrossing({
      ...{ beganAt, endedAt: new Date(beganAt.getTime() + 900) },
      ...(refused
        ? { outcome: "refused", reason: "no_rule", ruleId: null, peerName: "telemetry.example.net" }
        : {}),
      peerAddress: refused ? "203.0.113.9" : "104.18.0.1",
    });
  });
}

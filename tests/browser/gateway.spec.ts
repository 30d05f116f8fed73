import { connect } from "node:net";
import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment, makeGateway, makeKey, textOf } from "#tests/support/first-steps.ts";
import { type GatewayProgram, startGatewayProgram } from "#tests/support/gateway-program.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// A gateway is made in the console and started as its page says, with the real program; then the page tells how it stands.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let page: Page;
let deployment: string;
let gateway: GatewayProgram | undefined;

test.beforeAll(async ({ browser }) => {
  ({ site, owner: page } = await enterSharedInstallation(browser));
  const name = { customer: "Gateway Harbour", deployment: "Quay", environment: "Production" } as const;
  deployment = await makeDeployment(page, site, name);
});
test.afterAll(async () => {
  await gateway?.stop();
  await page?.context().close();
});

test("a gateway is made, started with its token, and reports; who may use its proxy is set beside it", async () => {
  await page.goto(`${deployment}/gateway`);
  await expect(page.getByText("No gateway yet.")).toBeVisible();
  await look(page, "gateway-empty");
  const { token } = await makeGateway(page, deployment);
  gateway = await startGatewayProgram({ consoleUrl: site.consoleUrl, token });

  // Pressed while the page's script is still on its way, the button is heard once it is there.
  const arrived = Promise.withResolvers<void>();
  await page.route("**/_next/static/**/*.js", async (route) => {
    await arrived.promise;
    await route.continue();
  });
  // Not by what waits for the script: see tests/support/browser.ts.
  await page.evaluate((to) => location.assign(to), `${deployment}/gateway/clients`);
  await page
    .getByRole("button", { name: "Add client" })
    .evaluate((button: HTMLButtonElement) => button.click());
  arrived.resolve();
  await page.unrouteAll({ behavior: "wait" });
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Application").fill("Billing");
  await dialog.getByRole("button", { name: "Add client" }).click();
  const clientToken = await textOf(dialog.locator("code", { hasText: /^sp_gwc_/ }));
  await look(page, "gateway-client-token");
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByRole("row", { name: /Billing/ })).toBeVisible();
  await look(page, "gateway-clients");

  // Once the gateway has heard of it, the client is known, and is refused by the allowlist, which names nothing yet.
  const port = gateway.proxyPort;
  await expect.poll(() => askForAWayOut(port, clientToken), { timeout: 20_000 }).toContain(" 403 ");
  expect(await askForAWayOut(port, "sp_gwc_of_nobody")).toContain(" 407 ");

  await page.goto(`${deployment}/gateway`);
  const main = page.locator("main");
  await expect(main.getByText("As wanted", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(main.getByText("edge-1", { exact: true })).toBeVisible();
  await expect(main.getByText(/[1-9]\d* refused/)).toBeVisible({ timeout: 30_000 });
  await look(page, "gateway");
});

test("what it pulls, hands over and takes in is set, and it takes that over", async () => {
  await page.goto(`${deployment}/gateway/events`);
  await page.getByRole("button", { name: "Add source" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add source" }).click();
  await expect(dialog).toBeHidden();

  await page.goto(`${deployment}/gateway/endpoints`);
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await dialog.getByLabel("Application").fill("Billing");
  await dialog.getByLabel("Address").fill("http://127.0.0.1:9/events");
  await look(page, "gateway-endpoint-form");
  await dialog.getByRole("button", { name: "Add endpoint" }).click();
  await expect(dialog.locator("code", { hasText: /^whsec_/ })).toBeVisible();
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("Working", { exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await look(page, "gateway-endpoints");

  // Something happens, and nobody listens at the endpoint: the gateway says so, and is asked to try again.
  const { apiKey } = await makeKey(page, deployment);
  const made = await fetch(`${site.identityUrl}/organizations`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Gateway Harbour" }),
  });
  expect(made.status).toBe(201);
  await page.goto(`${deployment}/gateway/endpoints`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("organization.created", { exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 40_000 });
  await look(page, "gateway-deliveries");
  await page.getByRole("button", { name: "Deliver again" }).first().click();
  await expect(page.getByText("The gateway was asked to deliver it again")).toBeVisible();

  await page.getByRole("button", { name: "Add follower" }).click();
  await dialog.getByLabel("Application").fill("Dashboards");
  await dialog.getByRole("button", { name: "Add follower" }).click();
  await expect(dialog.locator("code", { hasText: /^sp_gws_/ }).first()).toBeVisible();
  await look(page, "gateway-follower-token");
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await page.getByRole("button", { name: "Add folder" }).click();
  await dialog.getByLabel("Read by").fill("Data warehouse");
  await dialog.getByLabel("Folder", { exact: true }).fill("events");
  await dialog.getByRole("button", { name: "Add folder" }).click();
  await expect(dialog.getByText(/Write the whole path/)).toBeVisible();
  await dialog.getByLabel("Folder", { exact: true }).fill("/nonexistent/events");
  await dialog.getByRole("button", { name: "Add folder" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("/nonexistent/events", { exact: true })).toBeVisible();

  await page.goto(`${deployment}/gateway/events`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("Caught up", { exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await look(page, "gateway-events");

  await page.goto(`${deployment}/gateway/intake`);
  await page.getByRole("button", { name: "Open path" }).click();
  await dialog.getByLabel("Path").fill("/webhooks/workos");
  await dialog.getByLabel("Signing secret").fill("whsec_of_the_sender_outside");
  await dialog.getByRole("button", { name: "Open path" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("/webhooks/workos", { exact: true })).toBeVisible();
  await look(page, "gateway-intake");
});

/** The first line of the proxy's answer to a CONNECT. */
function askForAWayOut(port: number, token: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      const authorization = Buffer.from(`Billing:${token}`).toString("base64");
      socket.write(
        `CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\nProxy-Authorization: Basic ${authorization}\r\n\r\n`,
      );
    });
    socket.once("data", (chunk) => {
      resolve(chunk.toString("latin1").split("\r\n", 1)[0] ?? "");
      socket.destroy();
    });
    socket.once("error", (error) => resolve(error.message));
    socket.once("end", () => resolve(""));
  });
}

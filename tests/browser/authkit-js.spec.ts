import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { decodeJwt } from "jose";
import { test } from "#tests/support/browser.ts";
import { createTestDatabase, startTestCluster } from "#tests/support/cluster.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

// An application that is a page and nothing more, of another origin than the service, with WorkOS's own library.
test.describe.configure({ mode: "serial" });

const PASSWORD = "a rather long pass phrase";
const LIBRARY = readFileSync(fileURLToPath(import.meta.resolve("@workos-inc/authkit-js/dist/index.mjs")));

let cluster: Awaited<ReturnType<typeof startTestCluster>>;
let service: RunningIdentityService;
let here: TestEnvironment;
/** Beside the first, under a name whose cookies the pages get, as in production. */
let neighbour: RunningIdentityService;
let app: Application;
let stranger: Application;
let kept: Application;

interface Application {
  origin: string;
  server: Server;
}

test.beforeAll(async () => {
  cluster = await startTestCluster();
  const { identityUrl } = await createTestDatabase(cluster.url);
  service = await startIdentityService(identityUrl);
  neighbour = await startIdentityService(identityUrl);
  neighbour.parts.env.baseUrl = `http://localhost:${neighbour.port}`;
  here = await prepareEnvironment(service);
  const elsewhere = { apiHostname: "127.0.0.1", port: service.port, https: false };
  app = await startApplication(elsewhere);
  stranger = await startApplication(elsewhere);
  kept = await startApplication({
    apiHostname: "localhost",
    port: neighbour.port,
    https: false,
    devMode: false,
  });
  for (const { origin } of [app, stranger, kept])
    await callWire(service, here, "POST", "/user_management/redirect_uris", { uri: `${origin}/` });
  for (const { origin } of [app, kept])
    await callWire(service, here, "POST", "/user_management/cors_origins", { origin });
});
test.afterAll(async () => {
  for (const application of [app, stranger, kept]) application?.server.close();
  await neighbour?.close();
  await service?.close();
  await cluster?.stop();
});

async function startApplication(options: CreateClientOptions): Promise<Application> {
  const server = createServer((request, response) => {
    if (request.url === "/authkit.js")
      return response.setHeader("content-type", "text/javascript").end(LIBRARY);
    response.setHeader("content-type", "text/html; charset=utf-8").end(pageOf(origin, options));
  });
  await once(server.listen(0, "localhost"), "listening");
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { origin, server };
}

type CreateClientOptions = NonNullable<Parameters<typeof import("@workos-inc/authkit-js").createClient>[1]>;

function pageOf(origin: string, given: CreateClientOptions): string {
  const options = { ...given, redirectUri: `${origin}/` };
  return `<!doctype html>
    <title>A page</title>
    <output></output>
    <button id="in">Sign in</button>
    <button id="out">Sign out</button>
    <script type="module">
      import { createClient } from "/authkit.js";
      const onRedirectCallback = ({ state }) => { document.title = state?.title ?? "No state"; };
      const client = await createClient(${JSON.stringify(here.clientId)}, { ...${JSON.stringify(options)}, onRedirectCallback });
      window.client = client;
      document.getElementById("in").onclick = () => client.signIn({ state: { title: "Back again" } });
      document.getElementById("out").onclick = () => client.signOut({ returnTo: "${origin}/" });
      document.querySelector("output").value = client.getUser()?.email ?? "Nobody";
    </script>`;
}

declare global {
  interface Window {
    client: Awaited<ReturnType<typeof import("@workos-inc/authkit-js")["createClient"]>>;
  }
}

async function newUser(email: string): Promise<string> {
  const { userManagement } = sdkFor(service, here);
  const user = await userManagement.createUser({ email, password: PASSWORD, emailVerified: true });
  const { organizationId } = here;
  await userManagement.createOrganizationMembership({ userId: user.id, organizationId });
  return user.id;
}

async function signIn(page: Page, { origin }: Application, email: string): Promise<void> {
  await page.goto(origin);
  await expect(page.locator("output")).toHaveText("Nobody");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const tokenOf = async (page: Page, forceRefresh = false) =>
  decodeJwt(
    await page.evaluate((force) => window.client.getAccessToken({ forceRefresh: force }), forceRefresh),
  );
const sessionsOf = async (userId: string) =>
  (await sdkFor(service, here).userManagement.listSessions(userId)).data;

test("a page signs somebody in with PKCE, keeps them over a reload, refreshes and signs them out", async ({
  page,
}) => {
  const userId = await newUser("page@outside.example");
  await signIn(page, app, "page@outside.example");
  await expect(page.locator("output")).toHaveText("page@outside.example");
  // What the page gave along came back, and the code is gone from its address.
  await expect(page).toHaveTitle("Back again");
  expect(page.url()).toBe(`${app.origin}/`);
  const user = await page.evaluate(() => window.client.getUser());
  expect(user).toMatchObject({ id: userId, email: "page@outside.example", emailVerified: true });
  const first = await tokenOf(page);
  expect(first).toMatchObject({ sub: userId, org_id: here.organizationId, role: "member" });
  await page.reload();
  await expect(page.locator("output")).toHaveText("page@outside.example");
  const second = await tokenOf(page);
  const third = await tokenOf(page, true);
  expect([second.sid, third.sid]).toEqual([first.sid, first.sid]);
  expect(new Set([first.jti, second.jti, third.jti]).size).toBe(3);
  expect(await sessionsOf(userId)).toMatchObject([{ id: first.sid, status: "active" }]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.locator("output")).toHaveText("Nobody");
  expect(page.url()).toBe(`${app.origin}/`);
  expect(await sessionsOf(userId)).toMatchObject([{ id: first.sid, status: "revoked" }]);
});

test("a page moves somebody to another organization of theirs", async ({ page }) => {
  const { userManagement, organizations } = sdkFor(service, here);
  const userId = await newUser("mover@outside.example");
  await signIn(page, app, "mover@outside.example");
  await expect(page.locator("output")).toHaveText("mover@outside.example");
  const { id: organizationId } = await organizations.createOrganization({ name: "Second" });
  await userManagement.createOrganizationMembership({ userId, organizationId });
  await page.evaluate((id) => window.client.switchToOrganization({ organizationId: id }), organizationId);
  expect(await tokenOf(page)).toMatchObject({ sub: userId, org_id: organizationId });
});

test("the vendor's support signs in as somebody over the page that begins", async ({ page }) => {
  const userId = await newUser("helped@outside.example");
  await service.manage("PATCH", `/environments/${here.id}`, {
    settings: { pages: { initiate_login_url: `${app.origin}/` } },
  });
  const { body } = await service.manage("POST", `/environments/${here.id}/impersonations`, {
    user_id: userId,
    impersonator_email: "support@vendor.example",
    reason: "Ticket 7",
  });
  await page.goto(body.url ?? "");
  await expect(page.locator("output")).toHaveText("Nobody");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.locator("output")).toHaveText("helped@outside.example");
  expect(await tokenOf(page)).toMatchObject({ sub: userId, act: { sub: "support@vendor.example" } });
});

test("in production the refresh token is in a cookie that no script reads, and a reload goes on with it", async ({
  page,
}) => {
  const userId = await newUser("kept@outside.example");
  await signIn(page, kept, "kept@outside.example");
  await expect(page.locator("output")).toHaveText("kept@outside.example");
  const first = await tokenOf(page);
  const seen = await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage })]);
  expect(seen).toEqual([`workos-has-session=${here.clientId}`, "{}"]);
  await page.reload();
  await expect(page.locator("output")).toHaveText("kept@outside.example");
  const second = await tokenOf(page, true);
  expect([second.sub, second.sid]).toEqual([userId, first.sid]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.locator("output")).toHaveText("Nobody");
  expect(await page.evaluate(() => document.cookie)).toBe("");
  expect(await page.context().cookies()).not.toContainEqual(
    expect.objectContaining({ name: `sallyport_session_${here.clientId}` }),
  );
  expect(await sessionsOf(userId)).toMatchObject([{ id: first.sid, status: "revoked" }]);
});

test("a page whose origin nobody registered does not get to read who signed in", async ({ page }) => {
  await newUser("victim@outside.example");
  const problems: string[] = [];
  page.on("console", (message) => problems.push(message.text()));
  await signIn(page, stranger, "victim@outside.example");
  await expect(page.locator("output")).toHaveText("Nobody");
  expect(problems.join("\n")).toContain("blocked by CORS policy");
});

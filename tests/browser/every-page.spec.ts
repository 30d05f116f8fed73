import { globSync } from "node:fs";
import { resolve } from "node:path";
import { type Browser, expect, type Page } from "@playwright/test";
import { type Action, ROLES, type Role, roleCan } from "#lib/access/permissions.ts";
import { test } from "#tests/support/browser.ts";
import {
  bringReport,
  draftRule,
  makeDeployment,
  makeGateway,
  makeSamlConnection,
} from "#tests/support/first-steps.ts";
import { type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// Every page of the console as every role, on a phone: it is shown or refused as the table of permissions says.
test.describe.configure({ mode: "serial" });
// A picture of every step of six people would take longer than the steps.
test.use({ trace: "off" });

/** Whose pages are looked at in a browser: who may do everything, and who may only read. Of the others' the answers are read. */
const LOOKING: readonly Role[] = ["owner", "auditor"];
const PASSWORD = "a door with two leaves";
const REFUSED = "Your role does not include this page.";
const NOT_FOUND = "There is no such page.";
const FAULT = "This page could not be shown.";

interface Entry {
  /** Where it is, with the ids of this test's own things in place of `[…]`. */
  at: string;
  /** What a role must hold to see it; null: everybody may. */
  needs: Action | null;
  /** Where it leads, for it has nothing to show itself. */
  goesTo?: string;
  /** Its words, where it is the same for everybody; one of them looks. */
  says?: string;
}

const ids = {
  customer: "",
  deployment: "",
  connection: "",
  directory: "",
  person: "",
  report: "",
  request: "",
};
const foreign = { customer: "", deployment: "" };

/** Each `page.tsx` under app/, by its route. Add the entry of a new page here; the first test fails until it has one. */
function entries(): Record<string, Entry> {
  const at = `/deployments/${ids.deployment}`;
  return {
    "/": { at: "/", needs: null },
    "/[...unknown]": { at: "/no/such/page", needs: null, says: NOT_FOUND },
    "/account": { at: "/account", needs: null },
    "/allowlists": { at: "/allowlists", needs: "change_request.read", goesTo: "/allowlists/requests" },
    "/allowlists/fleet": { at: "/allowlists/fleet", needs: "allowlist.read" },
    "/allowlists/fleet/[bulkId]": { at: "/allowlists/fleet/blk_none", needs: null, says: NOT_FOUND },
    "/allowlists/review": { at: "/allowlists/review", needs: "allowlist.read" },
    "/allowlists/requests": { at: "/allowlists/requests", needs: "change_request.read" },
    "/allowlists/packs": { at: "/allowlists/packs", needs: "allowlist.read" },
    "/allowlists/packs/[packId]": { at: "/allowlists/packs/dns", needs: "allowlist.read" },
    "/allowlists/bundles": { at: "/allowlists/bundles", needs: "bundle.read" },
    "/allowlists/bundles/keys": { at: "/allowlists/bundles/keys", needs: "bundle.read" },
    "/allowlists/bundles/[bundleId]": { at: "/allowlists/bundles/bdlr_none", needs: null, says: NOT_FOUND },
    "/audit": { at: "/audit", needs: "audit.read" },
    "/allowlists/sets": { at: "/allowlists/sets", needs: "address_set.read" },
    "/allowlists/sets/[slug]": { at: "/allowlists/sets/cloudflare", needs: "address_set.read" },
    "/allowlists/sets/[slug]/versions/[number]": {
      at: "/allowlists/sets/cloudflare/versions/1",
      needs: "address_set.read",
    },
    "/crossings": { at: "/crossings", needs: "crossing.read" },
    "/customers": { at: "/customers", needs: "customer.read" },
    "/customers/[customerId]": { at: `/customers/${ids.customer}`, needs: "customer.read" },
    "/deployments": { at: "/deployments", needs: "deployment.read" },
    "/deployments/new": { at: "/deployments/new", needs: "deployment.create" },
    "/deployments/[deploymentId]": { at, needs: "deployment.read" },
    "/deployments/[deploymentId]/allowlist": { at: `${at}/allowlist`, needs: "allowlist.read" },
    ...Object.fromEntries(
      ["assertions", "check", "compare"].map((part) => [
        `/deployments/[deploymentId]/allowlist/${part}`,
        { at: `${at}/allowlist/${part}`, needs: "allowlist.read" as const },
      ]),
    ),
    "/deployments/[deploymentId]/allowlist/exports": {
      at: `${at}/allowlist/exports`,
      needs: "allowlist_export.read",
    },
    "/deployments/[deploymentId]/allowlist/print": { at: `${at}/allowlist/print`, needs: "allowlist.read" },
    "/deployments/[deploymentId]/allowlist/requests": {
      at: `${at}/allowlist/requests`,
      needs: "change_request.read",
    },
    "/deployments/[deploymentId]/allowlist/requests/[requestId]": {
      at: `${at}/allowlist/requests/${ids.request}`,
      needs: "change_request.read",
    },
    "/deployments/[deploymentId]/audit": { at: `${at}/audit`, needs: "audit.read" },
    "/deployments/[deploymentId]/connections": { at: `${at}/connections`, needs: "connection.read" },
    "/deployments/[deploymentId]/connections/new": {
      at: `${at}/connections/new`,
      needs: "connection.create",
    },
    "/deployments/[deploymentId]/connections/[connectionId]": {
      at: `${at}/connections/${ids.connection}`,
      needs: "connection.read",
    },
    "/deployments/[deploymentId]/crossings": { at: `${at}/crossings`, needs: "crossing.read" },
    "/deployments/[deploymentId]/directories": { at: `${at}/directories`, needs: "directory.read" },
    "/deployments/[deploymentId]/directories/new": { at: `${at}/directories/new`, needs: "directory.create" },
    "/deployments/[deploymentId]/directories/[directoryId]": {
      at: `${at}/directories/${ids.directory}`,
      needs: "directory.read",
    },
    "/deployments/[deploymentId]/doctor": { at: `${at}/doctor`, needs: "doctor.read" },
    "/deployments/[deploymentId]/doctor/[reportId]": {
      at: `${at}/doctor/${ids.report}`,
      needs: "doctor.read",
    },
    "/deployments/[deploymentId]/domains": { at: `${at}/domains`, needs: "domain.read" },
    "/deployments/[deploymentId]/domains/new": { at: `${at}/domains/new`, needs: "domain.add" },
    ...Object.fromEntries(
      ["people", "groups", "roles"].map((name) => [
        `/deployments/[deploymentId]/directories/[directoryId]/${name}`,
        { at: `${at}/directories/${ids.directory}/${name}`, needs: "directory.read" as const },
      ]),
    ),
    "/deployments/[deploymentId]/environments": { at: `${at}/environments`, needs: "environment.read" },
    "/deployments/[deploymentId]/gateway": { at: `${at}/gateway`, needs: "gateway.read" },
    ...Object.fromEntries(
      ["clients", "events", "endpoints", "intake"].map((part) => [
        `/deployments/[deploymentId]/gateway/${part}`,
        { at: `${at}/gateway/${part}`, needs: "gateway.read" as const },
      ]),
    ),
    "/deployments/[deploymentId]/messages": { at: `${at}/messages`, needs: "message.read" },
    "/deployments/[deploymentId]/setup-links": { at: `${at}/setup-links`, needs: "setup_link.read" },
    "/deployments/[deploymentId]/setup-links/new": {
      at: `${at}/setup-links/new`,
      needs: "setup_link.create",
    },
    "/deployments/[deploymentId]/status": { at: `${at}/status`, needs: "connection.read" },
    "/guides": { at: "/guides", needs: null },
    "/guides/[guideId]": { at: "/guides/okta?language=de", needs: null },
    "/people": { at: "/people", needs: "person.read" },
    "/people/[personId]": { at: `/people/${ids.person}`, needs: "person.read" },
    "/settings": { at: "/settings", needs: "service.read", goesTo: "/settings/services" },
    "/settings/portal": { at: "/settings/portal", needs: "settings.read" },
    "/settings/services": { at: "/settings/services", needs: "service.read" },
    "/settings/sign-in": { at: "/settings/sign-in", needs: "settings.read" },
    // Whoever is signed in already has no business at the door; and these links are nobody's.
    "/sign-in": { at: "/sign-in", needs: null, goesTo: "/" },
    "/sign-in/enrol": { at: "/sign-in/enrol", needs: null, goesTo: "/" },
    "/sign-in/second-factor": { at: "/sign-in/second-factor", needs: null, goesTo: "/" },
    "/invite": { at: "/invite?token=x", needs: null, says: "This link does not work" },
    "/reset": { at: "/reset?token=x", needs: null, says: "This link does not work" },
    "/set-up": { at: "/set-up?token=x", needs: null, says: "This link does not work" },
  };
}

let site: SharedInstallation;
let saml: SamlIdp;
const people = new Map<Role, Page>();
let complaints: string[] = [];

test.beforeAll(async ({ browser }) => {
  saml = await startSamlIdp();
  const shared = await enterSharedInstallation(browser);
  site = shared.site;
  const owner = heeded(shared.owner);
  people.set("owner", owner);
  const theirs = { customer: "Quay Bank", deployment: "Vault", environment: "Production" } as const;
  const deploymentUrl = await makeDeployment(owner, site, theirs);
  const idp = { organization: "Harbour", domain: "example.com", metadataUrl: saml.metadataUrl };
  await makeSamlConnection(owner, deploymentUrl, idp);
  ids.connection = idIn(owner.url(), "conn");
  await owner.goto(`${deploymentUrl}/directories/new`);
  await owner.getByLabel("Organization", { exact: true }).selectOption("new");
  await owner.getByLabel("Name of the organization").fill("Harbour staff");
  await owner.getByLabel("Name of the directory").fill("Harbour staff");
  await owner.getByRole("button", { name: "Create directory" }).click();
  await owner.getByRole("link", { name: "I have copied both" }).click();
  await owner.waitForURL(/\/directories\/directory_/);
  ids.directory = idIn(owner.url(), "directory");
  ids.deployment = idIn(deploymentUrl, "dep");
  await bringReport(owner, deploymentUrl);
  ids.report = idIn(owner.url(), "report");
  await draftRule(owner, deploymentUrl, { network: "203.0.113.0/24", purpose: "Reach the partner" });
  ids.request = idIn(owner.url(), "chg");
  await makeGateway(owner, deploymentUrl);
  ids.customer = await customerNamed(owner, "Quay Bank");
  const others = { customer: "Other Port", deployment: "Quay", environment: "Production" } as const;
  foreign.deployment = idIn(await makeDeployment(owner, site, others), "dep");
  foreign.customer = await customerNamed(owner, "Other Port");
  for (const role of ROLES) if (role !== "owner") await join(browser, owner, role);
  await owner.goto(`${site.consoleUrl}/people`);
  const support = owner.getByRole("link", { name: "The support" });
  ids.person = idIn((await support.getAttribute("href")) ?? "", "per");
});

test.afterAll(async () => {
  for (const page of people.values()) await page.context().close();
  await saml?.close();
});

test("every page has its entry here", () => {
  // The portal knows no roles; its pages are in portal-pages.spec.ts.
  const files = globSync("**/page.tsx", { cwd: resolve(import.meta.dirname, "../../app") }).filter(
    (file) => !file.startsWith("(portal)/"),
  );
  const routes = files.map((file) => `/${file}`.replaceAll(/\/\([^)]*\)|\/page\.tsx$/g, "") || "/");
  expect(Object.keys(entries()).sort()).toEqual(routes.sort());
});

test("each role sees the pages that the table of permissions gives it, whole, and is told of the others", async () => {
  complaints = [];
  const found = await Promise.all(
    [...people].map(async ([role, page]) => {
      const looks = LOOKING.includes(role);
      const wrong: string[] = [];
      await page.setViewportSize({ width: 390, height: 844 });
      for (const [route, { at, needs, goesTo, says }] of Object.entries(entries())) {
        if (says && role !== "owner") continue;
        const may = needs === null || roleCan(role, needs);
        if (looks) {
          const expected = may ? (says ?? null) : REFUSED;
          const seen = problems(await visit(page, at, goesTo), expected);
          wrong.push(...seen.map((problem) => `${role} at ${route}: ${problem}`));
        } else if (needs !== null || !goesTo) {
          const told = await ask(page, at);
          const expected = may ? "shown" : "refused";
          if (told !== expected) wrong.push(`${role} at ${route}: ${told}, not ${expected}`);
        }
      }
      return wrong;
    }),
  );
  expect(found.flat()).toEqual([]);
  expect(complaints).toEqual([]);
});

test("another customer's pages are not there for who administers one customer", async () => {
  const page = people.get("customer_admin");
  if (!page) throw new Error("Nobody joined as a customer's admin.");
  const at = `/deployments/${foreign.deployment}`;
  const wrong: string[] = [];
  for (const path of [
    `/customers/${foreign.customer}`,
    at,
    ...[
      "allowlist",
      "allowlist/exports",
      "allowlist/print",
      "audit",
      "connections",
      "crossings",
      "directories",
      "environments",
      "gateway",
      "messages",
      "setup-links",
    ].map((tab) => `${at}/${tab}`),
  ])
    wrong.push(...problems(await visit(page, path), NOT_FOUND).map((problem) => `${path}: ${problem}`));
  expect(wrong).toEqual([]);
});

/** What the server answers to a page, without a browser that shows it. */
async function ask(page: Page, path: string): Promise<string> {
  // As the browser sends them: localhost counts as safe there, and not where a request is made without one.
  const cookies = await page.context().cookies(site.consoleUrl);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const answer = await fetch(`${site.consoleUrl}${path}`, { headers: { cookie }, redirect: "manual" });
  const html = (await answer.text()).replaceAll(/<script\b[\s\S]*?<\/script>/g, "");
  const location = answer.headers.get("location");
  if (location) {
    const next = location.replace(site.consoleUrl, "");
    return next.startsWith("/sign-in") ? "signed out" : ask(page, next);
  }
  // What turns out while the page is being written stands in it: its first line has been sent by then.
  const later = /data-dgst="([^"]*)"/.exec(html)?.[1];
  if (answer.status === 403 || later === "NEXT_HTTP_ERROR_FALLBACK;403") return "refused";
  if (later?.startsWith("NEXT_REDIRECT")) return ask(page, later.split(";")[2] ?? "");
  if (later || answer.status !== 200) return `${answer.status} ${later ?? ""}`;
  return "shown";
}

interface Seen {
  status: number;
  text: string;
  /** How much wider than the screen it is, in pixels. */
  beyond: number;
}

async function visit(page: Page, path: string, goesTo = path): Promise<Seen> {
  const answer = await page.goto(`${site.consoleUrl}${path}`);
  await page.waitForURL(`${site.consoleUrl}${goesTo}`);
  // What is still being read is no page yet.
  await expect(page.locator("main").getByRole("heading").first()).toBeVisible();
  await expect(page.locator("main [role=status]").filter({ hasText: /^(Reading|Asking)/ })).toHaveCount(0);
  const beyond = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  return { status: answer?.status() ?? 0, text: (await page.locator("main").textContent()) ?? "", beyond };
}

/** `expected`: the words in place of the page; null where the page itself is to be shown. */
function problems({ status, text, beyond }: Seen, expected: string | null): string[] {
  const notThis = [REFUSED, NOT_FOUND].filter((sentence) => text.includes(sentence));
  const isShown = expected === null ? notThis.length === 0 && text.length > 20 : text.includes(expected);
  return [
    ...(status >= 500 || text.includes(FAULT) ? [`a fault, ${status}`] : []),
    ...(isShown ? [] : [`shows “${text.slice(0, 80)}”`]),
    ...(beyond > 0 ? [`${beyond} px wider than the screen`] : []),
  ];
}

async function someBrowser(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  return heeded(await context.newPage());
}

/** What its console says is kept. */
function heeded(page: Page): Page {
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // That the page itself is refused or not found is what was asked for.
    if (message.location().url === page.url() && /status of 40[34]/.test(message.text())) return;
    complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => void complaints.push(`${page.url()}: ${error.message}`));
  return page;
}

async function join(browser: Browser, owner: Page, role: Role): Promise<void> {
  await owner.goto(`${site.consoleUrl}/people`);
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(`${role}@vendor.example`);
  await dialog.locator(`input[name=role][value=${role}]`).check();
  if (role === "customer_admin") await dialog.getByRole("checkbox", { name: "Quay Bank" }).check();
  await dialog.getByRole("button", { name: "Make invitation" }).click();
  const link = await dialog.getByText(/\/invite\?token=/).textContent();
  const page = await someBrowser(browser);
  await page.goto(link?.trim() ?? "");
  await page.getByLabel("Your name").fill(`The ${role}`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  people.set(role, page);
}

async function customerNamed(owner: Page, name: string): Promise<string> {
  await owner.goto(`${site.consoleUrl}/customers`);
  const href = await owner.getByRole("link", { name }).first().getAttribute("href");
  return idIn(href ?? "", "cus");
}

function idIn(url: string, prefix: string): string {
  return new RegExp(`${prefix}_\\w+`).exec(url)?.[0] ?? "";
}

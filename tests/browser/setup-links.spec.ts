import { type Browser, expect, type Page } from "@playwright/test";
import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { test } from "#tests/support/browser.ts";
import { becomeOwner, makeDeployment, makeKey } from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";
import { look } from "#tests/support/looks.ts";
import { setClock } from "#tests/support/set-clock.ts";
import { makeSetupLink, openSetupLink, type ShownLink } from "#tests/support/setup-link.ts";

// A link from the console that makes it to the browser that opens it, and every way in which it leads nowhere.
test.describe.configure({ mode: "serial" });

const ORGANIZATION = "Contoso Shipyards";

let site: Installation;
let owner: Page;
let deploymentUrl = "";
let link: ShownLink;
let ticket = "";
let theirs: Page;
const clock = setClock();

test.beforeAll(async ({ browser }) => {
  site = await startInstallation(clock.settings);
  owner = await (await browser.newContext()).newPage();
  await becomeOwner(owner, site);
  const names = { customer: "Contoso", deployment: "Hamburg yard", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, names);
});

test.afterAll(async () => {
  await owner?.context().close();
  await theirs?.context().close();
  await site?.stop();
  clock.remove();
});

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const somebody = async (browser: Browser) => await (await browser.newContext({ locale: "en-GB" })).newPage();

test("an owner says how the vendor is called, and how it is reached", async () => {
  await owner.goto(`${site.consoleUrl}/settings/portal`);
  await owner.getByLabel("Your name").fill("Northwind Controls");
  await owner.getByLabel("How you are reached").fill("+49 40 5550 100");
  await owner.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByText("Saved")).toBeVisible();
  await look(owner, "portal-settings");
});

test("a link is made for one organization and shown once, with a sheet of one page to hand over", async () => {
  await owner.goto(`${deploymentUrl}/setup-links`);
  await expect(owner.getByText("No set-up links yet.")).toBeVisible();
  await owner.goto(`${deploymentUrl}/setup-links/new`);
  await owner.getByRole("checkbox", { name: /^Sign-in/ }).uncheck();
  await owner.getByLabel("Name of the organization").fill(ORGANIZATION);
  await owner.getByRole("button", { name: "Make set-up link" }).click();
  await expect(owner.getByText("Choose what the link is for.")).toBeVisible();
  await look(owner, "setup-link-new");

  const purposes = ["Sign-in", "Directory"];
  link = await makeSetupLink(owner, deploymentUrl, {
    organization: ORGANIZATION,
    purposes,
    note: "By Friday.",
  });
  const sheet = owner.getByRole("article");
  for (const words of [link.code, "Northwind Controls", "+49 40 5550 100", "By Friday.", "/portal/enter"])
    await expect(sheet.first()).toContainText(words);
  await expect(owner.getByRole("img", { name: "The set-up link as a QR code" })).toBeVisible();
  await look(owner, "setup-link-made");
  const pdf = (await owner.pdf({ format: "A4" })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
  await owner.getByLabel("Language of the sheet").selectOption("de");
  await expect(sheet.first()).toContainText("Geben Sie diesen Code ein:");
  await owner.getByRole("link", { name: "Done" }).click();
  await expect(owner.getByRole("row", { name: new RegExp(ORGANIZATION) })).toContainText("Not opened");
});

test("looking at a link opens nothing; the button does, by keyboard alone", async ({ browser }) => {
  // What scans mail fetches the address, again and again, and may follow redirects.
  for (let time = 0; time < 3; time++) expect((await fetch(link.url)).status).toBe(200);
  theirs = await somebody(browser);
  await theirs.goto(link.url);
  await expect(heading(theirs)).toHaveText(`Set-up for ${ORGANIZATION}`);
  await look(theirs, "portal-open");
  const begin = theirs.getByRole("button", { name: "Begin in this browser" });
  for (
    let tab = 0;
    tab < 10 && !(await begin.evaluate((element) => element === document.activeElement));
    tab++
  )
    await theirs.keyboard.press("Tab");
  await theirs.keyboard.press("Enter");
  await theirs.waitForURL(/\/portal$/);
  await expect(theirs.getByText("Northwind Controls", { exact: true })).toBeVisible();
  await expect(theirs.getByText("By Friday.")).toBeVisible();
  await expect(theirs.getByRole("navigation", { name: "Progress" })).toContainText("0 of 6");
  await look(theirs, "portal-welcome");
  // The same link in the same browser leads on at once.
  await theirs.goto(link.url);
  await theirs.waitForURL(/\/portal$/);
});

test("the first key leads past the header", async () => {
  await theirs.goto(`${site.consoleUrl}/portal`);
  await theirs.keyboard.press("Tab");
  await theirs.keyboard.press("Enter");
  await expect(theirs.locator("#content")).toBeFocused();
});

test("each way in which a link leads nowhere has its own words, and says whom to ask", async ({
  browser,
}) => {
  const other = await somebody(browser);
  const closed = async (url: string, title: string, ...words: string[]) => {
    await other.goto(url);
    await expect(heading(other)).toHaveText(title);
    for (const each of words) await expect(other.locator("main")).toContainText(each);
  };
  const ask = "Ask Console owner at Northwind Controls, who made this link.";
  await closed(link.url, "This link is open in another browser", ask, "+49 40 5550 100");
  await look(other, "portal-other-browser");
  await closed(link.url.slice(0, -4), "This link is not complete");
  const [start = "", token = ""] = link.url.split("/open/");
  await closed(
    `${start}/open/${token[0] === "Z" ? "A" : "Z"}${token.slice(1)}`,
    "This link belongs to another site",
  );
  await closed(`${start}/open/${token.slice(0, 6)}${"A".repeat(43)}`, "This link does not exist here");
  await closed(`${site.consoleUrl}/portal`, "No set-up is open here");
  await closed(`${site.consoleUrl}/portal/ticket?token=a.b.c`, "This link is not complete");
  await other.context().close();
});

test("a code is checked as it is typed from paper", async ({ browser }) => {
  const other = await somebody(browser);
  await other.goto(`${site.consoleUrl}/portal/enter`);
  const typed = async (code: string) => {
    await other.getByLabel("Set-up code").fill(code);
    await other.keyboard.press("Enter");
  };
  await typed(link.code.replace(/.$/, (last) => (last === "7" ? "8" : "7")));
  await expect(other.locator("main").getByRole("alert")).toContainText("One character is wrong or missing.");
  await look(other, "portal-enter");
  await typed(link.code.toLowerCase());
  await expect(other.locator("main").getByRole("alert")).toContainText(
    "This set-up was opened in another browser.",
  );
  await other.context().close();
});

test("a person's session opens no set-up, and a set-up no page of the console", async () => {
  await owner.goto(`${site.consoleUrl}/portal`);
  await expect(heading(owner)).toHaveText("No set-up is open here");
  for (const path of ["/", "/customers", new URL(deploymentUrl).pathname]) {
    await theirs.goto(`${site.consoleUrl}${path}`);
    await theirs.waitForURL(/\/sign-in/);
  }
});

test("a page that the link is not for says so, and leads back", async () => {
  await theirs.goto(`${site.consoleUrl}/portal/domains`);
  await expect(heading(theirs)).toHaveText("This link is not for that");
  await theirs.getByRole("link", { name: "Go to the overview" }).click();
  await theirs.waitForURL(/\/portal$/);
});

test("revoked in the console, it is closed at the very next step", async () => {
  await owner.goto(`${deploymentUrl}/setup-links`);
  await owner.getByRole("button", { name: "Revoke" }).click();
  await look(owner, "setup-link-revoke");
  await owner.getByRole("button", { name: "Revoke link" }).click();
  await expect(owner.getByRole("row", { name: new RegExp(ORGANIZATION) })).toContainText("Revoked");
  await theirs.getByRole("link", { name: "Finish" }).click();
  await expect(heading(theirs)).toHaveText("This link was taken back");
  await expect(theirs.locator("main")).toContainText("Console owner took it back");
  await expect(theirs.getByRole("navigation", { name: "Progress" })).toBeHidden();
  await theirs.context().close();
});

test("with the code of a newer link it goes on, in German, to its end and a summary to keep", async ({
  browser,
}) => {
  const former = await makeSetupLink(owner, deploymentUrl, {
    organization: ORGANIZATION,
    purposes: ["Sign-in"],
  });
  link = await makeSetupLink(owner, deploymentUrl, { organization: ORGANIZATION, purposes: ["Sign-in"] });
  theirs = await (await browser.newContext({ locale: "de-DE" })).newPage();
  await theirs.goto(former.url);
  await expect(heading(theirs)).toHaveText("Es gibt einen neueren Link");
  await theirs.getByRole("link", { name: "Code eingeben" }).click();
  await theirs.getByLabel("Einrichtungscode").fill(link.code.replaceAll("-", ""));
  await theirs.getByRole("button", { name: "Einrichtung öffnen" }).click();
  await theirs.waitForURL(/\/portal$/);
  await expect(theirs.locator("html")).toHaveAttribute("lang", "de");
  await theirs.getByLabel("Sprache").selectOption("en");
  await expect(heading(theirs)).toHaveText(`Set-up for ${ORGANIZATION}`);
  await theirs.getByLabel("Language").selectOption("de");
  await expect(heading(theirs)).toHaveText(`Einrichtung für ${ORGANIZATION}`);
  await theirs.getByRole("link", { name: "Abschließen" }).click();
  await expect(theirs.getByText("Einige Schritte sind nicht erledigt.")).toBeVisible();
  await look(theirs, "portal-finish");
  await theirs.getByRole("button", { name: "Abschließen und Link schließen" }).click();
  await expect(heading(theirs)).toHaveText("Die Einrichtung ist abgeschlossen");
  await expect(theirs.getByRole("navigation", { name: "Fortschritt" })).toBeHidden();
  await look(theirs, "portal-finished");
  await theirs.goto(link.url);
  await expect(heading(theirs)).toHaveText("Diese Einrichtung ist abgeschlossen");
  await theirs.context().close();
});

test("an application's link leads into the portal, and the end of it back to the application", async ({
  browser,
}) => {
  const { apiKey } = await makeKey(owner, deploymentUrl);
  const call = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const answer = await fetch(`${site.identityUrl}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const { id: organization } = await call("/organizations", { name: "Fabrikam" });
  const wanted = { organization, intent: "sso", return_url: "https://app.example.com/settings" };
  const { link: address = "" } = await call("/portal/generate_link", wanted);
  ({ link: ticket = "" } = await call("/portal/generate_link", wanted));
  theirs = await openSetupLink(browser, address);
  await expect(heading(theirs)).toHaveText("Set-up for Fabrikam");
  await expect(theirs.getByText("Your application")).toBeVisible();
  const other = await somebody(browser);
  await other.goto(address);
  await expect(heading(other)).toHaveText("This link is open in another browser");
  await other.context().close();
  await theirs.getByRole("link", { name: "Finish" }).click();
  await theirs.getByRole("button", { name: "Finish and close the link" }).click();
  const back = theirs.getByRole("link", { name: "Back to app.example.com" });
  await expect(back).toHaveAttribute("href", "https://app.example.com/settings");
  await owner.goto(`${deploymentUrl}/setup-links`);
  await expect(owner.getByRole("row", { name: /Fabrikam/ })).toContainText("The application");
  await look(owner, "setup-links");
});

test("every step stands in the audit log", async () => {
  await owner.goto(`${deploymentUrl}/audit`);
  const log = owner.getByRole("table");
  for (const words of [
    `made a set-up link for ${ORGANIZATION}`,
    "was opened",
    "was refused to another browser",
    `revoked the set-up link for ${ORGANIZATION}`,
    "finished the set-up of Fabrikam",
  ])
    await expect(log).toContainText(words);
});

test("a link that is too old says so wherever it is held: on paper, in a mail, and in the browser that opened it", async ({
  browser,
}) => {
  const purposes = ["Sign-in"];
  link = await makeSetupLink(owner, deploymentUrl, { organization: "Late Shipyards", purposes });
  const opened = await makeSetupLink(owner, deploymentUrl, { organization: "Slow Shipyards", purposes });
  theirs = await openSetupLink(browser, opened.url);
  const other = await somebody(browser);
  const expired = async (page: Page) => {
    await expect(heading(page)).toHaveText("This link has expired");
    await expect(page.locator("main")).toContainText("It was valid until");
    await expect(page.locator("main")).toContainText("Ask Console owner at Northwind Controls");
  };

  clock.moveAhead(6 * MINUTE_MS);
  await other.goto(ticket);
  await expect(heading(other)).toHaveText("This link from the application has expired");
  await other.goto(link.url);
  await expect(heading(other)).toHaveText("Set-up for Late Shipyards");

  clock.moveAhead(7 * DAY_MS + MINUTE_MS);
  // A page that has stood open all the time: its button opens nothing any more.
  await other.getByRole("button", { name: "Begin in this browser" }).click();
  await expired(other);
  await look(other, "portal-expired");
  await other.goto(link.url);
  await expired(other);
  await other.goto(`${site.consoleUrl}/portal/enter`);
  await other.getByLabel("Set-up code").fill(link.code);
  await other.keyboard.press("Enter");
  await expect(other.locator("main").getByRole("alert")).toContainText("This code has expired.");
  await other.context().close();

  await theirs.getByRole("link", { name: "Begin" }).click();
  await expired(theirs);
  await expect(theirs.getByRole("navigation", { name: "Progress" })).toBeHidden();
});

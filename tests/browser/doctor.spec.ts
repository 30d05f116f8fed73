import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import type { DoctorReport } from "#lib/doctor/report.ts";
import { test } from "#tests/support/browser.ts";
import { type Listening, startHttp } from "#tests/support/doctor-network.ts";
import { exampleReport } from "#tests/support/doctor-report.ts";
import {
  approveAndApply,
  bringReport,
  draftRule,
  makeDeployment,
  proposeRequest,
  secondAdmin,
} from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// The doctor from the console to the site and back, and the page for the customer's firewall team.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let application: Listening;
let page: Page;
let customer: Page;
let deploymentUrl: string;
let folder: string;

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), "doctor-taken-"));
  application = await startHttp((_, response) => void response.writeHead(302, { location: "/" }).end());
  ({ site, owner: page } = await enterSharedInstallation(browser));
  customer = await (
    await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" })
  ).newPage();
  const name = { customer: "Signal Station", deployment: "Vault", environment: "Staging" } as const;
  deploymentUrl = await makeDeployment(page, site, name);
});
test.afterAll(async () => {
  await page?.context().close();
  await customer?.context().close();
  await application?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a deployment that was never looked at says what the doctor is for", async () => {
  await page.goto(`${deploymentUrl}/environments`);
  await page.getByLabel("Add a redirect URI").fill(`http://localhost:${application.port}/callback`);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText("Not proven yet")).toBeVisible();
  await page.getByRole("link", { name: "Doctor" }).click();
  await expect(page.getByText("No reports yet.")).toBeVisible();
  await look(page, "doctor-empty");
});

test("the doctor is taken along, runs in an empty folder, and its report proves the redirect URI", async () => {
  await page.goto(`${deploymentUrl}/doctor`);
  const program = join(folder, "sallyport-doctor.mjs");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Take the doctor" }).click(),
  ]);
  await download.saveAs(program);
  const told = await run(program);
  expect(told).toContain("Sallyport doctor: Vault, Signal Station");
  const [report = ""] = readdirSync(folder).filter((name) => name.endsWith(".sallyport-doctor.json"));
  await page.getByLabel("Choose a file").setInputFiles(join(folder, report));
  await page.waitForURL(/\/doctor\/report_/);
  await expect(page.getByRole("heading", { name: /^Report of / })).toBeVisible();
  await expect(page.getByText(`http://localhost:${application.port}/callback (Staging)`)).toBeVisible();
  await page.goto(`${deploymentUrl}/environments`);
  // Over http it answers, and is said to be in the clear.
  await expect(page.getByText("Answers, with a warning")).toBeVisible();
  await look(page, "doctor-proof");
});

test("a report shows failures first, each with its rule and whom to ask, beside the report before", async () => {
  const first = exampleReport({ id: crypto.randomUUID(), startedAt: "2026-11-01T08:00:00.000Z" });
  await bringReport(page, deploymentUrl, first);
  const second = exampleReport({ id: crypto.randomUUID(), startedAt: "2026-11-02T08:00:00.000Z" });
  const checks = second.checks.map((check) =>
    check.id === "redirect_uri:uri_1"
      ? { ...check, outcome: "passed" as const, found: "answers 302" }
      : check.id === "clock"
        ? { ...check, outcome: "failed" as const, mend: "Have it set.", ask: "machine_admin" as const }
        : check,
  );
  await bringReport(page, deploymentUrl, { ...second, checks });
  await expect(page.getByText(/Since the report before.*1 new, 1 mended\./)).toBeVisible();
  await expect(page.getByText("New since the report before")).toBeVisible();
  const line = page.getByRole("listitem").filter({ hasText: "api.workos.com, port 443" });
  await expect(line).toContainText("egress tcp 443 to api.workos.com");
  await expect(line).toContainText("rule_01J");
  await expect(line).toContainText("firewall team");
  const headings = await page.getByRole("heading", { level: 2 }).allTextContents();
  expect(headings.indexOf("Connections")).toBeLessThan(headings.indexOf("Names"));
  await look(page, "doctor-report");
  const [text] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "As text" }).click(),
  ]);
  const saved = join(folder, "report.txt");
  await text.saveAs(saved);
  expect(readFileSync(saved, "utf8")).toContain("FAILED   api.workos.com, port 443");
});

test("a hostile file is refused with a sentence, and shows nothing of itself", async () => {
  await page.goto(`${deploymentUrl}/doctor`);
  const choose = page.getByLabel("Choose a file");
  const bring = (content: string) =>
    choose.setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from(content) });
  await bring('{"format":"sallyport-doctor-report/v1","machine":"<img src=x onerror=alert(1)>"}');
  await expect(page.getByRole("alert").filter({ hasText: "changed or cut short" })).toBeVisible();
  await bring("x".repeat(1_000_000));
  await expect(page.getByRole("alert").filter({ hasText: "larger than any report" })).toBeVisible();
  const named = exampleReport({ id: crypto.randomUUID(), machine: "<img src=x onerror=alert(1)>" });
  let asked = false;
  page.on("dialog", () => {
    asked = true;
  });
  await bringReport(page, deploymentUrl, named);
  await expect(page.getByRole("heading", { name: "Report of <img src=x onerror=alert(1)>" })).toBeVisible();
  expect(asked).toBe(false);
  await page.goto(`${deploymentUrl}/doctor`);
  await expect(page.getByRole("row")).toHaveCount(5);
  await look(page, "doctor-list");
});

test("the firewall team sees that an air-gapped site needs no door", async () => {
  await page.goto(`${deploymentUrl}/setup-links/new`);
  await page.getByLabel("Organization", { exact: true }).selectOption("new");
  await page.getByLabel("Name of the organization").fill("Harbour Bank");
  await page.getByRole("button", { name: "Make set-up link" }).click();
  const link = await page.locator("code", { hasText: /\/portal\/open\// }).textContent();
  await customer.goto(link ?? "");
  await customer.getByRole("button", { name: "Begin in this browser" }).click();
  await customer.getByRole("link", { name: "Doors to open" }).click();
  await expect(customer.getByText("No door has to be open.")).toBeVisible();
  await look(customer, "portal-firewall-none");
});

test("and else the doors that were agreed, in its format, and what stops without each", async ({
  browser,
}) => {
  const purpose = "Reach the partner's identity provider";
  await draftRule(page, deploymentUrl, { network: "203.0.113.0/24", purpose });
  const requestUrl = page.url();
  await proposeRequest(page);
  const admin = await secondAdmin(browser, page, site);
  await approveAndApply(admin, requestUrl);
  await admin.context().close();
  await customer.reload();
  await expect(customer.getByText("Reach the partner's identity provider")).toBeVisible();
  await customer.getByLabel("Format").selectOption({ label: "CSV" });
  await customer.getByRole("button", { name: "Show" }).click();
  await expect(customer.getByText("rule,direction,protocol")).toBeVisible();
  await expect(customer.getByLabel("Format").locator("option:checked")).toHaveText("CSV");
  await look(customer, "portal-firewall");
});

test("takes the doctor, brings its report, and reads it in German", async () => {
  const program = join(folder, "portal-doctor.mjs");
  const [download] = await Promise.all([
    customer.waitForEvent("download"),
    customer.getByRole("link", { name: "Take the doctor" }).click(),
  ]);
  await download.saveAs(program);
  const id = deploymentUrl.split("/").at(-1) ?? "";
  expect(readFileSync(program, "utf8").slice(0, 5_000)).toContain(id);
  const report: DoctorReport = { ...exampleReport({ id: crypto.randomUUID() }) };
  const file = join(folder, "brought.sallyport-doctor.json");
  writeFileSync(file, JSON.stringify({ ...report, deployment: { ...report.deployment, id } }));
  await customer.getByLabel("Choose a file").setInputFiles(file);
  await expect(customer.getByText("The report is here.")).toBeVisible();
  await expect(customer.getByText("What the doctor found")).toBeVisible();
  await customer.getByLabel("Language").selectOption("de");
  await expect(customer.getByText("Was der Doktor gefunden hat")).toBeVisible();
  await expect(
    customer.getByText("Keine Antwort: Eine Firewall verwirft die Verbindung. Geben Sie sie frei."),
  ).toBeVisible();
  await expect(customer.getByText("Ihr Firewall-Team")).toBeVisible();
  await expect(customer.getByText(/: Aus Ihrem Netz hinaus, tcp 443 → api\.workos\.com$/)).toBeVisible();
  await look(customer, "portal-firewall-german");
  // What a link brought is among the vendor's own.
  await page.goto(`${deploymentUrl}/doctor`);
  await expect(page.getByRole("row")).toHaveCount(6);
});

function run(program: string): Promise<string> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [program, "--timeout", "2"],
      { cwd: folder, env: { PATH: process.env.PATH, NODE_ENV: "test" } },
      (_, stdout) => done(stdout),
    );
  });
}

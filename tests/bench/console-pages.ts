/**
 * `npm run bench -- console-pages [--crossings 10000000] [--lighthouse] [--pages /,/sign-in]`: the console's main pages over 10,000 deployments. Each page's
 * time to its first byte over twenty requests (p95), its largest paint in Chromium over five visits (median), and the JavaScript that
 * a first visit loads, compressed. Nothing else is at work meanwhile. With `--lighthouse` its scores too.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BrowserContext, chromium } from "@playwright/test";
import pg from "pg";
import { drawFleet } from "#prisma/demo/fleet.ts";
import { writeRows } from "#prisma/demo/write.ts";
import { roleUrl } from "#prisma/roles.ts";
import { CHROMIUM, CHROMIUM_FLAGS } from "#tests/support/chromium.ts";
import { becomeOwner } from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";
import { fillCrossings } from "./fill-crossings.ts";

const CUSTOMERS = 2_000;
const DEPLOYMENTS = 10_000;
const REQUESTS = 20;
const VISITS = 5;
/** Asked by somebody who has no session. */
const SIGN_IN = "/sign-in";
const RESULTS = join(import.meta.dirname, "../../bench-results");

interface Row {
  page: string;
  ttfbP95Ms: number;
  lcpMs: number;
  jsKb: number;
  lighthouse: string;
}

/** @param only the paths to measure, of those below; `[id]` stands for the deployment */
export async function consolePages(
  crossings: number,
  withLighthouse: boolean,
  only?: readonly string[],
): Promise<void> {
  const site = await startInstallation();
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: CHROMIUM_FLAGS,
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await becomeOwner(await context.newPage(), site);
    const { adminUrl, consoleUrl } = await databaseOf(site);
    await writeRows(
      consoleUrl,
      drawFleet({ customers: CUSTOMERS, deployments: DEPLOYMENTS, now: new Date(), seal: () => "sealed" }),
    );
    console.log(`${DEPLOYMENTS} deployments are written.`);
    await fillCrossings(adminUrl, crossings);
    console.log(`${crossings} crossings are written.`);
    const deploymentId = await oneDeployment(adminUrl);
    const rows: Row[] = [];
    for (const path of pagesOf(deploymentId)) {
      if (only && !only.includes(path.replace(deploymentId, "[id]"))) continue;
      const visitor = path === SIGN_IN ? await browser.newContext() : context;
      const row = await measurePage(visitor, site.consoleUrl, path, withLighthouse);
      rows.push({ ...row, page: path.replace(deploymentId, "[id]") });
      console.log(JSON.stringify(rows.at(-1)));
    }
    console.table(rows);
    await mkdir(RESULTS, { recursive: true });
    await writeFile(
      join(RESULTS, "console-pages.json"),
      `${JSON.stringify({ deployments: DEPLOYMENTS, crossings, rows }, null, 2)}\n`,
    );
  } finally {
    await browser.close();
    await site.stop();
  }
}

function pagesOf(deploymentId: string): string[] {
  const deployment = `/deployments/${deploymentId}`;
  return [
    "/",
    "/deployments",
    "/customers",
    "/allowlists/requests",
    "/allowlists/fleet",
    "/allowlists/review",
    "/allowlists/packs",
    "/allowlists/sets",
    "/crossings",
    "/crossings?outcome=refused",
    "/audit",
    "/people",
    deployment,
    `${deployment}/allowlist`,
    `${deployment}/crossings`,
    `${deployment}/audit`,
    SIGN_IN,
  ];
}

async function measurePage(
  context: BrowserContext,
  consoleUrl: string,
  path: string,
  withLighthouse: boolean,
): Promise<Omit<Row, "page">> {
  const url = `${consoleUrl}${path}`;
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const ttfbs: number[] = [];
  for (let request = 0; request <= REQUESTS; request += 1) {
    const begun = performance.now();
    const response = await fetch(url, { headers: { cookie }, redirect: "manual" });
    const reader = response.body?.getReader();
    await reader?.read();
    // The first of each is not counted: the program reads the page's code then.
    if (request > 0) ttfbs.push(performance.now() - begun);
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}.`);
    while (!(await reader?.read())?.done);
  }
  const paints: number[] = [];
  let jsBytes = 0;
  for (let visit = 0; visit < VISITS; visit += 1) {
    // A window of its own has an empty cache.
    const fresh = await context.browser()?.newContext({
      viewport: { width: 1440, height: 900 },
      storageState: await context.storageState(),
    });
    if (!fresh) throw new Error("The browser has gone.");
    const page = await fresh.newPage();
    await page.goto(url, { waitUntil: "load" });
    await page.waitForTimeout(700);
    const seen = await page.evaluate(
      () =>
        new Promise<{ lcp: number; js: number }>((resolve) => {
          new PerformanceObserver((list) => {
            const lcp = list.getEntries().at(-1)?.startTime ?? 0;
            const scripts = performance
              .getEntriesByType("resource")
              .filter((entry) => new URL(entry.name).pathname.endsWith(".js")) as PerformanceResourceTiming[];
            resolve({ lcp, js: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) });
          }).observe({ type: "largest-contentful-paint", buffered: true });
        }),
    );
    paints.push(seen.lcp);
    jsBytes = seen.js;
    await fresh.close();
  }
  return {
    ttfbP95Ms: Math.round(sorted(ttfbs)[Math.ceil(0.95 * ttfbs.length) - 1] ?? 0),
    lcpMs: Math.round(sorted(paints)[Math.floor(paints.length / 2)] ?? 0),
    jsKb: Math.round(jsBytes / 1_000),
    lighthouse: withLighthouse ? await lighthouse(url, cookie) : "",
  };
}

/** Performance, accessibility, best practices, SEO. Lighthouse is large, so it is installed when it is asked for. */
async function lighthouse(url: string, cookie: string): Promise<string> {
  const folder = join(RESULTS, "peers");
  const program = join(folder, "node_modules/lighthouse/cli/index.js");
  if (!existsSync(program))
    await promisify(execFile)("npm", [
      "install",
      "--prefix",
      folder,
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "lighthouse@13",
    ]);
  const output = join(RESULTS, `lighthouse${new URL(url).pathname.replaceAll("/", "-")}.json`);
  const headers = JSON.stringify({ Cookie: cookie });
  // In a browser of its own: one that Playwright drives holds back every page that it did not open.
  await promisify(execFile)(
    process.execPath,
    [
      program,
      url,
      `--chrome-flags=${CHROMIUM_FLAGS.join(" ")} --headless=new`,
      "--preset=desktop",
      "--output=json",
      `--output-path=${output}`,
      "--quiet",
      "--only-categories=performance,accessibility,best-practices,seo",
      // No search engine is to find a console.
      "--skip-audits=is-crawlable",
      `--extra-headers=${headers}`,
    ],
    { env: { ...process.env, CHROME_PATH: CHROMIUM }, timeout: 120_000 },
  );
  const { categories } = JSON.parse(await readFile(output, "utf8")) as {
    categories: Record<string, { score: number }>;
  };
  return Object.values(categories)
    .map(({ score }) => Math.round(score * 100))
    .join(" ");
}

async function databaseOf({
  dataDir,
  databasePort,
}: Pick<Installation, "dataDir" | "databasePort">): Promise<{ adminUrl: string; consoleUrl: string }> {
  const secrets = JSON.parse(await readFile(join(dataDir, "secrets.json"), "utf8")) as {
    databaseAdmin: string;
    databaseConsole: string;
  };
  const adminUrl = `postgresql://postgres:${secrets.databaseAdmin}@127.0.0.1:${databasePort}/sallyport`;
  return { adminUrl, consoleUrl: roleUrl(adminUrl, "console", secrets.databaseConsole) };
}

async function oneDeployment(adminUrl: string): Promise<string> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const { rows } = await admin.query<{ deployment_id: string }>(
    "SELECT deployment_id FROM boundary.crossings GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
  );
  await admin.end();
  return rows[0]?.deployment_id ?? "";
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

import { randomBytes } from "node:crypto";
import pg from "pg";
import { crossingQuery } from "#lib/crossings/schema.ts";
import { CROSSING_LIST } from "#lib/crossings/shape.ts";
import type { SearchParams } from "#lib/platform/list.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { roleUrl } from "#prisma/roles.ts";
import { anActor } from "#tests/support/actors.ts";
import type { Bench, BenchCase, Contender } from "./bench.ts";
import { openCrossingTable, ROWS } from "./crossing-table.ts";
import { PASSWORDS } from "./identity-program.ts";

// What the explorer of crossings asks, as it asks it (`lib/crossings/queries.ts`: the actor's scope, row-level security and all), against
// the same questions in plain SQL over the same rows in one table with plain b-trees.

const VENDOR = anActor("operator");
/** A deployment of middle size, and its customer's auditor, who sees nothing else. */
const SITE = "upper(substr(md5('deployment700'), 1, 26))";

interface Question {
  readonly name: string;
  /** What stands in the explorer's URL. */
  readonly params: SearchParams;
  readonly ask: "list" | "facets" | "histogram";
  readonly of?: "site" | "customer";
  /** The same in SQL, over `public.plain`. */
  readonly plain: string;
}

const PAGE = "ORDER BY began_at DESC, id DESC LIMIT 25";
const LAST_DAY = "began_at >= '2026-11-27' AND began_at < '2026-11-28'";
const REFUSED = "outcome = 'refused'";
const HOST = "api.workos.com";

const QUESTIONS: readonly Question[] = [
  {
    name: "a deployment's page, newest first",
    params: { sort: "-time" },
    ask: "list",
    of: "site",
    plain: `SELECT * FROM plain WHERE deployment_id = $1 ${PAGE}`,
  },
  {
    name: "a customer's page, refused first",
    params: {},
    ask: "list",
    of: "customer",
    plain: `SELECT * FROM plain WHERE customer_id = $2 ORDER BY ${REFUSED} DESC, began_at DESC, id DESC LIMIT 25`,
  },
  {
    name: "the vendor's page, newest first",
    params: { sort: "-time" },
    ask: "list",
    plain: `SELECT * FROM plain ${PAGE}`,
  },
  {
    name: "the vendor's: refused, ingress, of one day",
    params: {
      sort: "-time",
      outcome: "refused",
      direction: "ingress",
      since: "2026-11-27",
      until: "2026-11-27",
    },
    ask: "list",
    plain: `SELECT * FROM plain WHERE ${REFUSED} AND direction = 'ingress' AND ${LAST_DAY} ${PAGE}`,
  },
  {
    name: "the vendor's: failed, of one host, by one application",
    params: { sort: "-time", outcome: "failed", peer: HOST, client: "billing" },
    ask: "list",
    plain: `SELECT * FROM plain WHERE outcome = 'failed' AND peer_name = '${HOST}' AND client_name = 'billing' ${PAGE}`,
  },
  {
    name: "the vendor's: in a network (/16)",
    params: { sort: "-time", address: "44.213.0.0/16" },
    ask: "list",
    plain: `SELECT count(*) OVER (), * FROM plain WHERE peer_address <<= '44.213.0.0/16' ${PAGE}`,
  },
  {
    name: "the vendor's: a part of a name",
    params: { sort: "-time", q: "siem" },
    ask: "list",
    plain: `SELECT count(*) OVER (), * FROM plain WHERE peer_name ILIKE '%siem%' ${PAGE}`,
  },
  {
    name: "the vendor's: a part of a name that is nowhere",
    params: { sort: "-time", q: "nowhere.invalid" },
    ask: "list",
    plain: `SELECT * FROM plain WHERE peer_name ILIKE '%nowhere.invalid%' ${PAGE}`,
  },
  {
    name: "the vendor's facets, of a week",
    params: { since: "2026-11-21", until: "2026-11-27" },
    ask: "facets",
    plain: FACETS("began_at >= '2026-11-21' AND began_at < '2026-11-28'"),
  },
  {
    name: "a deployment's facets, of all days",
    params: {},
    ask: "facets",
    of: "site",
    plain: FACETS("deployment_id = $1"),
  },
  {
    name: "the vendor's histogram, by day",
    params: { since: "2026-10-29", until: "2026-11-27" },
    ask: "histogram",
    plain: "SELECT date_trunc('day', began_at, 'UTC'), outcome, count(*) FROM plain GROUP BY 1, 2",
  },
  {
    name: "a deployment's histogram, by day",
    params: { since: "2026-10-29", until: "2026-11-27" },
    ask: "histogram",
    of: "site",
    plain:
      "SELECT date_trunc('day', began_at, 'UTC'), outcome, count(*) FROM plain WHERE deployment_id = $1 GROUP BY 1, 2",
  },
];

function FACETS(where: string): string {
  const of = (column: string) =>
    `(SELECT '${column}', ${column}::text, count(*) FROM plain WHERE ${where} GROUP BY 2 ORDER BY 3 DESC LIMIT 20)`;
  const columns = [
    "outcome",
    "direction",
    "kind",
    "reason",
    "rule_id",
    "client_name",
    "peer_name",
    "environment_id",
  ];
  return columns.map(of).join(" UNION ALL ");
}

/** Repeated for a while: the figure is the median, in milliseconds. */
function median(ask: () => Promise<unknown>): Contender["measure"] {
  return async () => {
    const times: number[] = [];
    const begun = performance.now();
    while (times.length < 1 || performance.now() - begun < 1_000) {
      const asked = performance.now();
      await ask();
      times.push(performance.now() - asked);
    }
    times.sort((a, b) => a - b);
    return { value: times[times.length >> 1] ?? 0, operations: times.length };
  };
}

async function ours({ params, ask, of }: Question): Promise<Contender> {
  const table = await openCrossingTable();
  process.env.SALLYPORT_CONSOLE_DATABASE_URL = roleUrl(table.adminUrl, "console", PASSWORDS.console);
  process.env.SALLYPORT_SEALING_KEY ??= randomBytes(32).toString("base64");
  const { listCrossings, countFacets, crossingHistogram } = await import("#lib/crossings/queries.ts");
  const { closeDatabase } = await import("#lib/platform/db.ts");
  const { deploymentId, customerId } = await siteIn(table.adminUrl);
  const query = crossingQuery(parseListQuery(params, CROSSING_LIST));
  const actor = of === "customer" ? anActor("operator", [customerId]) : VENDOR;
  const scope = of === "site" ? { deploymentId } : {};
  const now = new Date("2026-11-28T00:00:00Z");
  const work = {
    list: async () => (await listCrossings(actor, query, scope)).rows.length,
    facets: async () => (await countFacets(actor, query, scope)).outcome.length,
    histogram: async () => (await crossingHistogram(actor, query, scope, now)).bars.length,
  }[ask];
  const expected = String(params.q ?? "").includes("nowhere") ? 0 : 1;
  return {
    measure: median(async () => {
      const found = await work();
      if (found < expected) throw new Error(`${found} found.`);
    }),
    async close() {
      await closeDatabase();
      await table.stop();
    },
  };
}

async function siteIn(adminUrl: string): Promise<{ deploymentId: string; customerId: string }> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT deployment_id, customer_id FROM bench_sites WHERE deployment_id = 'dep_' || ${SITE}`,
  );
  await client.end();
  return { deploymentId: rows[0].deployment_id, customerId: rows[0].customer_id };
}

async function plain({ plain: text }: Question): Promise<Contender> {
  const table = await openCrossingTable();
  const pool = new pg.Pool({ connectionString: table.adminUrl, max: 1 });
  pool.on("error", () => undefined);
  const { deploymentId, customerId } = await siteIn(table.adminUrl);
  const given = [deploymentId, customerId];
  const values = given.slice(0, text.includes("$2") ? 2 : text.includes("$1") ? 1 : 0);
  const sql = text.includes("$2") ? text.replace("WHERE", "WHERE $1 <> '' AND") : text;
  return {
    measure: median(() => pool.query(sql, values)),
    async close() {
      await pool.end();
      await table.stop();
    },
  };
}

export const bench: Bench = {
  cases: QUESTIONS.map(
    (question): BenchCase => ({
      name: `${ROWS.toLocaleString("en")}: ${question.name}`,
      unit: "ms",
      better: "lower",
      ours: () => ours(question),
      peer: () => plain(question),
    }),
  ),
};

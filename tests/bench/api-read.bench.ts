import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "#lib/cli/ports.ts";
import { type Bench, type BenchCase, type Contender, rate } from "./bench.ts";
import { type HttpClient, httpClient } from "./http-client.ts";
import {
  end,
  firstAnswer,
  MANAGEMENT_TOKEN,
  startDurableDatabase,
  startIdentityProgram,
} from "./identity-program.ts";

type Thing = "organizations" | "users";
interface Page {
  data: { id: string }[];
}

const PATHS = { organizations: "/organizations", users: "/user_management/users" };
const LIMIT = 10;
const AT_ONCE = 32;

/** Pages from anywhere in the list, as somebody reads it who reads all of it. */
function pages(
  client: HttpClient,
  thing: Thing,
  keyOf: () => string,
  ids: readonly string[],
): Contender["measure"] {
  const ask = async (after: string) => {
    const path = `${PATHS[thing]}?limit=${LIMIT}&after=${after}`;
    const { status, text } = await client.send("GET", path, { authorization: `Bearer ${keyOf()}` });
    const { data } = JSON.parse(text) as Page;
    const isDone = status === 200 && data.length === LIMIT && data.every(({ id }) => id !== after);
    if (!isDone) throw new Error(`No page of ${thing} behind ${after}: ${status} ${text.slice(0, 200)}`);
  };
  return rate(() => ask(ids[Math.floor(Math.random() * ids.length)] ?? ""), 2_000, AT_ONCE);
}

async function ours(thing: Thing, count: number): Promise<Contender> {
  const database = await startDurableDatabase();
  const service = await startIdentityProgram(database.identityUrl);
  const client = httpClient(service.url);
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${MANAGEMENT_TOKEN}`, "content-type": "application/json" };
    return JSON.parse((await client.send("POST", path, headers, JSON.stringify(body))).text);
  };
  const environment = await post("/sallyport/v1/environments", { name: "Bench", kind: "staging" });
  const key = await post(`/sallyport/v1/environments/${environment.id}/api_keys`, { name: "bench" });
  const ids = await fill(database.identityUrl, thing, environment.id, count);
  return {
    measure: pages(client, thing, () => key.value, ids),
    pids: [service.pid],
    async close() {
      client.close();
      await service.stop();
      await database.stop();
    },
  };
}

const FILL = {
  organizations: `INSERT INTO identity.organizations (id, environment_id, name)
    SELECT 'org_01' || lpad(upper(to_hex(n)), 24, '0'), $1, 'Organization ' || n FROM generate_series(1, $2::int) AS n`,
  users: `INSERT INTO identity.users (id, environment_id, email, email_key, first_name, last_name)
    SELECT 'user_01' || lpad(upper(to_hex(n)), 24, '0'), $1, 'person-' || n || '@example.com', 'person-' || n || '@example.com', 'Person', 'No ' || n
    FROM generate_series(1, $2::int) AS n`,
};

/** Straight into the table: a million calls would take longer than all measuring. Some ids to read on from, the last page's not among them. */
async function fill(url: string, thing: Thing, environmentId: string, count: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("SELECT set_config('sallyport.environment', '*', false)");
  await client.query(FILL[thing], [environmentId, count]);
  await client.query(`ANALYZE identity.${thing}`).catch(() => undefined); // the owner's to do; autovacuum does it too
  const found = await client.query<{ id: string }>(
    `SELECT id FROM (SELECT id FROM identity.${thing} ORDER BY id OFFSET ${LIMIT}) AS row ORDER BY random() LIMIT 500`,
  );
  await client.end();
  return found.rows.map(({ id }) => id);
}

const KEYS = Array.from({ length: 2_000 }, (_, number) => `sk_test_${number}`);

/** A thousand calls a minute are allowed for each key: with so many keys the limiter never says no. */
const EMULATOR = `
  const { createEmulator } = await import("workos/emulate");
  const apiKeys = Object.fromEntries(${JSON.stringify(KEYS)}.map((key) => [key, { environment: "test" }]));
  const numbers = Array.from({ length: Number(process.env.COUNT) }, (_, number) => number);
  const seed = process.env.THING === "users"
    ? { users: numbers.map((n) => ({ email: "person-" + n + "@example.com", first_name: "Person", last_name: "No " + n })) }
    : { organizations: numbers.map((n) => ({ name: "Organization " + n })) };
  await createEmulator({ port: Number(process.env.PORT), seed: { apiKeys, ...seed } });
`;

async function peer(thing: Thing, count: number): Promise<Contender> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", EMULATOR], {
    cwd: join(import.meta.dirname, "../.."),
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, PORT: String(port), THING: thing, COUNT: String(count) },
  });
  const url = `http://127.0.0.1:${port}`;
  await firstAnswer(`${url}/health`, child);
  const client = httpClient(url);
  let asked = 0;
  const keyOf = () => KEYS[asked++ % KEYS.length] ?? "";
  return {
    measure: pages(client, thing, keyOf, await allIds(client, thing, keyOf)),
    pids: [child.pid ?? 0],
    async close() {
      client.close();
      await end(child);
    },
  };
}

/** Every id but those of the last page, which have no whole page behind them. */
async function allIds(client: HttpClient, thing: Thing, keyOf: () => string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = ""; ; ) {
    const path = `${PATHS[thing]}?limit=100${after && `&after=${after}`}`;
    const { text } = await client.send("GET", path, { authorization: `Bearer ${keyOf()}` });
    const { data, list_metadata } = JSON.parse(text) as Page & { list_metadata: { after: string | null } };
    ids.push(...data.map(({ id }) => id));
    if (!list_metadata.after) return ids.slice(0, -LIMIT);
    after = list_metadata.after;
  }
}

function lists(name: string, thing: Thing, counts: { ours: number; peer: number }): BenchCase {
  return {
    name,
    unit: "pages/s",
    better: "higher",
    ours: () => ours(thing, counts.ours),
    peer: () => peer(thing, counts.peer),
  };
}

export const bench: Bench = {
  cases: [
    lists("organizations, 1,000", "organizations", { ours: 1_000, peer: 1_000 }),
    lists("users, 1,000", "users", { ours: 1_000, peer: 1_000 }),
    // In memory and sorted for each page, a million would be no contest: the peer keeps its thousand.
    lists("users, 1,000,000; the peer 1,000", "users", { ours: 1_000_000, peer: 1_000 }),
  ],
};

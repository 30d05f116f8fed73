import { fork } from "node:child_process";
import { once } from "node:events";
import { freePort } from "#lib/cli/ports.ts";
import type { Bench, Contender, Sample } from "./bench.ts";
import { type HttpClient, httpClient } from "./http-client.ts";
import {
  end,
  firstAnswer,
  MANAGEMENT_TOKEN,
  startDurableDatabase,
  startIdentityProgram,
} from "./identity-program.ts";

// So many that both have compiled their code before the first run that counts, and a run takes half a second.
const PEOPLE = 1_200;
const AT_ONCE = 32;
const SCHEMAS = ["urn:ietf:params:scim:schemas:core:2.0:User"];
const PATCH_SCHEMAS = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];

interface ScimUser {
  id: string;
  userName: string;
  name: { givenName: string; familyName: string };
}

/** As Okta does it: a person is created, later renamed. Each run has people of its own; at its end they are read back. */
function provisioning(client: HttpClient, users: string, token: string): Contender["measure"] {
  let runs = 0;
  const ask = async (method: string, path: string, body?: object): Promise<ScimUser> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
    const answer = await client.send(method, path, headers, body && JSON.stringify(body));
    if (answer.status > 201)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return JSON.parse(answer.text);
  };
  return async (): Promise<Sample> => {
    runs += 1;
    const emails = Array.from({ length: PEOPLE }, (_, number) => `person-${runs}-${number}@example.com`);
    const ids: string[] = [];
    const begun = performance.now();
    await each(emails, async (email) => {
      const { id } = await ask("POST", users, {
        schemas: SCHEMAS,
        userName: email,
        externalId: email,
        name: { givenName: "Ada", familyName: "Lovelace" },
        emails: [{ primary: true, type: "work", value: email }],
        active: true,
      });
      ids.push(id);
    });
    await each(ids, (id) => {
      const value = { "name.familyName": "King" };
      return ask("PATCH", `${users}/${id}`, {
        schemas: PATCH_SCHEMAS,
        Operations: [{ op: "replace", value }],
      });
    });
    const seconds = (performance.now() - begun) / 1_000;
    await each(ids, async (id) => {
      const { name } = await ask("GET", `${users}/${id}`);
      if (name.familyName !== "King") throw new Error(`${id} is called ${JSON.stringify(name)}.`);
    });
    return { value: (2 * PEOPLE) / seconds, operations: 2 * PEOPLE };
  };
}

async function each<Item>(items: readonly Item[], step: (item: Item) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await step(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function ours(): Promise<Contender> {
  const database = await startDurableDatabase();
  const service = await startIdentityProgram(database.identityUrl);
  const client = httpClient(service.url);
  const post = async (path: string, body: object, token = MANAGEMENT_TOKEN) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return JSON.parse((await client.send("POST", path, headers, JSON.stringify(body))).text);
  };
  const environment = await post("/sallyport/v1/environments", { name: "Bench", kind: "staging" });
  const home = `/sallyport/v1/environments/${environment.id}`;
  const key = await post(`${home}/api_keys`, { name: "bench" });
  const organization = await post("/organizations", { name: "Bench" }, key.value);
  const directory = await post(`${home}/directories`, {
    organization_id: organization.id,
    name: "Staff",
    type: "okta scim v2.0",
  });
  return {
    measure: provisioning(client, `${new URL(directory.scim_url).pathname}/Users`, directory.token.value),
    pids: [service.pid],
    async close() {
      client.close();
      await service.stop();
      await database.stop();
    },
  };
}

/** On a database like ours, and spoken to over HTTP as ours is. */
async function peer(): Promise<Contender> {
  const database = await startDurableDatabase();
  const port = await freePort();
  const server = fork(new URL("scim-peer.ts", import.meta.url), [], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, PORT: String(port), DATABASE_URL: database.emptyUrl },
  });
  const told = once(server, "message");
  const url = `http://127.0.0.1:${port}`;
  await firstAnswer(`${url}/health`, server);
  const [{ path, token }] = (await told) as [{ path: string; token: string }];
  const client = httpClient(url);
  return {
    measure: provisioning(client, `${path}/Users`, token),
    pids: [server.pid ?? 0],
    async close() {
      client.close();
      await end(server);
      await database.stop();
    },
  };
}

export const bench: Bench = {
  cases: [{ name: "create and patch a user, durable", unit: "writes/s", better: "higher", ours, peer }],
};

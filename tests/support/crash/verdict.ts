import { expect, vi } from "vitest";
import type { Client } from "./client.ts";
import { readAllEvents, type TheirEvent, toldBy } from "./readers.ts";
import type { Site } from "./site.ts";
import { redeeming, type Work } from "./work.ts";

/** Everything that was promised holds. Ask when nothing is killed any more and all work has come to its end. */
export async function expectPromisesKept(
  work: Work,
  followed: readonly TheirEvent[],
  endpoint: ReadonlyMap<string, number>,
): Promise<void> {
  const { client, site, ledger } = work;
  expect(client.faults).toEqual([]);
  const events = await readAllEvents(client, site);
  expect(
    followed.map(({ id }) => id),
    "a reader that went on from its cursor all the time",
  ).toEqual(events.map(({ id }) => id));
  const told = Map.groupBy(
    events.flatMap((event) => toldBy(event) ?? []),
    ({ thing }) => thing,
  );
  const whats = new Map([...told].map(([thing, list]) => [thing, list.map(({ what }) => what)]));
  expect(ledger.differences(whats), "changes and their events").toEqual([]);
  await expectStateAsTold(client, site, whats);
  await vi.waitUntil(() => endpoint.size >= events.length, { timeout: 120_000, interval: 50 });
  expect([...endpoint.keys()], "what the webhook endpoint saw, by first sight").toEqual(
    events.map(({ id }) => id),
  );
  await expectUsedOnce(work);
}

/** What is there now is what the last event of each thing says. */
async function expectStateAsTold(
  client: Client,
  site: Site,
  told: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const expected = new Map<string, string>();
  for (const [thing, whats] of told) {
    const last = whats.at(-1) ?? "";
    if (/^(organization |synced-)/.test(thing) && last !== "deleted")
      expected.set(thing, last.split(" ")[1] ?? "");
  }
  const found = new Map<string, string>();
  for (const { name } of await listAll(client, site, "/organizations")) {
    const [, thing, version = ""] = /^(organization \d+-\d+) (\d+)$/.exec(name) ?? [];
    if (thing) found.set(thing, version);
  }
  for (const { username, job_title } of await listAll(
    client,
    site,
    `/directory_users?directory=${site.directoryId}`,
  ))
    found.set(username, job_title);
  expect(Object.fromEntries([...found].sort())).toEqual(Object.fromEntries([...expected].sort()));
}

/** Of an organization its name, of a directory's user the rest. */
interface Listed {
  name: string;
  username: string;
  job_title: string;
}

async function listAll(client: Client, site: Site, path: string): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const query: string = `${path.includes("?") ? "&" : "?"}limit=100${after && `&after=${after}`}`;
    const { status, body } = await client.insist(`${path}${query}`, { bearer: site.apiKey });
    expect(status).toBe(200);
    all.push(...body.data);
    after = body.list_metadata.after;
  }
  return all;
}

/** Tokens that were given out are good; what gave them is not good again. */
async function expectUsedOnce({ client, site, signIns, sessions }: Work): Promise<void> {
  for (const { email, token, code, form } of signIns) {
    const profile = await client.insist("/sso/profile", { bearer: token });
    expect([profile.status, profile.body.email]).toEqual([200, email]);
    const again = await client.insist("/sso/token", { method: "POST", body: redeeming(site, code) });
    expect([again.status, again.body.error]).toEqual([400, "invalid_grant"]);
    const replayed = await client.insist(site.saml.acsPath, { method: "POST", body: form });
    expect([replayed.status, replayed.location]).toEqual([400, null]);
  }
  for (const { email, refreshToken } of sessions) {
    const { status, body } = await client.insist("/user_management/authenticate", {
      method: "POST",
      body: {
        client_id: site.clientId,
        client_secret: site.apiKey,
        grant_type: "refresh_token",
        refresh_token: refreshToken,
      },
    });
    expect([status, body.user?.email]).toEqual([200, email]);
  }
}

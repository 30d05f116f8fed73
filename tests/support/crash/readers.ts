import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "./client.ts";
import { EVENTS, type Site } from "./site.ts";

export interface TheirEvent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: each event has its own
  data: any;
}

const NAMES = EVENTS.map((name) => `events=${name}`).join("&");

async function page(client: Client, site: Site, after: string | undefined): Promise<TheirEvent[]> {
  const from = after === undefined ? "" : `&after=${after}`;
  const answer = await client.insist(`/events?${NAMES}&limit=100${from}`, { bearer: site.apiKey });
  if (answer.status !== 200) throw new Error(`/events: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.data;
}

/** Reads on from the last event it saw, over and over. What `untilIdle` resolves to is all that it saw, in order. */
export function followEvents(client: Client, site: Site): { untilIdle(): Promise<TheirEvent[]> } {
  const seen: TheirEvent[] = [];
  const follow = async () => {
    for (;;) {
      const last = client.stopping();
      const next = await page(client, site, seen.at(-1)?.id);
      seen.push(...next);
      if (next.length === 0 && last) return seen;
      if (next.length === 0) await sleep(20);
    }
  };
  const following = follow();
  return { untilIdle: () => following };
}

export async function readAllEvents(client: Client, site: Site): Promise<TheirEvent[]> {
  const all: TheirEvent[] = [];
  for (;;) {
    const next = await page(client, site, all.at(-1)?.id);
    if (next.length === 0) return all;
    all.push(...next);
  }
}

/** What each event says of which thing of the ledger; null where it is about none. */
export function toldBy({ event, data }: TheirEvent): { thing: string; what: string } | null {
  const [kind, , verb = ""] = /^(dsync\.user|[a-z.]+)(\.([a-z_]+))$/.exec(event)?.slice(1) ?? [];
  if (kind === "organization") {
    const [, thing = "", version] = /^(organization \d+-\d+) (\d+)$/.exec(data.name) ?? [];
    return thing ? { thing, what: verb === "deleted" ? verb : `${verb} ${version}` } : null;
  }
  if (event === "dsync.group.user_added")
    return { thing: `${data.group.name} ${data.user.username}`, what: "added" };
  if (kind === "dsync.user")
    return { thing: data.username, what: verb === "deleted" ? verb : `${verb} ${data.job_title}` };
  if (event === "session.created") return { thing: `session of ${data.user_id}`, what: "created" };
  if (event === "user.created")
    return data.email.startsWith("user-") ? { thing: data.email, what: "created" } : null;
  return null;
}

/** A webhook endpoint that remembers each event when it first saw it, and how often it came. */
export async function startEndpoint(): Promise<{
  url: string;
  seen: Map<string, number>;
  close(): void;
}> {
  const seen = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const { id } = JSON.parse(Buffer.concat(chunks).toString()) as TheirEvent;
    seen.set(id, (seen.get(id) ?? 0) + 1);
    response.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, seen, close: () => server.close() };
}

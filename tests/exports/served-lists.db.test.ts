import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listResponse, refusalResponse } from "#lib/exports/answers.ts";
import { revokeList, serveList } from "#lib/exports/commands.ts";
import { fetchList } from "#lib/exports/fetching.ts";
import { listExports, listServedLists, listServices } from "#lib/exports/queries.ts";
import { EXPORT_LIST, SERVED_LIST, ServeListInput } from "#lib/exports/schema.ts";
import { serviceKey } from "#lib/exports/shape.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const operator = anActor("operator");
let dep = "";
let customerId = "";
/** Each test is a firewall of its own. */
let ip = "";
let address = 0;

beforeAll(testDatabase);
afterAll(closeDatabase);

beforeEach(async () => {
  ip = `198.51.100.${++address}`;
  [customerId, dep] = [newId("cus"), newId("dep")];
  await asSystem("a test's deployment", async (tx) => {
    await tx.customer.create({ data: { id: customerId, name: customerId, slug: customerId.toLowerCase() } });
    await tx.deployment.create({ data: { id: dep, customerId, name: "Frankfurt", mode: "restricted" } });
  });
  await open("203.0.113.0/25");
  await open("203.0.113.128/25");
  await open("2001:db8::/32", { portFrom: 8443, portTo: 8443 });
  await open("192.0.2.7/32", { direction: "ingress" });
  await open("api.example.com", { peerKind: "fqdn" });
});

function open(peer: string, over: object = {}) {
  const rule = {
    direction: "egress",
    protocol: "tcp",
    portFrom: 443,
    portTo: 443,
    peerKind: "cidr",
  } as const;
  return asSystem("a test's rule", (tx) =>
    tx.allowlistRule.create({
      data: { id: newId("rule"), customerId, deploymentId: dep, ...rule, peer, purpose: "Because", ...over },
    }),
  );
}

async function serve(over: Record<string, string> = {}) {
  const input = ServeListInput.parse({ deploymentId: dep, name: "PA-3220", direction: "egress", ...over });
  const { url, servedListId } = await serveList(operator, input);
  const [, api, edl, id, token = ""] = new URL(url).pathname.split("/");
  expect([api, edl, id]).toEqual(["api", "edl", servedListId]);
  return { servedListId, token };
}

type Served = { servedListId: string; token: string };
async function get(
  list: Served,
  { at = NOW, method = "GET", known = "" }: { at?: Date; method?: string; known?: string } = {},
): Promise<Response> {
  const headers = new Headers(known ? { "if-none-match": known } : {});
  try {
    return listResponse({ method, headers }, await fetchList({ ...list, ip }, at));
  } catch (error) {
    return refusalResponse(error);
  }
}

const history = async () =>
  (await listExports(operator, dep, parseListQuery({}, EXPORT_LIST), NOW)).page.rows;
const lists = async () => (await listServedLists(operator, dep, parseListQuery({}, SERVED_LIST))).rows;

describe("a list at a URL", () => {
  test("holds the addresses in force of its direction, as few networks as there can be, and no name", async () => {
    expect(await (await get(await serve())).text()).toBe("203.0.113.0/24\n2001:db8::/32\n");
    expect(await (await get(await serve({ direction: "ingress" }))).text()).toBe("192.0.2.7/32\n");
  });

  test("can be narrowed to one service of those that rules in force open", async () => {
    const services = await listServices(operator, dep, NOW);
    expect(services.map((service) => [service.direction, serviceKey(service), service.rules])).toEqual([
      ["egress", "tcp:443-443", 2],
      ["egress", "tcp:8443-8443", 1],
      ["ingress", "tcp:443-443", 1],
    ]);
    expect(await (await get(await serve({ service: "tcp:8443-8443" }))).text()).toBe("2001:db8::/32\n");
    expect(await (await get(await serve({ service: "udp:53-53" }))).text()).toBe("");
  });

  test("drops what expired and was retired, at once and by itself", async () => {
    const list = await serve();
    await open("198.18.0.0/15", { expiresAt: after(60) });
    await open("198.51.100.0/24", { retiredAt: NOW });
    expect(await (await get(list)).text()).toBe("198.18.0.0/15\n203.0.113.0/24\n2001:db8::/32\n");
    expect(await (await get(list, { at: after(60) })).text()).toBe("203.0.113.0/24\n2001:db8::/32\n");
  });

  test("is not sent again to whoever has it, and is once a door changes", async () => {
    const list = await serve();
    const first = await get(list);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const same = await get(list, { known, at: after(30) });
      expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", etag]);
      expect(same.headers.get("last-modified")).toBe(NOW.toUTCString());
    }
    for (const known of ['"other"', etag.replaceAll('"', ""), ""])
      expect((await get(list, { known, at: after(30) })).status).toBe(200);
    await open("198.18.0.0/15");
    const changed = await get(list, { known: etag, at: after(30) });
    expect([changed.status, changed.headers.get("last-modified")]).toEqual([200, after(30).toUTCString()]);
    expect(changed.headers.get("etag")).not.toBe(etag);
  });

  test("holds every rule as JSON where a program asks, the same bytes until a door changes, and then another token", async () => {
    const list = await serve({ holds: "rules", service: "tcp:443-443" });
    const first = await get(list);
    const etag = first.headers.get("etag") ?? "";
    const document = JSON.parse(await first.text());
    expect(first.headers.get("content-type")).toBe("application/json");
    expect([document.rules.length, document.exported_at]).toEqual([5, NOW.toISOString()]);
    const later = await get(list, { at: after(30) });
    expect([later.headers.get("etag"), JSON.parse(await later.text())]).toEqual([etag, document]);
    expect((await get(list, { at: after(30), known: etag })).status).toBe(304);
    await open("198.18.0.0/15");
    const changed = JSON.parse(await (await get(list, { at: after(31), known: etag })).text());
    expect([changed.rules.length, changed.exported_at]).toEqual([6, after(31).toISOString()]);
    expect(changed.change_token).not.toBe(document.change_token);
    expect(await lists()).toMatchObject([{ holds: "rules", service: null }]);
  });

  test("answers HEAD with what it would say, and is kept and packed by no cache between", async () => {
    const list = await serve();
    const [head, whole] = [await get(list, { method: "HEAD" }), await get(list)];
    expect(await head.text()).toBe("");
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(whole.headers));
    expect(head.headers.get("content-length")).toBe(String((await whole.text()).length));
    expect(head.headers.get("cache-control")).toBe("private, no-cache, no-transform");
  });
});

describe("nothing is served", () => {
  const refusal = async (list: Served, at = NOW) => {
    const response = await get(list, { at });
    return [response.status, await response.text()];
  };
  const NOT_THERE = [404, "There is no such list.\n"];

  test("for a secret that is wrong, of another list, or of another deployment's", async () => {
    const list = await serve();
    const other = await serve();
    expect(await refusal({ ...list, token: `${list.token}x` })).toEqual(NOT_THERE);
    expect(await refusal({ ...list, token: "" })).toEqual(NOT_THERE);
    expect(await refusal({ ...list, token: other.token })).toEqual(NOT_THERE);
    const mine = dep;
    dep = newId("dep");
    await asSystem("a test's second deployment", (tx) =>
      tx.deployment.create({ data: { id: dep, customerId, name: "Paris", mode: "restricted" } }),
    );
    await open("198.18.0.0/15");
    const paris = await serve();
    expect(await refusal({ ...paris, token: list.token })).toEqual(NOT_THERE);
    expect(await (await get(paris)).text()).toBe("198.18.0.0/15\n");
    dep = mine;
    expect((await get(list)).status).toBe(200);
  });

  test("once it is revoked, or its deployment archived", async () => {
    const list = await serve();
    const other = await serve();
    expect((await get(list)).status).toBe(200);
    await revokeList(operator, list, NOW);
    expect(await refusal(list)).toEqual(NOT_THERE);
    await expect(revokeList(operator, list, NOW)).rejects.toMatchObject({ kind: "conflict" });
    await asSystem("a test archives", (tx) =>
      tx.deployment.update({ where: { id: dep }, data: { archivedAt: NOW } }),
    );
    expect(await refusal(other)).toEqual(NOT_THERE);
    await expect(serve()).rejects.toMatchObject({ kind: "conflict" });
  });

  test("to whoever fetches too often, until a minute is over", async () => {
    const list = await serve();
    const many = await Promise.all(Array.from({ length: 40 }, () => get(list)));
    expect(many.filter(({ status }) => status === 200).length).toBe(30);
    const [late] = many.filter(({ status }) => status === 429);
    expect(late?.headers.get("retry-after")).toBe("60");
    expect((await get(list, { at: after(59) })).status).toBe(429);
    expect((await get(list, { at: after(60) })).status).toBe(200);
  });

  test("to whoever guesses, who is soon not even told so; the right secret works from there all the same", async () => {
    const list = await serve();
    const wrong = { ...list, token: "guess" };
    const statuses: number[] = [];
    for (let tries = 0; tries < 22; tries += 1) statuses.push((await get(wrong)).status);
    expect(statuses).toEqual([...Array<number>(20).fill(404), 429, 429]);
    expect((await get(list)).status).toBe(200);
  });
});

describe("what is known of a list", () => {
  test("the secret is nowhere: not in the list, the log or the table", async () => {
    const { token } = await serve();
    const everything = await asSystem("a test looks everywhere", async (tx) =>
      JSON.stringify([await tx.servedList.findMany(), await tx.auditEvent.findMany()]),
    );
    expect(JSON.stringify(await lists())).not.toContain(token);
    expect(everything).not.toContain(token);
  });

  test("each new content that a firewall was handed is in the history, in its name; the same one is not again", async () => {
    const list = await serve();
    for (const at of [NOW, after(1), after(2)]) await get(list, { at });
    await open("198.18.0.0/15");
    await get(list, { at: after(3) });
    expect(await history()).toMatchObject([
      {
        formatName: "Served list",
        takenByName: "PA-3220",
        takenFrom: ip,
        rules: 4,
        leftOut: 2,
        current: true,
      },
      {
        formatName: "Served list",
        takenByName: "PA-3220",
        takenFrom: ip,
        rules: 3,
        leftOut: 2,
        current: false,
      },
    ]);
    expect(await lists()).toMatchObject([
      {
        name: "PA-3220",
        lastFetchedAt: after(3),
        lastFetchedFrom: ip,
        servedChangedAt: after(3),
        revokedAt: null,
      },
    ]);
  });

  test("making and revoking one is in the audit log", async () => {
    const { servedListId } = await serve();
    await revokeList(operator, { servedListId }, NOW);
    const events = await asSystem("a test reads the log", (tx) =>
      tx.auditEvent.findMany({ where: { targetId: servedListId }, orderBy: { id: "asc" } }),
    );
    expect(events.map(({ action, targetName, actorName }) => [action, targetName, actorName])).toEqual([
      ["served_list.create", "PA-3220", "The operator"],
      ["served_list.revoke", "PA-3220", "The operator"],
    ]);
  });
});

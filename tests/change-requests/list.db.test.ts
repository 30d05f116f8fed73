import { afterAll, beforeAll, expect, test } from "vitest";
import {
  countWaiting,
  getBasket,
  getRequest,
  listAllRequests,
  listRequests,
} from "#lib/change-requests/queries.ts";
import { REQUEST_LIST } from "#lib/change-requests/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import {
  adding,
  aRequest,
  aRule,
  aSite,
  readRequest,
  type Site,
  somebody,
} from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const ROWS = 10_000;
let many: Site;
let one: Site;
const admin = somebody("admin");
const query = (params: Record<string, string> = {}) => parseListQuery(params, REQUEST_LIST);

beforeAll(async () => {
  await testDatabase();
  [many, one] = [await aSite(), await aSite()];
  await asSystem("many requests", async (tx) => {
    await tx.$executeRaw(Prisma.sql`
      INSERT INTO console.change_requests
        (id, customer_id, deployment_id, number, title, state, effect, waits_for, created_by_id, created_by_name, author_ids, updated_at)
      SELECT 'chg_' || lpad(i::text, 26, '0'), ${many.customerId}, ${many.deploymentId}, i, 'Request ' || i,
        (ARRAY['draft','proposed','closed'])[1 + i % 3]::console.change_request_state,
        'widening',
        CASE WHEN i % 3 = 1 THEN ARRAY['vendor']::console.approval_side[] ELSE '{}' END,
        'per_' || (i % 7), 'Person ' || (i % 7), ARRAY['per_' || (i % 7)], now() - i * interval '1 minute'
      FROM generate_series(1, ${ROWS}) i`);
  });
});
afterAll(closeDatabase);

test("a page of ten thousand is searched, filtered, sorted and counted by the database", async () => {
  const first = await listAllRequests(admin, query());
  expect([first.total, first.rows.length]).toEqual([ROWS, 25]);
  expect(first.rows[0]).toMatchObject({ title: "Request 1", deploymentName: many.deploymentId });
  const last = await listRequests(admin, many.deploymentId, query({ sort: "number", page: "400" }));
  expect(last.rows.at(-1)?.number).toBe(ROWS);
  expect(
    (await listAllRequests(admin, query({ q: "request 9999" }))).rows.map(({ number }) => number),
  ).toEqual([9_999]);
  expect((await listAllRequests(admin, query({ state: "proposed", effect: "widening" }))).total).toBe(3_334);
  expect((await listAllRequests(admin, query({ state: "nonsense" }))).total).toBe(ROWS);
});

test("what waits for somebody is what their side has to say, and they have not made", async () => {
  const waiting = (actor = admin) =>
    listAllRequests(actor, query({ mine: "waiting" })).then(({ total }) => total);
  expect(await waiting()).toBe(3_334);
  expect(await countWaiting(admin)).toBe(3_334);
  const author = { ...somebody("admin"), id: "per_1" };
  expect(await waiting(author)).toBe(3_334 - 477);
  expect(await waiting(somebody("operator"))).toBe(0);
  expect(await waiting(somebody("customer_admin", [many.customerId]))).toBe(0);
  expect((await listAllRequests(author, query({ mine: "made" }))).total).toBe(1_429);
});

test("another customer's requests are on nobody else's list", async () => {
  const stranger = somebody("customer_admin", [one.customerId]);
  expect((await listAllRequests(stranger, query())).total).toBe(0);
  await expect(listRequests(stranger, many.deploymentId, query())).rejects.toMatchObject({
    kind: "not_found",
  });
});

test("a request shows what it does, to what, and what may be said about it by whom", async () => {
  const ruleId = await aRule(one, { peer: "198.51.100.0/24", ownerName: "Network team" });
  const changes = [adding(), { kind: "retire_rule" as const, ruleId }];
  const requestId = await aRequest(one, "proposed", changes);
  const view = await getRequest(admin, one.deploymentId, requestId);
  expect(view).toMatchObject({
    state: "proposed",
    effect: "widening",
    stale: false,
    ownSide: "vendor",
    consentPossible: true,
  });
  expect(view.changes).toMatchObject([
    { kind: "add_rule", text: "Egress tcp 443 to 203.0.113.0/24" },
    {
      kind: "retire_rule",
      text: "Egress tcp 443 to 198.51.100.0/24",
      details: [{ label: "Owner", after: "Network team" }],
    },
  ]);
  const { authorIds } = await readRequest(requestId);
  const author = { ...admin, id: authorIds[0] ?? "" };
  expect(await getRequest(author, one.deploymentId, requestId)).toMatchObject({
    ownSide: null,
    whyNoApproval: expect.stringContaining("You made this request"),
    mayDecide: false,
  });
  await aRule(one, { peer: "192.0.2.1/32" });
  expect((await getRequest(admin, one.deploymentId, requestId)).stale).toBe(true);
  await expect(getRequest(admin, many.deploymentId, requestId)).rejects.toMatchObject({ kind: "not_found" });
});

test("the basket is one's own draft, and how many requests are under way", async () => {
  const site = await aSite();
  await aRequest(site, "closed");
  await aRequest(site, "proposed");
  expect(await getBasket(admin, site.deploymentId)).toEqual({ draft: null, open: 1 });
});

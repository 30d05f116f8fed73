import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Change } from "#lib/allowlist/changes.ts";
import { TickInput } from "#lib/allowlist/packs/schema.ts";
import { listRules } from "#lib/allowlist/queries.ts";
import { RULE_LIST } from "#lib/allowlist/schema.ts";
import { changesOf } from "#lib/change-requests/base.ts";
import { draftCapabilities, draftCapabilityRemoval } from "#lib/change-requests/capabilities/commands.ts";
import {
  listCapabilities,
  previewCapabilities,
  previewRemoval,
} from "#lib/change-requests/capabilities/queries.ts";
import * as commands from "#lib/change-requests/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { aCustomerAdmin, aSite, readRequest, type Site, somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

let site: Site;
const author = somebody("operator");
const admin = somebody("admin");

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
});

const input = (capabilities: string[], answers: Record<string, string> = {}) =>
  TickInput.parse({ deploymentId: site.deploymentId, capabilities, ...answers });
const tick = (capabilities: string[], answers?: Record<string, string>) =>
  draftCapabilities(author, input(capabilities, answers));
const untick = (capability: string) =>
  draftCapabilityRemoval(author, { deploymentId: site.deploymentId, capability });
const drafted = async (requestId: string) => changesOf(await readRequest(requestId));
const kinds = (changes: readonly Change[]) => changes.map(({ kind }) => kind).sort();
const list = async (id: string) =>
  (await listCapabilities(author, site.deploymentId)).find((row) => row.id === id);

/** Through everybody's hands: simulated, proposed, approved by both sides, applied. */
async function agreed(requestId: string): Promise<void> {
  const words = { title: "Give it what it needs", reason: "The site goes live on Monday.", ticket: "" };
  await commands.describeRequest(author, { requestId, ...words, expiresOn: null });
  await commands.simulateRequest(author, { requestId });
  await commands.proposeRequest(author, { requestId });
  const approval = { requestId, round: (await readRequest(requestId)).round, comment: "" };
  await commands.approveRequest(admin, approval);
  const { state } = await readRequest(requestId);
  if (state === "proposed") await commands.approveRequest(await aCustomerAdmin(site), approval);
  await commands.applyApproved(author, { requestId });
}

describe("capabilities of a site", () => {
  test("are drafted together, agreed, and stand with their rules", async () => {
    const { requestId } = await tick(["sign-in", "events-polling", "dns"], { dnsResolvers: "192.0.2.53" });
    expect(await readRequest(requestId)).toMatchObject({ title: "Add Sign-in and 2 more", changeCount: 6 });
    expect(await list("dns")).toMatchObject({ has: null, drafted: "add" });
    await agreed(requestId);
    expect(await list("dns")).toMatchObject({
      drafted: null,
      answers: { dnsResolvers: ["192.0.2.53/32"] },
      has: { version: 1, open: 2, shut: [], sharedWith: [] },
    });
    expect(await list("sign-in")).toMatchObject({ has: { open: 1, sharedWith: ["Events by polling"] } });
    const { rows } = await listRules(
      author,
      site.deploymentId,
      parseListQuery({ q: "cloudflare" }, RULE_LIST),
    );
    expect(rows).toMatchObject([{ packName: "Sign-in, Events by polling" }]);
  });

  test("in one draft: what is ticked and unticked again leaves nothing in it", async () => {
    const { requestId } = await tick(["webhooks"]);
    await untick("webhooks");
    expect(await drafted(requestId)).toEqual([]);
  });

  test("taken away in a draft and given back in it, the site has it all along", async () => {
    await agreed((await tick(["time"], { timeServers: "time.example.com" })).requestId);
    const { requestId } = await untick("time");
    expect(kinds(await drafted(requestId))).toEqual(["remove_capability", "retire_rule"]);
    await tick(["time"], { timeServers: "time.example.com" });
    expect(kinds(await drafted(requestId))).toEqual(["add_rule", "change_capability", "retire_rule"]);
    await agreed(requestId);
    expect(await list("time")).toMatchObject({ has: { open: 1, version: 2 } });
  });

  test("that share a door: the second adds none, and the first leaves it behind", async () => {
    await agreed((await tick(["sign-in-pages"])).requestId);
    const shared = await previewCapabilities(author, input(["admin-portal"]));
    expect(shared).toMatchObject({
      adds: [],
      shares: [
        { opens: "Egress tcp 443 to Cloudflare, by users' browsers", with: ["Sign-in pages in browsers"] },
      ],
    });
    await agreed((await tick(["admin-portal"])).requestId);
    const without = await previewRemoval(author, {
      deploymentId: site.deploymentId,
      capability: "sign-in-pages",
    });
    expect(without).toMatchObject({
      adds: [],
      retires: [],
      shares: [{ with: ["Admin Portal"] }],
      refiled: 1,
    });
    await agreed((await untick("sign-in-pages")).requestId);
    expect(await list("admin-portal")).toMatchObject({ has: { open: 1, sharedWith: [] } });
    const rules = await asSystem("what is left", (tx) =>
      tx.allowlistRule.findMany({ where: { deploymentId: site.deploymentId, retiredAt: null } }),
    );
    expect(rules).toMatchObject([{ pack: "admin-portal", hosts: ["setup.workos.com", "cdn.workos.com"] }]);
  });

  test("tell which of their doors do not stand open, and what stops without them", async () => {
    await agreed((await tick(["time"], { timeServers: "time.example.com" })).requestId);
    await asSystem("somebody closes a door at once", (tx) =>
      tx.allowlistRule.updateMany({
        where: { deploymentId: site.deploymentId },
        data: { expiresAt: new Date(Date.now() - 60_000) },
      }),
    );
    expect(await list("time")).toMatchObject({
      has: {
        open: 0,
        shut: [
          { text: "Egress udp 123 to time.example.com", without: expect.stringContaining("clock drifts") },
        ],
        leftOut: [expect.stringContaining("NTS"), expect.stringContaining("NTP")],
      },
    });
  });
});

describe("a preview", () => {
  test("names each door, why, what stops without it, and what is left out; and drafts nothing", async () => {
    const preview = await previewCapabilities(author, input(["sign-in", "dns", "webhooks"]));
    expect(preview.adds.map(({ opens }) => opens)).toEqual([
      "Egress tcp 443 to Cloudflare",
      "Ingress tcp 443 from WorkOS senders",
    ]);
    expect(preview.adds[0]).toMatchObject({ without: "Nobody can sign in.", hosts: ["api.workos.com"] });
    expect(preview.leftOut.length).toBe(2);
    const requests = await asSystem("drafts of the site", (tx) =>
      tx.changeRequest.count({ where: { deploymentId: site.deploymentId } }),
    );
    expect(requests).toBe(0);
  });
});

describe("what is refused", () => {
  test("a capability that a site of this mode cannot have, with the reason", async () => {
    site = await aSite(undefined, "restricted");
    await expect(tick(["sign-in", "webhooks"])).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("starts no connection into a restricted site"),
    });
    site = await aSite(undefined, "air_gapped");
    await expect(tick(["sign-in"])).rejects.toMatchObject({ message: expect.stringContaining("air gap") });
    await expect(tick(["ldap"], { directoryServers: "192.0.2.10" })).resolves.toMatchObject({ number: 1 });
  });

  test("what is so already, and taking away what is not there", async () => {
    await agreed((await tick(["sign-in"])).requestId);
    await expect(tick(["sign-in"])).rejects.toMatchObject({ kind: "conflict" });
    await expect(untick("dns")).rejects.toMatchObject({ kind: "conflict" });
  });
});

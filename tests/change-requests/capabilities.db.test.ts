import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { packChanges } from "#lib/allowlist/packs/changes.ts";
import type { Ticked } from "#lib/allowlist/packs/wanted.ts";
import { changesOf, loadBase } from "#lib/change-requests/base.ts";
import * as commands from "#lib/change-requests/commands.ts";
import { getRequest } from "#lib/change-requests/queries.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { newId } from "#lib/shared/ids.ts";
import { aRequest, aSite, readRequest, type Site, somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

let site: Site;
const author = somebody("operator");

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
});

describe("capabilities", () => {
  const clock = (packVersion: number): Ticked => ({
    packVersion,
    answers: { timeServers: ["time.example.com"] },
  });
  const packRequest = async (capability: string, wanted: Ticked | null) => {
    const { state } = await asSystem("the list that a pack changes", (tx) => loadBase(tx, site.deploymentId));
    const terms = { now: new Date(), newRuleId: () => newId("rule") };
    return aRequest(site, "approved", packChanges(state, capability, wanted, terms));
  };
  const standing = () =>
    asSystem("what a site has", async (tx) => ({
      capabilities: await tx.deploymentCapability.findMany({ where: { deploymentId: site.deploymentId } }),
      rules: await tx.allowlistRule.findMany({ where: { deploymentId: site.deploymentId, retiredAt: null } }),
    }));

  const shown = async (requestId: string) => {
    const { changes } = await getRequest(author, site.deploymentId, requestId);
    return changes.filter(({ text }) => text.startsWith("Capability"));
  };

  test("come with their pack's rules, change with them and leave with them, each on record", async () => {
    const first = await packRequest("time", clock(1));
    expect(await shown(first)).toMatchObject([
      {
        text: "Capability: Time",
        details: [
          { label: "Version", before: null, after: "1" },
          { label: "Time servers beyond the boundary", before: null, after: "time.example.com" },
        ],
      },
    ]);
    await commands.applyApproved(author, { requestId: first });
    expect(await standing()).toMatchObject({
      capabilities: [{ capability: "time", packVersion: 1, answers: { timeServers: ["time.example.com"] } }],
      rules: [{ pack: "time", packVersion: 1, peer: "time.example.com" }],
    });
    const second = await packRequest("time", clock(2));
    const details = [{ label: "Version", before: "1", after: "2" }];
    await commands.applyApproved(author, { requestId: second });
    // Once it is in force, what was there before comes from the way back.
    expect(await shown(second)).toMatchObject([{ text: "Capability: Time", details }]);
    expect(await standing()).toMatchObject({
      capabilities: [{ packVersion: 2 }],
      rules: [{ pack: "time", packVersion: 2 }],
    });
    const requestId = await packRequest("time", null);
    await commands.applyApproved(author, { requestId });
    expect(await standing()).toEqual({ capabilities: [], rules: [] });
    const events = await asSystem("what was written of it", (tx) =>
      tx.auditEvent.findMany({
        where: { deploymentId: site.deploymentId, action: { endsWith: "_capability" } },
        orderBy: { id: "asc" },
      }),
    );
    expect(events.map(({ action }) => action)).toEqual([
      ...["allowlist.add_capability", "allowlist.change_capability", "allowlist.remove_capability"],
    ]);
    expect(events[2]?.detail).toMatchObject({ requestId, capability: "time", capabilityName: "Time" });
  });

  test("come back with their rules when the request that took them away is rolled back", async () => {
    await commands.applyApproved(author, { requestId: await packRequest("time", clock(2)) });
    const requestId = await packRequest("time", null);
    await commands.applyApproved(author, { requestId });
    const back = await commands.rollBackRequest(author, { requestId });
    expect(changesOf(await readRequest(back.requestId))).toMatchObject([
      { kind: "add_rule", rule: { pack: "time", packVersion: 2 } },
      { kind: "add_capability", capability: "time", packVersion: 2 },
    ]);
  });
});

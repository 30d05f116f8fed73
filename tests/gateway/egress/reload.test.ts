import { describe, expect, test } from "vitest";
import { sha256 } from "#lib/gateway/egress/clients.ts";
import { egressSettings } from "#lib/gateway/egress/settings.ts";
import { Caller, LOOPBACK, rule, startOutside, startProxy, TOKEN, told } from "./proxy-lab.ts";

const client = (over: object) => ({
  ...{ id: "client_1", name: "billing", token_sha256: [], certificate_sha256: [], networks: [] },
  ...over,
});

describe("new settings", () => {
  test("leave a tunnel open that some rule still lets through, and close one that none does, on record", async () => {
    await using kept = await startOutside();
    await using lost = await startOutside();
    await using gateway = await startProxy(
      told([rule("kept", LOOPBACK, kept.port), rule("lost", LOOPBACK, lost.port)]),
    );
    using one = new Caller(gateway.port);
    using two = new Caller(gateway.port);
    await one.asksFor(`127.0.0.1:${kept.port}`);
    await two.asksFor(`127.0.0.1:${lost.port}`);
    await two.say("before").hears("before");
    gateway.reload(told([rule("another", LOOPBACK, kept.port)]));
    await two.hearsAll();
    expect(await gateway.ended()).toMatchObject([
      { outcome: "refused", reason: "rule_gone", ruleId: "lost", bytesIn: 6, bytesOut: 6 },
    ]);
    expect(await one.say("after").hears("after")).toMatch(/after$/);
    using three = new Caller(gateway.port);
    expect(await three.asksFor(`127.0.0.1:${lost.port}`)).toMatch(/ 403 /);
  });

  test.each([
    ["is gone", []],
    ["has another token", [client({ token_sha256: [sha256("another")] })]],
    ["has its token under another name", [client({ id: "client_2", token_sha256: [sha256(TOKEN)] })]],
  ])("close the tunnels of a client that %s", async (_what, clients) => {
    await using outside = await startOutside();
    const rules = [rule("rule_1", LOOPBACK, outside.port)];
    await using gateway = await startProxy(told(rules));
    using caller = new Caller(gateway.port);
    await caller.asksFor(`127.0.0.1:${outside.port}`);
    gateway.reload(told(rules, { clients }));
    await caller.hearsAll();
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "client_gone" }]);
  });

  test("keep a tunnel whose token is the older of two now", async () => {
    await using outside = await startOutside();
    const rules = [rule("rule_1", LOOPBACK, outside.port)];
    await using gateway = await startProxy(told(rules));
    using caller = new Caller(gateway.port);
    await caller.asksFor(`127.0.0.1:${outside.port}`);
    gateway.reload(told(rules, { clients: [client({ token_sha256: [sha256("new"), sha256(TOKEN)] })] }));
    expect(await caller.say("still").hears("still")).toMatch(/still$/);
  });

  test("count for a connection that was being made while they came", async () => {
    await using outside = await startOutside();
    const resolved = Promise.withResolvers<string[]>();
    const asked = Promise.withResolvers<void>();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
      resolve: () => {
        asked.resolve();
        return resolved.promise;
      },
    });
    using caller = new Caller(gateway.port);
    const answer = caller.asksFor(`late.example.com:${outside.port}`);
    await asked.promise;
    gateway.reload(told([]));
    resolved.resolve(["127.0.0.1"]);
    expect(await answer).toMatch(/ 403 /);
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "no_rule", ruleId: null }]);
    expect(outside.received()).toBe("");
  });
});

test("a rule that ends closes its tunnels, with nobody doing anything", async () => {
  await using outside = await startOutside();
  let now = new Date("2026-11-28T10:00:00Z");
  const settings = told([rule("rule_1", LOOPBACK, outside.port, { expires_at: "2026-11-28T10:00:00.200Z" })]);
  await using gateway = await startProxy(settings, {
    clock: () => now,
    settingsAt: (at) => egressSettings(settings, at),
  });
  using caller = new Caller(gateway.port);
  expect(await caller.asksFor(`127.0.0.1:${outside.port}`)).toMatch(/ 200 /);
  now = new Date("2026-11-28T10:00:01Z");
  await caller.hearsAll();
  expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "rule_gone" }]);
});

test("a program that ends takes nothing new, and writes down what it closes", async () => {
  await using outside = await startOutside();
  await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
    limits: { graceMs: 1 },
  });
  using caller = new Caller(gateway.port);
  using silent = new Caller(gateway.port);
  await caller.asksFor(`127.0.0.1:${outside.port}`);
  await gateway.proxy.stop();
  await Promise.all([caller.hearsAll(), silent.hearsAll()]);
  expect(gateway.crossings.filter(({ endedAt }) => endedAt !== null)).toEqual(
    expect.arrayContaining([expect.objectContaining({ reason: "gateway_stopped", ruleId: "rule_1" })]),
  );
  using late = new Caller(gateway.port);
  expect(await late.hearsAll()).toBe("");
});

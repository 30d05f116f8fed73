import { describe, expect, test } from "vitest";
import {
  connectionStanding,
  directoryStanding,
  domainStanding,
  environmentStanding,
  linkStanding,
  redirectUriStanding,
  wholeDay,
  worstFirst,
} from "#lib/board/policy.ts";
import { DAY_MS } from "#lib/shared/clock.ts";

const NOW = new Date("2026-11-28T10:30:00.000Z");
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
const WELL = {
  state: "active",
  certificateExpiresAt: inDays(200),
  lastSignInAt: inDays(-1),
  failures24h: 0,
};

describe("a connection", () => {
  test.each([
    [{}, "positive", "active", null],
    [{ certificateExpiresAt: null }, "positive", "active", null],
    [{ lastSignInAt: null }, "neutral", "no_sign_in_yet", "sign_in_once"],
    [{ certificateExpiresAt: inDays(30) }, "caution", "certificate_soon", "renew_certificate"],
    [{ certificateExpiresAt: inDays(31) }, "positive", "active", null],
    [{ failures24h: 1 }, "caution", "failing", "see_failures"],
    [{ failures24h: 1, certificateExpiresAt: inDays(2) }, "caution", "failing", "see_failures"],
    [{ certificateExpiresAt: NOW }, "negative", "certificate_expired", "renew_certificate"],
    [
      { failures24h: 9, certificateExpiresAt: inDays(-1) },
      "negative",
      "certificate_expired",
      "renew_certificate",
    ],
    [{ state: "inactive", certificateExpiresAt: inDays(-1) }, "neutral", "switched_off", "switch_on"],
    [{ state: "draft" }, "neutral", "draft", "test_and_activate"],
    [{ state: "validating" }, "caution", "being_set_up", "finish"],
  ])("with %o is %s: %s", (over, tone, code, next) => {
    expect(connectionStanding({ ...WELL, ...over }, NOW)).toEqual({ tone, code, next });
  });
});

test.each([
  [{ state: "active", problem: "", lastSyncAt: inDays(-0.5) }, "positive", "synced"],
  [{ state: "active", problem: "", lastSyncAt: null }, "positive", "synced"],
  [{ state: "active", problem: "", lastSyncAt: inDays(-1.1) }, "caution", "sync_old"],
  [{ state: "active", problem: "It is down.", lastSyncAt: inDays(-0.1) }, "negative", "sync_failing"],
  [{ state: "inactive", problem: "", lastSyncAt: null }, "neutral", "not_heard"],
  [{ state: "invalid_credentials", problem: "", lastSyncAt: null }, "negative", "credentials_refused"],
])("a directory with %o is %s: %s", (facts, tone, code) => {
  expect(directoryStanding(facts, NOW)).toMatchObject({ tone, code });
});

test.each([
  [{ state: "verified", strategy: "dns", verdict: "no_record" }, "positive", "verified", null],
  [{ state: "verified", strategy: "manual", verdict: "" }, "positive", "verified_by_hand", null],
  [{ state: "pending", strategy: "dns", verdict: "" }, "caution", "waits_for_record", "publish_record"],
  [{ state: "pending", strategy: "dns", verdict: "wrong_value" }, "caution", "wrong_record", "mend_record"],
  [{ state: "pending", strategy: "dns", verdict: "doubled_name" }, "caution", "wrong_record", "mend_record"],
  [{ state: "failed", strategy: "dns", verdict: "wrong_value" }, "negative", "given_up", "begin_again"],
])("a domain with %o is %s: %s", (facts, tone, code, next) => {
  expect(domainStanding(facts)).toEqual({ tone, code, next });
});

test("what is being added, opened or silent says so", () => {
  expect(redirectUriStanding({ isDefault: true, pending: true }).code).toBe("being_added");
  expect(redirectUriStanding({ isDefault: true, pending: false }).code).toBe("default_uri");
  expect(redirectUriStanding({ isDefault: false, pending: false }).code).toBe("registered");
  expect(linkStanding({ openedAt: null }).code).toBe("link_waiting");
  expect(linkStanding({ openedAt: NOW }).code).toBe("link_open");
  expect(environmentStanding({ state: "failing" })).toMatchObject({ tone: "negative", code: "silent" });
  expect(environmentStanding({ state: "active" }).code).toBe("answers");
  expect(environmentStanding({ state: "provisioning" }).code).toBe("being_set_up");
});

test("the worst comes first, and what is alike keeps its order", () => {
  const item = (id: string, verdict: string, state = "pending") => ({
    id,
    standing: domainStanding({ state, strategy: "dns", verdict }),
  });
  const sorted = worstFirst([
    item("a", "", "verified"),
    item("b", ""),
    item("c", "", "failed"),
    item("d", ""),
  ]);
  expect(sorted.map(({ id }) => id)).toEqual(["c", "b", "d", "a"]);
});

test("a day has 24 hours, with those that nobody signed in within, and none older", () => {
  const hour = (text: string, passed: number) => ({ hour: new Date(text), passed, failed: 1 });
  const day = wholeDay(
    [hour("2026-11-27T10:00:00Z", 7), hour("2026-11-27T11:00:00Z", 5), hour("2026-11-28T10:00:00Z", 3)],
    NOW,
  );
  expect(day).toHaveLength(24);
  expect(day[0]).toEqual({ hour: new Date("2026-11-27T11:00:00Z"), passed: 5, failed: 1 });
  expect(day[1]).toEqual({ hour: new Date("2026-11-27T12:00:00Z"), passed: 0, failed: 0 });
  expect(day[23]).toEqual({ hour: new Date("2026-11-28T10:00:00Z"), passed: 3, failed: 1 });
});

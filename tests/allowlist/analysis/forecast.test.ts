import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forecast } from "#lib/allowlist/analysis/forecast.ts";
import { idleRules } from "#lib/allowlist/analysis/worth.ts";
import type { AllowlistState, RuleFacts } from "#lib/allowlist/changes.ts";
import { rulesInForce } from "#lib/allowlist/timed-difference.ts";
import { isEquivalent } from "#lib/shared/allowlist/difference.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { passes } from "#tests/shared/allowlist/arbitrary.ts";
import { WEB } from "#tests/support/change-requests.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const after = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();

function stateOf(...rules: Partial<RuleFacts>[]): AllowlistState {
  const named = rules.map((rule, index) => [`rule_${index}`, { ...WEB, ...rule }] as const);
  return { rules: new Map(named), sets: new Map(), capabilities: new Map(), assertions: new Map() };
}

const anyState = fc
  .array(
    fc.record({
      peer: fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "10.128.0.0/9", "10.0.0.0/9", "2001:db8::/32"),
      portTo: fc.constantFrom(443, 444, 500),
      expiresAt: fc.constantFrom(null, after(-1), after(1), after(1.2), after(5), after(60)),
    }),
    { maxLength: 7 },
  )
  .map((rules) => stateOf(...rules));

describe("a forecast", () => {
  test("says of each day exactly what stops passing on it", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const days = forecast(state, NOW, new Date(after(30)));
        for (const { day, ruleIds, closes } of days) {
          const [before, past] = [`${day}T00:00:00Z`, `${day}T23:59:59.999Z`].map((at) =>
            rulesInForce(state, new Date(Math.max(new Date(at).getTime(), NOW.getTime()))),
          );
          expect(ruleIds.length).toBeGreaterThan(0);
          expect(closes.total === 0).toBe(isEquivalent(before ?? [], past ?? []));
          for (const { witness } of closes.regions) {
            expect(passes(before ?? [], witness)).toBe(true);
            expect(passes(past ?? [], witness)).toBe(false);
          }
        }
        const ended = [...state.rules].filter(
          ([, { expiresAt }]) => expiresAt && expiresAt > NOW.toISOString() && expiresAt <= after(30),
        );
        expect(days.flatMap(({ ruleIds }) => ruleIds).sort()).toEqual(ended.map(([id]) => id).sort());
      }),
      { numRuns: 200 },
    );
  });

  test("is empty where nothing ends in time, and closes nothing where another rule lets the same pass", () => {
    const state = stateOf({ expiresAt: after(3) }, { peer: "203.0.112.0/20" });
    expect(forecast(state, NOW, new Date(after(2)))).toEqual([]);
    expect(forecast(state, NOW, new Date(after(7)))).toMatchObject([
      { day: "2026-11-27", ruleIds: ["rule_0"], closes: { total: 0 } },
    ]);
  });
});

describe("idle rules", () => {
  test("could each go by itself without closing anything; no other could", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const all = rulesInForce(state, NOW);
        const { idle, needed } = idleRules(state, NOW);
        expect(needed + idle.length).toBe(all.length);
        for (const { id } of all) {
          const without = all.filter((rule) => rule.id !== id);
          expect(idle.some(({ ruleId }) => ruleId === id)).toBe(isEquivalent(all, without));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("say by which rules, and from when they are needed after all", () => {
    const state = stateOf(
      { peer: "10.0.0.0/9" },
      { peer: "10.128.0.0/9", expiresAt: after(10) },
      { peer: "10.0.0.0/8" },
      { peer: "10.1.0.0/16", expiresAt: after(5) },
    );
    const { idle } = idleRules(state, NOW);
    expect(idle.find(({ ruleId }) => ruleId === "rule_0")).toMatchObject({
      state: "shadowed",
      by: ["rule_2"],
      neededFrom: null,
    });
    const halves = stateOf(
      { peer: "10.0.0.0/9" },
      { peer: "10.128.0.0/9", expiresAt: after(10) },
      { peer: "10.64.0.0/10" },
      { peer: "10.0.0.0/8" },
    );
    const whole = idleRules(
      stateOf(
        { peer: "10.0.0.0/9" },
        { peer: "10.128.0.0/9", expiresAt: after(10) },
        { peer: "10.0.0.0/8", portTo: 443 },
      ),
      NOW,
    );
    expect(whole.idle.map(({ ruleId }) => ruleId)).toContain("rule_2");
    expect(whole.idle.find(({ ruleId }) => ruleId === "rule_2")).toMatchObject({
      state: "redundant",
      by: ["rule_0", "rule_1"],
      neededFrom: new Date(after(10)),
    });
    expect(idleRules(halves, NOW).needed).toBe(0);
  });
});

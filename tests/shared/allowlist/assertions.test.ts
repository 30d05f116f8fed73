import fc from "fast-check";
import { expect, test } from "vitest";
import { type Assertion, brokenAssertions } from "#lib/shared/allowlist/assertions.ts";
import { anyPacket, anyRules, passes, passesBy } from "./arbitrary.ts";

test("an assertion is broken exactly where traffic that must pass does not, or the other way round", () => {
  fc.assert(
    fc.property(
      anyRules,
      anyRules,
      fc.boolean(),
      fc.array(anyPacket, { maxLength: 30 }),
      (rules, asserted, allow, packets) => {
        const must = allow ? "allow" : "deny";
        const assertions = asserted.map((traffic): Assertion => ({ id: traffic.id, must, traffic }));
        const broken = brokenAssertions(rules, assertions);
        for (const { assertion, regions } of broken) {
          expect(regions.length).toBeGreaterThan(0);
          for (const { witness } of regions) {
            expect(passesBy(assertion.traffic, witness)).toBe(true);
            expect(passes(rules, witness)).toBe(!allow);
          }
        }
        for (const { id, traffic } of assertions) {
          if (broken.some(({ assertion }) => assertion.id === id)) continue;
          for (const both of packets)
            for (const packet of [
              { ...both, name: null },
              { ...both, peer: null },
            ])
              if (passesBy(traffic, packet)) expect(passes(rules, packet)).toBe(allow);
        }
      },
    ),
    { numRuns: 300 },
  );
});

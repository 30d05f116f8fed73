import fc from "fast-check";
import { expect, test } from "vitest";
import { fqdnContains, readFqdn } from "#lib/shared/hostnames.ts";

test.each([
  ["api.workos.com", "api.workos.com"],
  ["API.WorkOS.com", "api.workos.com"],
  ["*.workos.com", "*.workos.com"],
  ["xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["a-1.b--c.example", "a-1.b--c.example"],
  [`${"a".repeat(63)}.example`, `${"a".repeat(63)}.example`],
])("reads the name %s as %s", (text, name) => {
  expect(readFqdn(text)).toEqual({ ok: true, value: name });
});

test.each([
  ["", "Write a name, such as api.example.com or *.example.com."],
  ["https://api.workos.com/sso", "Write only the name, not the whole URL: api.workos.com."],
  [
    "api.workos.com:443",
    "api.workos.com:443 carries a port: write only api.workos.com, the port has its own field.",
  ],
  ["api.workos.com/sso", "api.workos.com/sso is not a domain name."],
  ["api.workos.com.", "Leave out the final dot: api.workos.com."],
  ["10.0.0.1", "10.0.0.1 is an address, not a name: choose “Network” as the kind."],
  ["10.0.0.0/8", "10.0.0.0/8 is an address, not a name: choose “Network” as the kind."],
  ["2001:db8::1", "2001:db8::1 is an address, not a name: choose “Network” as the kind."],
  ["someone@example.com", "someone@example.com is an e-mail address: write only the name after the “@”."],
  ["localhost", "localhost is not fully qualified: write the whole name, such as localhost.example.com."],
  ["api..com", "api..com: there is an empty label between two dots."],
  ["*", "* is too wide: at least two labels follow the “*”."],
  ["*.com", "*.com is too wide: at least two labels follow the “*”."],
  ["a*.example.com", "a*.example.com: “*” may only stand alone, as the left-most label."],
  ["a.*.example.com", "a.*.example.com: “*” may only stand alone, as the left-most label."],
  ["*.*.example.com", "*.*.example.com: “*” may only stand alone, as the left-most label."],
  ["_dmarc.example.com", "_dmarc.example.com: “_dmarc” has an underscore, which no host name may hold."],
  ["-a.example.com", "-a.example.com: “-a” begins or ends with a hyphen."],
  ["a-.example.com", "a-.example.com: “a-” begins or ends with a hyphen."],
  ["a!.example.com", "a!.example.com: “a!” may hold only letters, digits and hyphens."],
  ["ab--c.example", "ab--c.example: “ab--c” has two hyphens in the third and fourth place."],
  ["xn--\u200b.example", "The character U+200B at position 5 is not allowed: only plain ASCII is."],
  ["xn--a.example", "xn--a.example: “xn--a” is not valid punycode."],
  ["xn--99999999.example", "xn--99999999.example: “xn--99999999” is not valid punycode."],
  [" api.workos.com", "There is a space at position 1."],
  ["bücher.example", "bücher.example has letters outside ASCII: write it as xn--bcher-kva.example."],
  ["*.bücher.example", "*.bücher.example has letters outside ASCII: write it as *.xn--bcher-kva.example."],
  ["ａpi.workos.com", "ａpi.workos.com has letters outside ASCII: write it as api.workos.com."],
  ["api.workos.123", "api.workos.123 ends in a number, which no domain name does."],
  [`${"a".repeat(64)}.example`, `${"a".repeat(64)}.example: a label has 64 characters: 63 is the most.`],
])("refuses the name %j: %s", (text, problem) => {
  expect(readFqdn(text)).toEqual({ ok: false, problem });
});

test("refuses a name longer than DNS carries", () => {
  const name = `${Array.from({ length: 64 }, () => "abc").join(".")}.example`;
  expect(readFqdn(name)).toMatchObject({ ok: false, problem: expect.stringContaining("253 is the most") });
});

test("takes every name that fast-check calls a domain, and the URL standard reads it the same", () => {
  fc.assert(
    fc.property(fc.domain(), (domain) => {
      const reading = readFqdn(domain);
      if (!/(^|\.)..--/.test(domain)) expect(reading.ok).toBe(true);
      if (reading.ok) expect(new URL(`https://${reading.value}/`).hostname).toBe(reading.value);
    }),
    { numRuns: 2_000 },
  );
});

test("never throws and never returns what it would refuse", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const reading = readFqdn(text);
      if (reading.ok) expect(readFqdn(reading.value)).toEqual(reading);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["*.workos.com", "api.workos.com", true],
  ["*.workos.com", "*.workos.com", true],
  ["*.workos.com", "workos.com", false],
  ["*.workos.com", "a.b.workos.com", false],
  ["*.workos.com", "api.evilworkos.com", false],
  ["api.workos.com", "*.workos.com", false],
  ["*.workos.com", "*.api.workos.com", false],
])("%s covers %s: %s", (outer, inner, covered) => {
  expect(fqdnContains(outer, inner)).toBe(covered);
});

import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { rangeContains } from "#lib/shared/address-ranges.ts";
import { addressText, cidrOf, FAMILY_BITS, readAddress, readCidr } from "#lib/shared/addresses.ts";

const ipv4Value = fc.bigInt(0n, 0xffffffffn);
const ipv6Value = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n))
  .filter((value) => value >> 32n !== 0xffffn);
const addressLike = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."0123456789.xabf:%/ ١"), maxLength: 24 }),
  fc
    .array(fc.oneof(fc.nat(400).map(String), fc.constantFrom("00", "010", "0x1f", "")), { maxLength: 6 })
    .map((p) => p.join(".")),
  fc
    .array(
      fc.oneof(
        fc.nat(0x1ffff).map((group) => group.toString(16)),
        fc.constantFrom("", "0", "00000", "1.2.3.4"),
      ),
      { maxLength: 10 },
    )
    .map((groups) => groups.join(":")),
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
);
const many = { numRuns: 3_000 };

test("accepts no address that node:net refuses", () => {
  fc.assert(
    fc.property(addressLike, (text) => {
      const reading = readAddress(text);
      if (reading.ok) expect(isIPv4(text) || isIPv6(text)).toBe(true);
    }),
    many,
  );
});

test("accepts every IPv4 address that node:net accepts", () => {
  fc.assert(
    fc.property(addressLike, (text) => {
      if (isIPv4(text)) expect(readAddress(text).ok).toBe(true);
    }),
    many,
  );
});

test("refuses of what node:net calls IPv6 only zone ids, dotted notation and mapped IPv4", () => {
  fc.assert(
    fc.property(addressLike, (text) => {
      if (!isIPv6(text) || text.includes("%") || text.includes(".")) return;
      const mapped = ipaddr.IPv6.parse(text).isIPv4MappedAddress();
      expect(readAddress(text).ok).toBe(!mapped);
    }),
    many,
  );
});

test("reads what it accepts as the same bytes as ipaddr.js", () => {
  fc.assert(
    fc.property(addressLike, (text) => {
      const reading = readAddress(text);
      if (!reading.ok) return;
      const bytes = ipaddr.parse(text).toByteArray();
      expect(reading.value.value).toBe(BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
    }),
    many,
  );
});

test("writes IPv6 as the URL standard does", () => {
  fc.assert(
    fc.property(ipv6Value, (value) => {
      const text = addressText(6, value);
      expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
    }),
    many,
  );
});

test.each([
  [4, ipv4Value],
  [6, ipv6Value],
] as const)("reads back every IPv%i address it writes", (family, values) => {
  fc.assert(
    fc.property(values, (value) => {
      const text = addressText(family, value);
      expect(readAddress(text)).toEqual({ ok: true, value: { family, value, text } });
    }),
    many,
  );
});

test.each([
  [4, ipv4Value],
  [6, ipv6Value],
] as const)("corrects host bits of IPv%i to the network that ipaddr.js finds", (family, values) => {
  fc.assert(
    fc.property(values, fc.nat(FAMILY_BITS[family]), (value, prefix) => {
      const text = `${addressText(family, value)}/${prefix}`;
      const [address] = ipaddr.parseCIDR(text);
      const network =
        family === 4 ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
      const reading = readCidr(text);
      const same = network.toString() === address.toString();
      expect(reading.ok).toBe(same);
      const corrected = cidrOf({ family, value }, prefix);
      expect(Buffer.from(network.toByteArray()).toString("hex")).toBe(
        corrected.first.toString(16).padStart(FAMILY_BITS[family] / 4, "0"),
      );
      if (!reading.ok) expect(reading.problem).toContain(`did you mean ${corrected.text}?`);
    }),
    many,
  );
});

test("a network contains an address exactly when ipaddr.js matches it", () => {
  fc.assert(
    fc.property(ipv4Value, fc.nat(32), ipv4Value, fc.nat(32), (value, prefix, other, flips) => {
      const network = cidrOf({ family: 4, value }, prefix);
      // Half of the probes share a prefix with the network, or the property would hardly ever see a match.
      const probe = flips % 2 === 0 ? other : (value >> BigInt(flips)) << BigInt(flips);
      const address = cidrOf({ family: 4, value: probe }, 32);
      const matches = ipaddr.IPv4.parse(addressText(4, probe)).match(ipaddr.IPv4.parseCIDR(network.text));
      expect(rangeContains(network, address)).toBe(matches);
    }),
    many,
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeRanges, rangeContains, rangesOverlap, unionContains } from "#lib/shared/address-ranges.ts";
import type { AddressRange } from "#lib/shared/addresses.ts";

// A tiny address space, so that every property can be checked address by address.
const SPACE = 24n;
const range: fc.Arbitrary<AddressRange> = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt(0n, SPACE - 1n), fc.bigInt(0n, 5n))
  .map(([family, first, length]) => ({ family, first, last: first + length }));
const ranges = fc.array(range, { maxLength: 8 });

function addressesOf(list: readonly AddressRange[]): Set<string> {
  const found = new Set<string>();
  for (const { family, first, last } of list) {
    for (let value = first; value <= last; value++) found.add(`${family}/${value}`);
  }
  return found;
}

test("merging keeps exactly the same addresses", () => {
  fc.assert(
    fc.property(ranges, (list) => {
      expect(addressesOf(mergeRanges(list))).toEqual(addressesOf(list));
    }),
  );
});

test("merged ranges are in order and never touch", () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const merged = mergeRanges(list);
      for (const [index, current] of merged.entries()) {
        const next = merged[index + 1];
        if (next) expect(next.family > current.family || next.first > current.last + 1n).toBe(true);
      }
    }),
  );
});

test("overlap and containment mean what counting addresses says", () => {
  fc.assert(
    fc.property(range, range, (a, b) => {
      const inA = addressesOf([a]);
      const inB = addressesOf([b]);
      expect(rangesOverlap(a, b)).toBe(!inA.isDisjointFrom(inB));
      expect(rangeContains(a, b)).toBe(inB.isSubsetOf(inA));
    }),
  );
});

test("a union contains ranges exactly when it holds each of their addresses", () => {
  fc.assert(
    fc.property(ranges, ranges, (outer, inner) => {
      expect(unionContains(mergeRanges(outer), inner)).toBe(
        addressesOf(inner).isSubsetOf(addressesOf(outer)),
      );
    }),
  );
});

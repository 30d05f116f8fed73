import type { AddressRange } from "./addresses.ts";

/** Whether every address of `inner` is in `outer`. Never across families: IPv4 and IPv6 are different networks. */
export function rangeContains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether some address is in both. */
export function rangesOverlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The same addresses as the fewest ranges, IPv4 first, in order, no two of them touching. */
export function mergeRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of ranges.toSorted(byPosition)) {
    const previous = merged.at(-1);
    if (previous?.family === range.family && range.first <= previous.last + 1n) {
      if (range.last > previous.last) merged[merged.length - 1] = { ...previous, last: range.last };
    } else {
      merged.push({ family: range.family, first: range.first, last: range.last });
    }
  }
  return merged;
}

/** Whether each of the ranges lies in the union of the others. `merged` comes from `mergeRanges`. */
export function unionContains(merged: readonly AddressRange[], ranges: readonly AddressRange[]): boolean {
  return ranges.every((range) => merged.some((outer) => rangeContains(outer, range)));
}

function byPosition(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last === b.last ? 0 : a.last < b.last ? -1 : 1;
}

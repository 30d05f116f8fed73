/** How many fit, in each stretch of the same length: days, or hours. */
export interface Stretch {
  at: Date;
  count: number;
}

/**
 * Which stretches a page lies in, and how many of the first one's come before it; in the order that the list is in. So a
 * page far down a list of millions is found without walking there.
 */
export function placeOf(
  stretches: readonly Stretch[],
  skip: number,
  take: number,
): { at: Date[]; skip: number } {
  let passed = 0;
  let before = 0;
  const found: Date[] = [];
  for (const { at, count } of stretches) {
    if (passed >= skip + take) break;
    if (passed + count > skip) {
      if (found.length === 0) before = passed;
      found.push(at);
    }
    passed += count;
  }
  return { at: found, skip: found.length === 0 ? 0 : skip - before };
}

/** Which item of a menu a key leads to, or null. `at` is the one with the focus, -1 for none. */
export function itemFor(key: string, at: number, items: readonly string[]): number | null {
  const count = items.length;
  if (count === 0) return null;
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return at <= 0 ? count - 1 : at - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
  if (key.length !== 1 || key === " ") return null;
  const letter = key.toLowerCase();
  for (let step = 1; step <= count; step++) {
    const index = (Math.max(at, -1) + step) % count;
    if (items[index]?.trim().toLowerCase().startsWith(letter)) return index;
  }
  return null;
}

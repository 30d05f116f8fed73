export function listsWords(count: number): string {
  return count === 1 ? "1 list" : `${count.toLocaleString("en")} lists`;
}

/** A fingerprint as people read it to each other: four digits at a time. */
export function grouped(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?=.)/g, "$1 ");
}

const DIGITS = Array.from({ length: 1_000 }, (_, number) => String(number));
const TWO = DIGITS.slice(0, 100).map((digits) => digits.padStart(2, "0"));
const THREE = DIGITS.map((digits) => digits.padStart(3, "0"));

/** A timestamp as on the wire: ISO 8601, UTC, milliseconds. The engine's own way takes several times as long. */
export function iso(at: Date): string {
  const year = at.getUTCFullYear();
  if (!(year >= 1_000 && year <= 9_999)) return at.toISOString();
  const day = `${year}-${TWO[at.getUTCMonth() + 1]}-${TWO[at.getUTCDate()]}`;
  const time = `${TWO[at.getUTCHours()]}:${TWO[at.getUTCMinutes()]}:${TWO[at.getUTCSeconds()]}`;
  return `${day}T${time}.${THREE[at.getUTCMilliseconds()]}Z`;
}

export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : iso(at);
}

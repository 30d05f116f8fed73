/** A timestamp as on the wire: ISO 8601, UTC, milliseconds. */
export function iso(at: Date): string {
  return at.toISOString();
}

export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

import { createHash } from "node:crypto";
import type { AllowlistState } from "#lib/allowlist/changes.ts";

/** The same for the same allowlist. Only sets that something here names count: a new one for somebody else moves nothing. */
export function digestOf({ rules, sets, capabilities, assertions }: AllowlistState): string {
  const named = new Set(
    [...rules.values(), ...assertions.values()]
      .filter(({ peerKind }) => peerKind === "address_set")
      .map(({ peer }) => peer),
  );
  const parts = [
    [...rules],
    [...sets.values()]
      .filter(({ slug }) => named.has(slug))
      .map(({ slug, versionId }) => [slug, versionId])
      .sort(),
    [...capabilities].sort(),
    [...assertions].sort(),
  ];
  // PostgreSQL keeps the keys of JSON in an order of its own.
  const content = JSON.stringify(parts, (_key, value) => (isRecord(value) ? sortedKeys(value) : value));
  return createHash("sha256").update(content).digest("hex");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortedKeys(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

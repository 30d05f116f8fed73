import { createHash } from "node:crypto";
import type { AllowlistState, RuleFacts } from "#lib/allowlist/changes.ts";
import type { AllowlistRule } from "#lib/platform/prisma/client.ts";

/** A stored rule as changes carry it. */
export function factsOf(rule: AllowlistRule): RuleFacts {
  const { direction, protocol, portFrom, portTo, peerKind, peer, hosts, purpose, ownerName, ticket } = rule;
  return {
    ...{ direction, protocol, portFrom, portTo, peerKind, peer },
    carriedBy: rule.carriedBy === "user_browser" ? "user_browser" : "application",
    ...{ hosts, purpose, ownerName, ticket, pack: rule.pack, packVersion: rule.packVersion },
    expiresAt: rule.expiresAt?.toISOString() ?? null,
  };
}

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

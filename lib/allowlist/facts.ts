import type { AllowlistRule } from "#lib/platform/prisma/client.ts";
import type { RuleFacts } from "./changes.ts";

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

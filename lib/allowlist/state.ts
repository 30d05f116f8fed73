import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { assertionFacts } from "./assertions/record.ts";
import type { AllowlistState } from "./changes.ts";
import { factsOf } from "./facts.ts";
import { loadCapabilities } from "./packs/load.ts";
import { loadSets } from "./sets/load.ts";

/** A deployment's allowlist as it stands: what is not retired, whatever its expiry. */
export async function loadState(tx: Tx, deploymentId: string): Promise<AllowlistState> {
  const where = { deploymentId, retiredAt: null };
  const rules = await tx.allowlistRule.findMany({ where, orderBy: { id: "asc" } });
  const assertions = await tx.allowlistAssertion.findMany({ where, orderBy: { id: "asc" } });
  return {
    rules: new Map(rules.map((rule) => [rule.id, factsOf(rule)])),
    sets: await loadSets(tx, deploymentId),
    capabilities: await loadCapabilities(tx, deploymentId),
    assertions: new Map(assertions.map((row) => [row.id, assertionFacts(row)])),
  };
}

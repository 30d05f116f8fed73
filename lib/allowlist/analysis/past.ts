import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import type { AllowlistRule } from "#lib/platform/prisma/client.ts";
import { type AllowlistState, Changes, type RuleFacts } from "../changes.ts";
import { factsOf } from "../facts.ts";
import { loadSets, loadVersions } from "../sets/load.ts";

/** What the audit log keeps of a rule, lib/allowlist/rules.ts. */
type Kept = Omit<RuleFacts, "hosts" | "pack" | "packVersion">;

/**
 * The rules that were on the list at a time, as they were then. No rule is ever deleted, and the audit log holds what
 * each was before every change of it: the first change after that time tells.
 */
export async function stateAt(tx: Tx, deploymentId: string, at: Date): Promise<AllowlistState> {
  const rules = await tx.allowlistRule.findMany({
    where: { deploymentId, createdAt: { lte: at }, OR: [{ retiredAt: null }, { retiredAt: { gt: at } }] },
    orderBy: { id: "asc" },
  });
  const changes = await tx.auditEvent.findMany({
    where: {
      deploymentId,
      occurredAt: { gt: at },
      action: { in: ["allowlist.change_rule", "allowlist.expire_rule"] },
    },
    select: { targetId: true, before: true },
    orderBy: { id: "desc" },
  });
  // Of several changes the earliest comes last, and stays.
  const before = new Map(changes.map((change) => [change.targetId, change.before as Kept | null]));
  return {
    rules: new Map(rules.map((rule) => [rule.id, factsThen(rule, before.get(rule.id) ?? null)])),
    sets: await setsAt(tx, deploymentId, at),
    capabilities: new Map(),
    assertions: new Map(),
  };
}

function factsThen(rule: AllowlistRule, before: Kept | null): RuleFacts {
  return { ...factsOf(rule), ...before };
}

/** In the versions that the deployment used then: what was applied since says what it took the place of. */
async function setsAt(tx: Tx, deploymentId: string, at: Date): Promise<AllowlistState["sets"]> {
  const applied = await tx.changeRequest.findMany({
    where: { deploymentId, appliedAt: { gt: at } },
    select: { undo: true },
    orderBy: { appliedAt: "desc" },
  });
  const moved = applied
    .flatMap(({ undo }) => Changes.parse(undo ?? []))
    .filter((change) => change.kind === "use_set_version");
  const versions = await loadVersions(
    tx,
    moved.map(({ versionId }) => versionId),
  );
  const then = moved.flatMap(({ versionId }) => versions.get(versionId) ?? []);
  return new Map([...(await loadSets(tx, deploymentId)), ...then.map((set) => [set.slug, set] as const)]);
}

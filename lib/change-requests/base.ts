import "server-only";
import { assertionFacts } from "#lib/allowlist/assertions/record.ts";
import {
  type AllowlistState,
  CapabilityAnswers,
  type Change,
  Changes,
  type ChosenCapability,
  type KnownVersions,
} from "#lib/allowlist/changes.ts";
import { loadSets, loadVersions } from "#lib/allowlist/sets/load.ts";
import { type Simulation, simulate } from "#lib/allowlist/simulation.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { ChangeRequest, DeploymentCapability } from "#lib/platform/prisma/client.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { digestOf, factsOf } from "./digest.ts";

/** A deployment's allowlist as it stands, with the versions that these changes name, and a digest of all of it. */
export interface Base {
  state: AllowlistState;
  versions: KnownVersions;
  digest: string;
}

/** `changes`: those that are to be made to it, for the versions of sets that they name. */
export async function loadBase(tx: Tx, deploymentId: string, changes: readonly Change[] = []): Promise<Base> {
  const rules = await tx.allowlistRule.findMany({
    where: { deploymentId, retiredAt: null },
    orderBy: { id: "asc" },
  });
  const capabilities = await tx.deploymentCapability.findMany({
    where: { deploymentId },
    orderBy: { capability: "asc" },
  });
  const assertions = await tx.allowlistAssertion.findMany({
    where: { deploymentId, retiredAt: null },
    orderBy: { id: "asc" },
  });
  const state: AllowlistState = {
    rules: new Map(rules.map((rule) => [rule.id, factsOf(rule)])),
    sets: await loadSets(tx, deploymentId),
    capabilities: new Map(capabilities.map((row) => [row.capability, chosenOf(row)])),
    assertions: new Map(assertions.map((row) => [row.id, assertionFacts(row)])),
  };
  const named = changes.flatMap((change) => (change.kind === "use_set_version" ? [change.versionId] : []));
  return { state, versions: await loadVersions(tx, named), digest: digestOf(state) };
}

/** The changes of a request, as they were kept. */
export function changesOf({ changes }: Pick<ChangeRequest, "changes">) {
  return Changes.parse(changes);
}

export function simulateOn(
  { state, versions }: Base,
  request: Pick<ChangeRequest, "changes">,
  mode: DeploymentMode,
  now: Date,
): Simulation {
  return simulate(state, changesOf(request), { now, mode, versions });
}

function chosenOf({ packVersion, answers }: DeploymentCapability): ChosenCapability {
  return { packVersion, answers: CapabilityAnswers.parse(answers) };
}

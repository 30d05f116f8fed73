import "server-only";
import { ADDRESS_SETS } from "#lib/allowlist/address-sets.ts";
import { assertionFacts } from "#lib/allowlist/assertions/record.ts";
import {
  type AllowlistState,
  CapabilityAnswers,
  Changes,
  type ChosenCapability,
  type KnownVersions,
  type StateSet,
} from "#lib/allowlist/changes.ts";
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

export async function loadBase(tx: Tx, deploymentId: string): Promise<Base> {
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
  const sets = new Map<string, StateSet>(
    ADDRESS_SETS.map(({ slug, cidrs, checkedOn }) => [slug, { slug, versionId: checkedOn, cidrs }]),
  );
  const state: AllowlistState = {
    rules: new Map(rules.map((rule) => [rule.id, factsOf(rule)])),
    sets,
    capabilities: new Map(capabilities.map((row) => [row.capability, chosenOf(row)])),
    assertions: new Map(assertions.map((row) => [row.id, assertionFacts(row)])),
  };
  return { state, versions: new Map(), digest: digestOf(state) };
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

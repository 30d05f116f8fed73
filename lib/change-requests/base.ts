import "server-only";
import { createHash } from "node:crypto";
import { assertionFacts } from "#lib/allowlist/assertions/record.ts";
import {
  type AllowlistState,
  CapabilityAnswers,
  type Change,
  Changes,
  type ChosenCapability,
  type KnownVersions,
  type RuleFacts,
} from "#lib/allowlist/changes.ts";
import { loadSets, loadVersions } from "#lib/allowlist/sets/load.ts";
import { type Simulation, simulate } from "#lib/allowlist/simulation.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { AllowlistRule, ChangeRequest, DeploymentCapability } from "#lib/platform/prisma/client.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";

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

function factsOf(rule: AllowlistRule): RuleFacts {
  const { direction, protocol, portFrom, portTo, peerKind, peer, hosts, purpose, ownerName, ticket } = rule;
  return {
    ...{ direction, protocol, portFrom, portTo, peerKind, peer },
    carriedBy: rule.carriedBy === "user_browser" ? "user_browser" : "application",
    ...{ hosts, purpose, ownerName, ticket, pack: rule.pack, packVersion: rule.packVersion },
    expiresAt: rule.expiresAt?.toISOString() ?? null,
  };
}

function chosenOf({ packVersion, answers }: DeploymentCapability): ChosenCapability {
  return { packVersion, answers: CapabilityAnswers.parse(answers) };
}

/** The same for the same allowlist. Only sets that something here names count: a new one for somebody else moves nothing. */
function digestOf({ rules, sets, capabilities, assertions }: AllowlistState): string {
  const named = new Set(
    [...rules.values(), ...assertions.values()]
      .filter(({ peerKind }) => peerKind === "address_set")
      .map(({ peer }) => peer),
  );
  const content = JSON.stringify([
    [...rules],
    [...sets.values()]
      .filter(({ slug }) => named.has(slug))
      .map(({ slug, versionId }) => [slug, versionId])
      .sort(),
    [...capabilities].sort(),
    [...assertions].sort(),
  ]);
  return createHash("sha256").update(content).digest("hex");
}

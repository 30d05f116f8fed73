import "server-only";
import { type AllowlistState, type Change, Changes, type KnownVersions } from "#lib/allowlist/changes.ts";
import { loadVersions } from "#lib/allowlist/sets/load.ts";
import { type Simulation, simulate } from "#lib/allowlist/simulation.ts";
import { loadState } from "#lib/allowlist/state.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { ChangeRequest } from "#lib/platform/prisma/client.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { digestOf } from "./digest.ts";

/** A deployment's allowlist as it stands, with the versions that these changes name, and a digest of all of it. */
export interface Base {
  state: AllowlistState;
  versions: KnownVersions;
  digest: string;
}

/** `changes`: those that are to be made to it, for the versions of sets that they name. */
export async function loadBase(tx: Tx, deploymentId: string, changes: readonly Change[] = []): Promise<Base> {
  const state = await loadState(tx, deploymentId);
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

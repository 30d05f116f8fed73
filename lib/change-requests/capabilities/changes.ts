import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { type AllowlistState, applyChanges, type Change } from "#lib/allowlist/changes.ts";
import { packChanges } from "#lib/allowlist/packs/changes.ts";
import { newestVersion, PACKS } from "#lib/allowlist/packs/index.ts";
import { questionsOf } from "#lib/allowlist/packs/pack.ts";
import type { TickInput } from "#lib/allowlist/packs/schema.ts";
import type { Ticked } from "#lib/allowlist/packs/wanted.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { changesOf, loadBase } from "../base.ts";
import { openDraft } from "../drafting.ts";

/** The allowlist as the actor's open draft would leave it, and as it stands. */
export async function draftedState(
  tx: Tx,
  actor: Actor,
  deploymentId: string,
): Promise<{ state: AllowlistState; base: AllowlistState }> {
  const base = await loadBase(tx, deploymentId);
  const draft = await openDraft(tx, actor, deploymentId);
  const state = draft ? applyChanges(base.state, changesOf(draft), base.versions).state : base.state;
  return { state, base: base.state };
}

export interface Outcome {
  changes: Change[];
  /** The allowlist with them. */
  state: AllowlistState;
}

/** The newest version of each pack, with those of the answers that it asks for. */
export function tickChanges(
  before: AllowlistState,
  mode: DeploymentMode,
  { capabilities, answers, ownerName, ticket }: Omit<TickInput, "deploymentId">,
  now: Date,
): Outcome {
  const terms = { ...draws(now), ownerName, ticket };
  const chosen = PACKS.filter(({ id }) => capabilities.includes(id));
  return chosen.reduce<Outcome>(
    ({ changes, state }, pack) => {
      const standing = pack.modes[mode];
      if (typeof standing === "object") throw new AppError("conflict", `${pack.name}: ${standing.not}`);
      const version = newestVersion(pack);
      const asked = questionsOf(version).flatMap((id) => (answers[id] ? [[id, answers[id]]] : []));
      const wanted: Ticked = { packVersion: version.number, answers: Object.fromEntries(asked) };
      const more = packChanges(state, pack.id, wanted, terms);
      return { changes: [...changes, ...more], state: applyChanges(state, more).state };
    },
    { changes: [], state: before },
  );
}

export function untickChanges(before: AllowlistState, capability: string, now: Date): Outcome {
  const changes = packChanges(before, capability, null, draws(now));
  return { changes, state: applyChanges(before, changes).state };
}

function draws(now: Date) {
  return { now, newRuleId: () => newId("rule") };
}

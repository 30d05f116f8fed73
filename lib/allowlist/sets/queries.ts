import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { loadSets } from "./load.ts";

/** A set as a form offers it. */
export interface SetChoice {
  slug: string;
  name: string;
  networks: number;
  origin: string;
  checkedOn: string;
}

/** The address sets that rules of this deployment may name, in the versions that it uses. */
export function listSetChoices(actor: Actor, deploymentId: string): Promise<SetChoice[]> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const where = { id: deploymentId, ...visibleTo(actor) };
    if (!(await tx.deployment.findFirst({ where, select: { id: true } })))
      throw new AppError("not_found", "There is no such deployment.");
    const sets = [...(await loadSets(tx, deploymentId)).values()];
    return sets.map(({ slug, name, cidrs, origin, checkedOn }) => ({
      ...{ slug, name, networks: cidrs.length, origin, checkedOn },
    }));
  });
}

import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { loadSets, loadVersions } from "#lib/allowlist/sets/load.ts";
import type { DraftSetVersionInput } from "#lib/allowlist/sets/schema.ts";
import { inScope } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { Drafted } from "../basket/commands.ts";
import { draftChanges } from "../drafting.ts";
import { lockDeployment } from "../step.ts";

/** Puts another version of a set to the actor's open draft: what it opens and closes is told when that is simulated. */
export function draftSetVersion(
  actor: Actor,
  { deploymentId, versionId }: DraftSetVersionInput,
): Promise<Drafted> {
  actor.must("change_request.draft");
  return inScope(actor, async (tx) => {
    const deployment = await lockDeployment(tx, actor, deploymentId);
    const wanted = (await loadVersions(tx, [versionId])).get(versionId);
    const used = wanted && (await loadSets(tx, deploymentId)).get(wanted.slug);
    // A set of another customer's has no place among this deployment's.
    if (!wanted || !used)
      throw new AppError("not_found", "There is no such accepted version of an address set.");
    if (used.versionId === versionId)
      throw new AppError(
        "conflict",
        `This deployment uses version ${wanted.number} of ${wanted.name} already.`,
      );
    const title = `Use version ${wanted.number} of ${wanted.name}`;
    return draftChanges(tx, actor, deployment, title, [
      { kind: "use_set_version", slug: wanted.slug, versionId },
    ]);
  });
}

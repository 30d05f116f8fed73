import { removeGroups } from "../../directories/ingest/groups.ts";
import { removeUsers } from "../../directories/ingest/users.ts";
import { LdapFailure } from "../failure.ts";
import { countGone, type EntryKind, takeGone } from "./entries.ts";
import type { SyncRun } from "./run.ts";
import { step } from "./source.ts";

/** So few may always be gone, whatever part of a small directory they are. */
const FEW = 10;
const AT_ONCE = 500;

/**
 * Takes away whom a full run has not met. A run that misses most of the people is more likely a right that was lost, or a
 * base DN that was changed: then nobody is removed until somebody says that they are gone.
 */
export async function removeGone(run: SyncRun): Promise<void> {
  const { service, source } = run;
  const counts = await step(service, source, {}, async (ingest) => ({
    user: await countGone(ingest, "user", source.run),
    group: await countGone(ingest, "group", source.run),
  }));
  for (const [what, { known, gone }] of [
    ["people", counts.user],
    ["groups", counts.group],
  ] as const)
    if (!source.accept_removals && gone > FEW && gone * 2 > known)
      throw new LdapFailure(
        "refused",
        `${gone} of ${known} ${what} are not in the directory any more, or cannot be read. Nobody was removed. If they are gone, ask for a full sync with accept_removals.`,
      );
  // Groups first: whoever leaves with them is told of by the group.
  await removeKind(run, "group", counts.group.gone);
  await removeKind(run, "user", counts.user.gone);
}

async function removeKind({ service, source }: SyncRun, kind: EntryKind, count: number): Promise<void> {
  const remove = kind === "user" ? removeUsers : removeGroups;
  for (let left = count; left > 0; left -= AT_ONCE)
    await step(service, source, { removed: Math.min(left, AT_ONCE) }, async (ingest) => {
      await remove(ingest, await takeGone(ingest, kind, source.run));
    });
}

import { applyUsers } from "../../directories/ingest/users.ts";
import { LdapFailure } from "../failure.ts";
import { peopleFilter } from "../filters.ts";
import { noteEntries } from "./entries.ts";
import type { RunningMark } from "./mark.ts";
import { toUser, userAttributes } from "./people.ts";
import type { SyncRun } from "./run.ts";
import { step } from "./source.ts";

/** Takes people in, a page at a time. */
export async function readUsers(run: SyncRun, mark: RunningMark): Promise<void> {
  const { service, source, settings, session, attributeMap } = run;
  const filter = withChanges(peopleFilter(settings.user_filter, settings.kind), run);
  const search = { filter, ...userAttributes(settings, attributeMap) };
  for await (const page of session.pages(baseOf(settings.base_dn), search, settings.page_size)) {
    const people = page.map((entry) => ({
      user: toUser(entry, settings, { attributeMap, now: service.clock() }),
      dn: entry.dn,
    }));
    for (const entry of page) mark.note(entry);
    if (people.length === 0) continue;
    await step(service, source, { users: people.length }, async (ingest) => {
      await applyUsers(
        ingest,
        people.map(({ user }) => user),
      );
      const met = people.map(({ user, dn }) => ({ idpId: user.idpId, dn, username: user.username }));
      await noteEntries(ingest, "user", met, source.run);
    });
  }
}

export function withChanges(filter: string, { changedSince }: SyncRun): string {
  return changedSince === null ? filter : `(&${filter}${changedSince})`;
}

/** The whole tree is never meant where nobody has said so. */
export function baseOf(dn: string | null): string {
  if (dn !== null) return dn;
  throw new LdapFailure("refused", "The base DN beneath which people are looked for is missing.");
}

import { sql } from "../../db.ts";
import { activateDirectory, noteSync } from "../../directories/commands.ts";
import type { DirectoryRow } from "../../directories/directory.ts";
import { DirectorySettings } from "../../directories/settings.ts";
import type { Service } from "../../service.ts";
import { LdapFailure } from "../failure.ts";
import { bindPasswordContext } from "../input.ts";
import { type LdapSession, withSession } from "../session.ts";
import { LdapDirectorySettings } from "../settings.ts";
import { readGroups } from "./groups.ts";
import { beginMark } from "./mark.ts";
import { removeGone } from "./removals.ts";
import { type ClaimedSource, finishRun, type Mark, RunLost, startOver, step } from "./source.ts";
import { readUsers } from "./users.ts";

/** What every part of a run is given. */
export interface SyncRun {
  service: Service;
  source: ClaimedSource;
  settings: LdapDirectorySettings;
  session: LdapSession;
  attributeMap: Readonly<Record<string, string>>;
  /** What to add to a filter so that only what changed is found; null in a full run. */
  changedSince: string | null;
}

const LOSE_CREDENTIALS = sql(
  "directory_lose_credentials",
  "UPDATE identity.directories SET state = 'invalid_credentials' WHERE environment_id = $1 AND id = $2",
);

/** Reads a directory and puts on record how that went. What has been taken in before a failure stays: it was true. */
export async function runSync(service: Service, source: ClaimedSource): Promise<void> {
  try {
    const mark = await readDirectory(service, source);
    await end(service, source, { failure: null, mark });
  } catch (error) {
    if (error instanceof RunLost) return;
    const foreseen = error instanceof LdapFailure;
    const failure = foreseen
      ? error
      : new LdapFailure("refused", "The sync failed inside this service. Its log says why.");
    await end(service, source, { failure, mark: null });
    if (!foreseen) throw error;
  }
}

async function readDirectory(service: Service, source: ClaimedSource): Promise<Mark | null> {
  const settings = LdapDirectorySettings.parse(source.settings);
  const sealed = settings.bind_password_sealed;
  const password =
    sealed && service.sealer.open(sealed, bindPasswordContext("directory", source.directory_id));
  const attributeMap = await step(service, source, {}, async ({ directory }) => mapOf(directory));
  return await withSession(settings, async (session) => {
    if (settings.bind_dn !== null) await signIn(session, settings.bind_dn, password ?? "");
    const mark = await beginMark(session, settings, source, service.clock());
    const kind = mark.changedSince === null ? "full" : "incremental";
    await startOver(service.db, source, kind);
    const run = { service, source, settings, session, attributeMap, changedSince: mark.changedSince };
    await readUsers(run, mark);
    const groups = await readGroups(run, mark);
    if (kind === "full") await removeGone(run);
    if (kind === "full" || groups.changed) await groups.readMembers();
    return mark.end();
  });
}

async function signIn(session: LdapSession, name: string, password: string): Promise<void> {
  const word = await session.bind(name, password);
  if (word) throw new LdapFailure("credentials", `The service account's password no longer holds: ${word}.`);
}

function mapOf(directory: DirectoryRow): Readonly<Record<string, string>> {
  return DirectorySettings.parse(directory.settings).attribute_map;
}

async function end(
  { db, clock }: Service,
  source: ClaimedSource,
  { failure, mark }: { failure: LdapFailure | null; mark: Mark | null },
): Promise<void> {
  const { environment_id, directory_id } = source;
  const directory = { environment_id, id: directory_id };
  await db
    .transaction(environment_id, async (run) => {
      if (failure === null) await activateDirectory(run, directory, clock());
      if (failure?.trouble === "credentials") await run(LOSE_CREDENTIALS, [environment_id, directory_id]);
      await noteSync(run, directory, clock(), failure?.message ?? null);
      // Last, because it may take back all of this: another instance may have the run by now.
      await finishRun(run, source, { ok: failure === null, mark });
    })
    .catch((error: unknown) => {
      if (!(error instanceof RunLost)) throw error;
    });
}

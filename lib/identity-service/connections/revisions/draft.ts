import { z } from "zod";
import { type Run, sql } from "../../db.ts";
import { LdapInput } from "../../ldap/settings.ts";
import type { Service } from "../../service.ts";
import { refused } from "../../wire/errors.ts";
import { requireRoles, withMetadata } from "../commands.ts";
import { mergeSettings, requireNamesNobodyCanFake } from "../protocols.ts";
import { AttributeMap, OidcInput, RoleMap, SamlInput } from "../settings.ts";
import { isConnectionType } from "../types.ts";
import { applySettings } from "./apply.ts";
import { By } from "./by.ts";
import { changeDraft } from "./record.ts";
import {
  getRevision,
  noSuchRevision,
  type RevisionContent,
  type RevisionRef,
  type RevisionRow,
} from "./revision.ts";
import { contentOf, type History, insertRevision, lockHistory } from "./store.ts";

export const ChangeRevision = z.strictObject({
  connection_type: z.string().refine(isConnectionType, "This is not a connection type.").optional(),
  saml: SamlInput.nullish(),
  oidc: OidcInput.nullish(),
  ldap: LdapInput.nullish(),
  attribute_map: AttributeMap.nullish(),
  role_map: RoleMap.nullish(),
  note: z.string().trim().max(500).optional(),
  by: By.optional(),
  /** The active revision that it was looked at beside. */
  based_on: z.int().min(1).optional(),
});
export type ChangeRevision = z.infer<typeof ChangeRevision>;

export const ByWhom = z.strictObject({ by: By.optional() });

/** Begins a draft from the settings that are active. */
export async function draftRevision(
  service: Service,
  environmentId: string,
  connectionId: string,
  change: ChangeRevision,
): Promise<RevisionRow> {
  const known = await withMetadata(change);
  const now = service.clock();
  return await service.db.transaction(environmentId, async (run) => {
    const history = await lockHistory(run, environmentId, connectionId, now);
    const { connection, active, draft, last } = history;
    if (draft)
      throw refused(
        409,
        `Revision ${draft.number} is a draft already. Change or discard that one: there is one at a time.`,
        "draft_exists",
      );
    const content = await changed(service, run, history, active ?? connection, known);
    return await insertRevision(
      run,
      connection,
      content,
      {
        number: last + 1,
        state: "draft",
        note: change.note ?? null,
        madeBy: change.by ?? null,
        basedOn: active?.number ?? null,
      },
      now,
    );
  });
}

/** Changes the draft. Where the connection was never live, the connection is as its draft. */
export async function changeRevision(
  service: Service,
  environmentId: string,
  { connectionId, number }: RevisionRef,
  change: ChangeRevision,
): Promise<RevisionRow> {
  await getRevision(service.db, environmentId, { connectionId, number });
  const known = await withMetadata(change);
  const now = service.clock();
  return await service.db.transaction(environmentId, async (run) => {
    const history = await lockHistory(run, environmentId, connectionId, now);
    const draft = requireDraft(history, number);
    const { connection, active } = history;
    const content = await changed(service, run, history, draft, known);
    if (change.based_on !== undefined && change.based_on !== active?.number)
      throw outdated(active?.number ?? 0);
    const facts = { note: change.note, by: change.by, basedOn: change.based_on };
    const row = await changeDraft(run, draft, content, facts, now);
    if (!active) await applySettings(run, connection, content, connection.state, now);
    return row;
  });
}

const DISCARD = sql(
  "connection_revision_discard",
  `UPDATE identity.connection_revisions SET state = 'discarded', updated_at = $2, made_by = coalesce(made_by, $3)
   WHERE id = $1 RETURNING *`,
);

export async function discardRevision(
  service: Service,
  environmentId: string,
  { connectionId, number }: RevisionRef,
  by: string | null,
): Promise<RevisionRow> {
  const now = service.clock();
  return await service.db.transaction(environmentId, async (run) => {
    const history = await lockHistory(run, environmentId, connectionId, now);
    const draft = requireDraft(history, number);
    if (!history.active)
      throw refused(409, "The connection was never live: delete it instead of its only draft.", "only_draft");
    const [row] = await run<RevisionRow>(DISCARD, [draft.id, now, by]);
    return row ?? draft;
  });
}

/** @throws WireError 404 where there is no such revision, 409 where it is no draft. */
export function requireDraft({ draft, last }: History, number: number): RevisionRow {
  if (draft?.number === number) return draft;
  if (number > last) throw noSuchRevision(number);
  throw refused(
    409,
    `Revision ${number} is no draft: what is in the history stays as it was.`,
    "not_a_draft",
  );
}

export function outdated(active: number) {
  return refused(
    409,
    `Revision ${active} was activated since this draft was made. Look at what they differ in, then say so with based_on: ${active}.`,
    "revision_outdated",
  );
}

async function changed(
  service: Service,
  run: Run,
  { connection }: History,
  before: RevisionContent,
  change: ChangeRevision,
): Promise<RevisionContent> {
  const { environment_id, organization_id, id } = connection;
  await requireRoles(run, environment_id, organization_id, change.role_map ?? []);
  const type = change.connection_type ?? before.connection_type;
  const { note: _note, by: _by, based_on: _basedOn, ...parts } = change;
  const settings = await mergeSettings(service, { ...before, id, connection_type: type }, parts);
  const content = contentOf({
    connection_type: type,
    ...settings,
    attribute_map: change.attribute_map ?? before.attribute_map,
    role_map: change.role_map ?? before.role_map,
  });
  if (change.role_map || change.ldap) requireNamesNobodyCanFake(settings, content.role_map);
  return content;
}

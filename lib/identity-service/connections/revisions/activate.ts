import { z } from "zod";
import { sql } from "../../db.ts";
import { LdapSettings } from "../../ldap/settings.ts";
import type { Service } from "../../service.ts";
import { refused } from "../../wire/errors.ts";
import { requireRoles } from "../commands.ts";
import { requireComplete, requireNamesNobodyCanFake } from "../protocols.ts";
import { applySettings } from "./apply.ts";
import { By, Reason } from "./by.ts";
import { outdated, requireDraft } from "./draft.ts";
import { goLive } from "./record.ts";
import { noSuchRevision, type RevisionRef, type RevisionRow } from "./revision.ts";
import { contentOf, insertRevision, lockHistory, supersedeActive } from "./store.ts";

export const ActivateRevision = z.strictObject({ reason: Reason.nullish(), by: By.optional() });
export type ActivateRevision = z.infer<typeof ActivateRevision>;

export const ReturnToRevision = z.strictObject({
  /** Without it: the revision that was active before. */
  number: z.int().min(1).optional(),
  reason: Reason.nullish(),
  by: By.optional(),
});
export type ReturnToRevision = z.infer<typeof ReturnToRevision>;

/**
 * Has people sign in by a draft from now on. It was tried, exactly as it is, or somebody says why not; and nobody has activated
 * another since it was made, or whoever made it has seen that.
 */
export async function activateRevision(
  service: Service,
  environmentId: string,
  { connectionId, number }: RevisionRef,
  { reason, by }: ActivateRevision,
): Promise<RevisionRow> {
  const now = service.clock();
  return await service.db.transaction(environmentId, async (run) => {
    const history = await lockHistory(run, environmentId, connectionId, now);
    const draft = requireDraft(history, number);
    const { connection, active } = history;
    requireComplete(draft);
    requireNamesNobodyCanFake({ saml: null, oidc: null, ldap: ldapOf(draft) }, draft.role_map);
    // Roles may have been removed since.
    await requireRoles(run, environmentId, connection.organization_id, draft.role_map);
    if (active && draft.based_on !== active.number) throw outdated(active.number);
    if (!draft.tested_at && !reason)
      throw refused(
        409,
        "No test sign-in of exactly these settings has passed. Test them first, or give a reason to activate them without.",
        "revision_untested",
      );
    await supersedeActive(run, connectionId);
    const replaced = active?.number ?? null;
    const row = await goLive(run, draft, { by: by ?? null, reason: reason ?? null, replaced }, now);
    // What somebody switched off stays so: that is another decision.
    await applySettings(
      run,
      connection,
      draft,
      connection.state === "draft" ? "active" : connection.state,
      now,
    );
    return row;
  });
}

const FIND = sql(
  "connection_revision_return_to",
  `SELECT * FROM identity.connection_revisions WHERE environment_id = $1 AND connection_id = $2 AND number = $3`,
);

/** Has people sign in again by what was active before: a new revision with the old settings, so that the history only grows. */
export async function returnToRevision(
  service: Service,
  environmentId: string,
  connectionId: string,
  { number, reason, by }: ReturnToRevision,
): Promise<RevisionRow> {
  const now = service.clock();
  return await service.db.transaction(environmentId, async (run) => {
    const { connection, active, last } = await lockHistory(run, environmentId, connectionId, now);
    const wanted = number ?? active?.replaced ?? null;
    if (!active || wanted === null)
      throw refused(
        409,
        "No other revision was ever active: there is none to return to.",
        "nothing_to_return_to",
      );
    const [target] = await run<RevisionRow>(FIND, [environmentId, connectionId, wanted]);
    if (!target) throw noSuchRevision(wanted);
    if (target.state !== "superseded")
      throw refused(
        409,
        target.state === "active"
          ? `Revision ${wanted} is the active one.`
          : `Revision ${wanted} was never active. Only what people have signed in by can be brought back.`,
        "never_active",
      );
    const content = contentOf(target);
    requireComplete(content);
    await requireRoles(run, environmentId, connection.organization_id, content.role_map);
    const row = await insertRevision(
      run,
      connection,
      content,
      {
        number: last + 1,
        state: "active",
        madeBy: by ?? null,
        basedOn: active.number,
        returnsTo: wanted,
        activated: { by: by ?? null, reason: reason ?? null, replaced: active.number },
      },
      now,
    );
    await applySettings(run, connection, content, connection.state, now);
    return row;
  });
}

function ldapOf({ ldap }: RevisionRow): LdapSettings | null {
  return ldap ? LdapSettings.parse(ldap) : null;
}

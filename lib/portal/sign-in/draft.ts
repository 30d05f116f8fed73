import "server-only";
import type { ConnectionMaker } from "#lib/drivers/port.ts";
import type { Revision, RevisionChange } from "#lib/drivers/revision-port.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { standingOf } from "#lib/revisions/policy.ts";
import { newId } from "#lib/shared/ids.ts";
import { ldapFacts } from "#lib/shared/ldap-input.ts";
import { declined } from "#lib/shared/refusals.ts";
import { askFor } from "./record.ts";
import { makerOf } from "./require.ts";

export type DraftChange = Omit<RevisionChange, "by" | "basedOn">;

/** What a set-up works on: the draft, or what is active where nothing waits; with what is active, and what was before. */
export async function waitingRevision(
  maker: ConnectionMaker,
  connectionId: string,
): Promise<Revision & { active: Revision | null; before: Revision | null }> {
  const revisions = await maker.revisions.list(connectionId);
  const { active, draft, before } = standingOf(revisions);
  const waiting = draft ?? active;
  if (!waiting) throw declined("not_found", "no_such_connection");
  return { ...waiting, active, before };
}

/** Changes the draft of a connection, or begins one. Sign-ins of people go on as before until it is activated. */
export async function saveDraft(setup: Setup, connectionId: string, change: DraftChange): Promise<void> {
  setup.actor.must("connection.change");
  const maker = await makerOf(setup);
  const { number, state, active } = await waitingRevision(maker, connectionId);
  const by = setup.actor.name;
  const asked = { connectionId, action: "connection.draft", detail: { draft: factsOf(change) } } as const;
  await askFor(setup, asked, () =>
    state === "draft"
      ? // Whoever saves here has the connection as it is now before them, whatever the draft was begun from.
        maker.revisions.change(connectionId, number, {
          ...change,
          by,
          ...(active ? { basedOn: active.number } : {}),
        })
      : maker.revisions.draft(connectionId, { ...change, by }, { key: newId("op"), again: false }),
  );
}

/** What the log says was changed: never a document, a certificate's text or a secret. */
function factsOf({ type, saml, oidc, ldap, mapping }: DraftChange): Record<string, string | number> {
  return {
    ...(type ? { type } : {}),
    ...(saml?.metadata ? { metadata: saml.metadataUrl ?? "given" } : {}),
    ...(saml?.entityId ? { entityId: saml.entityId } : {}),
    ...(saml?.signInUrl ? { signInUrl: saml.signInUrl } : {}),
    ...(saml?.certificates ? { certificates: saml.certificates.length } : {}),
    ...(oidc?.issuer ? { issuer: oidc.issuer } : {}),
    ...(oidc?.clientId ? { clientId: oidc.clientId } : {}),
    ...(ldap ? ldapFacts(ldap) : {}),
    ...(mapping ? { mapping: JSON.stringify(mapping) } : {}),
  };
}

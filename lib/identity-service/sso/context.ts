import type { AttributeMap, RoleMap } from "../connections/settings.ts";
import { EVERY_ENVIRONMENT, hotSql } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { settingsUnderTest, type UnderTest } from "./under-test.ts";

/** What is on record when an identity provider sends somebody back: the connection, and the sign-in it is about. */
export interface ReturnContext {
  connection: {
    id: string;
    environment_id: string;
    organization_id: string | null;
    connection_type: string;
    name: string;
    state: string;
    external_key: string;
    saml: unknown;
    oidc: unknown;
    ldap: unknown;
    attribute_map: AttributeMap;
    role_map: RoleMap;
    /** True where no organization asks for more. */
    allow_outside_profiles: boolean;
    verified_domains: string[];
    /** Whether the environment asks people before an identity provider's word signs them in. */
    asks_consent: boolean;
  };
  /** Null where none is pending: it was never begun here, has expired, or was finished already. */
  signIn: PendingSignIn | null;
}

export interface PendingSignIn {
  id: string;
  purpose: "application" | "test";
  redirectUri: string | null;
  clientState: string | null;
  codeChallenge: string | null;
  secretsSealed: string | null;
  /** The settings that sign-ins go by were changed since it began. */
  settingsChanged: boolean;
  /** Of a test: which settings it is made with. Those of the connection in this context are the same. */
  underTest: UnderTest | null;
  /** Of a test whose settings are no longer what they were when it began: why its answer says nothing. */
  stale: string | null;
}

/** What is not switched on can be tested, and only tested. */
export function mayTry(state: string, signIn: PendingSignIn | null): boolean {
  return (
    state === "active" || (signIn?.purpose === "test" && (state === "draft" || signIn.underTest !== null))
  );
}

// Looked up across environments: the address and the handle are what says which one.
const FIND = hotSql(
  "return_context",
  `SELECT c.id, c.environment_id, c.organization_id, c.connection_type, c.name, c.state, c.external_key, c.saml, c.oidc, c.ldap, c.attribute_map, c.role_map,
     coalesce(o.allow_outside_profiles, true) AS allow_outside_profiles,
     coalesce((e.settings->'authentication'->>'sign_in_consent')::boolean, false) AS asks_consent,
     ARRAY(SELECT domain FROM identity.organization_domains AS d
       WHERE d.organization_id = c.organization_id AND d.state IN ('verified', 'legacy_verified')) AS verified_domains,
     s.id AS sign_in_id, s.purpose, s.redirect_uri, s.client_state, s.code_challenge, s.secrets_sealed, s.revision, s.edition,
     coalesce(c.settings_at > s.created_at, false) AS settings_changed
   FROM identity.connections AS c JOIN identity.environments AS e ON e.id = c.environment_id
   LEFT JOIN identity.organizations AS o ON o.id = c.organization_id
   LEFT JOIN identity.sign_ins AS s ON s.handle_hash = $2 AND s.connection_id = c.id AND s.state = 'pending' AND s.expires_at > $3
   WHERE c.external_key = $1`,
);

/** @throws WireError 404 where no connection has this address. */
export async function findReturn(
  service: Service,
  externalKey: string,
  handle: string | null,
): Promise<ReturnContext> {
  const [row] = await service.db.query<Row>(EVERY_ENVIRONMENT, FIND, [
    externalKey,
    handle === null ? null : hashSecret(handle),
    service.clock(),
  ]);
  if (!row) throw new WireError(404, { message: "There is no connection at this address." });
  const { sign_in_id, purpose, redirect_uri, client_state, code_challenge, secrets_sealed, ...others } = row;
  const { revision, edition, settings_changed, ...connection } = others;
  if (sign_in_id === null || purpose === null) return { connection, signIn: null };
  const underTest = revision === null ? null : { number: revision, edition: edition ?? 0 };
  const tested = underTest && (await settingsUnderTest(service.db, connection, underTest));
  return {
    connection: { ...connection, ...tested?.content },
    signIn: {
      settingsChanged: settings_changed,
      underTest,
      stale: tested?.stale ?? null,
      id: sign_in_id,
      purpose,
      redirectUri: redirect_uri,
      clientState: client_state,
      codeChallenge: code_challenge,
      secretsSealed: secrets_sealed,
    },
  };
}

type Row = ReturnContext["connection"] & {
  sign_in_id: string | null;
  purpose: PendingSignIn["purpose"] | null;
  redirect_uri: string | null;
  client_state: string | null;
  code_challenge: string | null;
  secrets_sealed: string | null;
  revision: number | null;
  edition: number | null;
  settings_changed: boolean;
};

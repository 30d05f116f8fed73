import { z } from "zod";
import { AttributeMap, RoleMap } from "../connections/settings.ts";
import { type Database, type Run, sql } from "../db.ts";
import type { Sealer } from "../keys/seal.ts";
import type { Attribute, NameId } from "../saml/types.ts";

const DAYS = 7;
const Values = z.array(z.string());
const Attributes = z.array(
  z.object({ name: z.string(), friendlyName: z.string().nullable(), values: Values }),
) satisfies z.ZodType<readonly Attribute[]>;
const NameIdShape = z.object({
  value: z.string(),
  format: z.string().nullable(),
  nameQualifier: z.string().nullable(),
  spNameQualifier: z.string().nullable(),
}) satisfies z.ZodType<NameId>;

/** What an identity provider answered in a test, as it came; and what of it could be believed, where it came so far. */
const Answer = z.discriminatedUnion("protocol", [
  z.object({
    protocol: z.literal("saml"),
    response: z.string(),
    received: z.object({ nameId: NameIdShape, attributes: Attributes }).nullable(),
  }),
  z.object({
    protocol: z.literal("oidc"),
    idToken: z.string(),
    /** As the answer named it (RFC 9207). */
    issuer: z.string().nullable(),
    userInfo: z.record(z.string(), z.unknown()),
    received: z.record(z.string(), z.unknown()).nullable(),
  }),
  z.object({
    protocol: z.literal("ldap"),
    kind: z.enum(["active_directory", "standard"]),
    /** Octets are written as `{ octets: <base64> }`. */
    entry: z.record(z.string(), z.union([z.string(), Values, z.object({ octets: z.string() })])),
    groups: Values,
  }),
]);
export type CapturedAnswer = z.infer<typeof Answer>;
export type SamlAnswer = Extract<CapturedAnswer, { protocol: "saml" }>;
export type OidcAnswer = Extract<CapturedAnswer, { protocol: "oidc" }>;
export type LdapAnswer = Extract<CapturedAnswer, { protocol: "ldap" }>;

/** With the maps by which it was read then. */
const Captured = z.object({ answer: Answer, attribute_map: AttributeMap, role_map: RoleMap });
export type Captured = z.infer<typeof Captured>;

const KEEP = sql(
  "captured_answer_keep",
  `INSERT INTO identity.captured_answers (sign_in_id, environment_id, sealed, captured_at, expires_at)
   SELECT id, environment_id, $3, $4, $4::timestamptz + ${DAYS} * interval '1 day' FROM identity.sign_ins
   WHERE environment_id = $1 AND id = $2 AND purpose = 'test' ON CONFLICT DO NOTHING`,
);
const OPEN = sql(
  "captured_answer_open",
  `SELECT answer.sealed, answer.captured_at, answer.expires_at FROM identity.captured_answers AS answer
   JOIN identity.sign_ins AS tested ON tested.id = answer.sign_in_id
   WHERE tested.environment_id = $1 AND tested.connection_id = $2 AND tested.id = $3 AND answer.expires_at > $4`,
);

/** Keeps what came of a test for as long as people look into it. It says who somebody is: it is sealed, and it is in no log. */
export async function keepCaptured(
  run: Run,
  sealer: Sealer,
  { environmentId, signInId }: { environmentId: string; signInId: string },
  captured: Captured,
  now: Date,
): Promise<void> {
  const sealed = sealer.seal(JSON.stringify(captured), contextOf(signInId));
  await run(KEEP, [environmentId, signInId, sealed, now]);
}

/** Null where nothing came of it, or a week has passed. */
export async function openCaptured(
  { db, sealer, clock }: { db: Database; sealer: Sealer; clock: () => Date },
  environmentId: string,
  { connectionId, id }: { connectionId: string; id: string },
): Promise<{ captured: Captured; at: Date; until: Date } | null> {
  type Row = { sealed: string; captured_at: Date; expires_at: Date };
  const [row] = await db.query<Row>(environmentId, OPEN, [environmentId, connectionId, id, clock()]);
  if (!row) return null;
  const captured = Captured.parse(JSON.parse(sealer.open(row.sealed, contextOf(id))));
  return { captured, at: row.captured_at, until: row.expires_at };
}

function contextOf(signInId: string): string {
  return `sign_in:${signInId}:captured`;
}

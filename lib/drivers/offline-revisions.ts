import { z } from "zod";
import type { Manage } from "./management.ts";
import { CertificateFields, certificateOf, MappingFields, mappingOf } from "./offline-answers.ts";
import { mappingBody, samlBody } from "./offline-bodies.ts";
import { listOf, maybeText, maybeTime, time } from "./offline-fields.ts";
import { LdapAnswer, ldapBody, typeOf } from "./offline-ldap.ts";
import { TestAnswer, TraceAnswer, TracesAnswer } from "./offline-traces.ts";
import type { Revision, RevisionChange, RevisionKeeper, RevisionSetting } from "./revision-port.ts";

const number = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const part = z.record(z.string(), z.unknown()).nullish();

const RevisionAnswer = z
  .object({
    number: z.number(),
    state: z.enum(["draft", "active", "superseded", "discarded"]),
    connection_type: z.string(),
    saml: part,
    oidc: part,
    ldap: part,
    certificates: z.array(CertificateFields).default([]),
    ...MappingFields,
    note: maybeText,
    made_by: maybeText,
    based_on: number,
    returns_to: number,
    tested: z.object({ sign_in_id: z.string(), at: time }).nullish(),
    activated: z.object({ at: time, by: maybeText, reason: maybeText, replaced: number }).nullish(),
    missing: maybeText,
    created_at: time,
    updated_at: maybeTime,
  })
  .transform(({ saml, oidc, ldap, tested, attribute_map, role_map, ...found }): Revision => {
    const spoken = ldap ? LdapAnswer.parse(ldap) : null;
    return {
      number: found.number,
      state: found.state,
      type: typeOf(found.connection_type, spoken),
      settings: [...settingsIn("saml", saml), ...settingsIn("oidc", oidc), ...settingsIn("ldap", ldap)],
      certificates: found.certificates.map(certificateOf),
      mapping: mappingOf({ attribute_map, role_map }),
      ldap: spoken,
      note: found.note,
      madeBy: found.made_by,
      madeAt: found.created_at,
      changedAt: found.updated_at ?? found.created_at,
      basedOn: found.based_on,
      returnsTo: found.returns_to,
      tested: tested ? { testId: tested.sign_in_id, at: tested.at } : null,
      activated: found.activated ?? null,
      missing: found.missing,
    };
  });
const RevisionsAnswer = listOf(RevisionAnswer);

/** The revisions of connections; `at` says where a connection is. */
export function revisionKeeper(manage: Manage, at: (connectionId: string) => string): RevisionKeeper {
  const all = (id: string) => `${at(id)}/revisions`;
  const one = (id: string, revision: number) => `${all(id)}/${revision}`;
  return {
    list: async (id) =>
      (await manage({ method: "GET", path: `${all(id)}?limit=100`, answer: RevisionsAnswer })).items,
    get: (id, revision) => manage({ method: "GET", path: one(id, revision), answer: RevisionAnswer }),
    draft: (id, change, once) =>
      manage({ method: "POST", path: all(id), body: changeBody(change), once, answer: RevisionAnswer }),
    change: (id, revision, change) =>
      manage({
        method: "PATCH",
        path: one(id, revision),
        body: changeBody(change),
        answer: RevisionAnswer,
      }),
    discard: (id, revision, by) =>
      manage({ method: "POST", path: `${one(id, revision)}/discard`, body: { by }, answer: RevisionAnswer }),
    startTest: (id, revision) =>
      manage({ method: "POST", path: `${one(id, revision)}/test_sign_ins`, answer: TestAnswer }),
    activate: (id, revision, decision) =>
      manage({
        method: "POST",
        path: `${one(id, revision)}/activate`,
        body: { ...decision },
        answer: RevisionAnswer,
      }),
    returnTo: (id, revision, decision, once) =>
      manage({
        method: "POST",
        path: `${all(id)}/return`,
        body: { ...decision, ...(revision === null ? {} : { number: revision }) },
        once,
        answer: RevisionAnswer,
      }),
    listTests: async (id) =>
      (await manage({ method: "GET", path: `${at(id)}/traces?purpose=test&limit=25`, answer: TracesAnswer }))
        .items,
    replay: (id, revision, testId) =>
      manage({
        method: "POST",
        path: `${one(id, revision)}/replays`,
        body: { test_sign_in_id: testId },
        answer: TraceAnswer,
      }),
  };
}

function changeBody({ type, mapping, saml, oidc, ldap, note, by, basedOn }: RevisionChange) {
  return {
    ...(mapping ? mappingBody(mapping) : {}),
    ...(saml ? { saml: samlBody(saml) } : {}),
    ...(oidc
      ? { oidc: { issuer: oidc.issuer, client_id: oidc.clientId, client_secret: oidc.clientSecret } }
      : {}),
    ...(ldap ? { ldap: ldapBody(ldap) } : {}),
    ...{ connection_type: type, note, by, based_on: basedOn },
  };
}

/** Certificates are shown by what they are, and what a mark stands for is told by the mark. */
const UNSAID = new Set(["idp_certificates", "has_client_secret", "has_bind_password"]);

function settingsIn(
  protocol: string,
  settings: Record<string, unknown> | null | undefined,
): RevisionSetting[] {
  return Object.entries(settings ?? {}).flatMap(([name, value]) => {
    if (UNSAID.has(name) || value === null || value === undefined || value === "") return [];
    const values = [value].flat().map(String);
    return values.length > 0 ? [{ key: `${protocol}.${name}`, values }] : [];
  });
}

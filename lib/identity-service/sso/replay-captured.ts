import { getRevision, type RevisionContent, type RevisionRef } from "../connections/revisions/revision.ts";
import { contentOf } from "../connections/revisions/store.ts";
import { protocolOf } from "../connections/types.ts";
import { sql } from "../db.ts";
import { lazy } from "../lazy.ts";
import type { Service } from "../service.ts";
import { notFound, refused } from "../wire/errors.ts";
import { iso } from "../wire/time.ts";
import { type CapturedAnswer, openCaptured } from "./captured.ts";
import { findReturn, type ReturnContext } from "./context.ts";
import { judge, type Person } from "./person.ts";
import { previewOf } from "./preview.ts";
import type { ReplayContext, Replayed } from "./replayed.ts";

const saml = lazy(() => import("./replay-saml.ts"));
const oidc = lazy(() => import("./replay-oidc.ts"));
const ldap = lazy(() => import("./replay-ldap.ts"));

const KEY = sql(
  "replay_connection_key",
  "SELECT external_key FROM identity.connections WHERE environment_id = $1 AND id = $2",
);

/**
 * Tries an answer that was captured in a test against the settings of any revision. Nobody is signed in by it, nothing of it is
 * remembered, and it can be done as often as one likes.
 */
export async function replayCaptured(
  service: Service,
  environmentId: string,
  { connectionId, number }: RevisionRef,
  testId: string,
) {
  const revision = await getRevision(service.db, environmentId, { connectionId, number });
  const found = await openCaptured(service, environmentId, { connectionId, id: testId });
  if (!found) throw notFound("Captured answer of test sign-in", testId);
  const content = contentOf(revision);
  const { answer } = found.captured;
  if (protocolOf(content) !== answer.protocol)
    throw refused(
      409,
      `Revision ${number} speaks another protocol than the answer that was captured.`,
      "another_protocol",
    );
  const connection = await connectionAs(service, environmentId, connectionId, content);
  const replayed = await replay(service, { connection, at: found.at }, answer);
  const last = replayed.profile && judge(replayed.profile, { connection, signIn: null });
  const checks = [...replayed.checks, ...(last?.checks ?? [])];
  const failed = last?.checks.find(({ result }) => result === "failed");
  const error = replayed.error ?? failed?.message ?? null;
  const { attribute_map, role_map } = content;
  return {
    object: "sign_in_replay" as const,
    id: testId,
    revision: number,
    purpose: "test" as const,
    state: error === null ? ("passed" as const) : ("failed" as const),
    checks,
    profile: last?.person ? shown(last.person) : null,
    preview: previewOf({ answer: replayed.answer, attribute_map, role_map }),
    error: error === null ? null : { code: "replay_failed", message: error },
    created_at: iso(found.at),
    captured_until: iso(found.until),
  };
}

async function replay(service: Service, context: ReplayContext, answer: CapturedAnswer): Promise<Replayed> {
  switch (answer.protocol) {
    case "saml":
      return await (await saml()).replaySaml(service, context, answer);
    case "oidc":
      return await (await oidc()).replayOidc(service, context, answer);
    case "ldap":
      return (await ldap()).replayLdap(context, answer);
  }
}

/** The connection as it would be with these settings. */
async function connectionAs(
  service: Service,
  environmentId: string,
  connectionId: string,
  content: RevisionContent,
): Promise<ReturnContext["connection"]> {
  const values = [environmentId, connectionId];
  const [row] = await service.db.query<{ external_key: string }>(environmentId, KEY, values);
  if (!row) throw notFound("Connection", connectionId);
  const { connection } = await findReturn(service, row.external_key, null);
  return { ...connection, ...content };
}

function shown({ raw_attributes: _all, ...person }: Person) {
  return person;
}

import pg from "pg";
import { type Database, openDatabase } from "#lib/identity-service/db.ts";
import type { DirectoryRow } from "#lib/identity-service/directories/directory.ts";
import { type Ingest, into } from "#lib/identity-service/directories/ingest/ingest.ts";
import type { IncomingUser } from "#lib/identity-service/directories/ingest/users.ts";
import type { RunningIdentityService, TestEnvironment } from "./identity-service.ts";

/** A directory as the management API gives it, with its first token. */
export interface TestDirectory {
  id: string;
  externalKey: string;
  scimUrl: string;
  token: string;
}

export async function prepareDirectory(
  service: RunningIdentityService,
  environment: TestEnvironment,
  settings: Record<string, unknown> = {},
): Promise<TestDirectory> {
  const { status, body } = await service.manage<{
    id: string;
    external_key: string;
    scim_url: string;
    token: { value: string };
  }>("POST", `/environments/${environment.id}/directories`, {
    organization_id: environment.organizationId,
    name: "Staff",
    type: "okta scim v2.0",
    settings,
  });
  if (status !== 201) throw new Error(`The directory could not be made: ${JSON.stringify(body)}`);
  return {
    id: body.id,
    externalKey: body.external_key,
    scimUrl: body.scim_url,
    token: body.token.value,
  };
}

export interface SeenEvent {
  event: string;
  data: Record<string, unknown>;
  organization_id: string | null;
}

/** What an environment's events say happened in a directory, in order. */
export async function readEvents(adminUrl: string, environmentId: string): Promise<SeenEvent[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const { rows } = await admin.query(
    "SELECT name AS event, data, organization_id FROM identity.events WHERE environment_id = $1 AND name LIKE 'dsync.%' ORDER BY tx_id, position",
    [environmentId],
  );
  await admin.end();
  return rows;
}

/** Takes in what a provider says, as SCIM and LDAP do: in one transaction. */
export async function ingesting<T>(
  db: Database,
  environmentId: string,
  directoryId: string,
  work: (ingest: Ingest) => Promise<T>,
): Promise<T> {
  return await db.transaction(environmentId, async (run) => {
    const text = "SELECT * FROM identity.directories WHERE id = $1";
    const [directory] = await run<DirectoryRow>({ name: "test_directory", text }, [directoryId]);
    if (!directory) throw new Error("There is no such directory.");
    return await work(into(directory, run, new Date()));
  });
}

export function openIdentityDatabase(url: string): Database {
  return openDatabase(url, 4);
}

/** Somebody as a provider describes them. */
export function incomingUser(idpId: string, more: Partial<IncomingUser> = {}): IncomingUser {
  const email = `${idpId}@example.com`;
  return {
    idpId,
    uniqueName: email,
    username: email,
    email,
    emails: [{ primary: true, type: "work", value: email }],
    firstName: "First",
    lastName: idpId,
    name: `First ${idpId}`,
    jobTitle: null,
    state: "active",
    rawAttributes: { userName: email },
    ...more,
  };
}

export interface ScimAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of an answer
  body: any;
}
export type Scim = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ScimAnswer>;

/** Requests as an identity provider sends them to a directory. */
export function scimClient({ scimUrl, token }: Pick<TestDirectory, "scimUrl" | "token">): Scim {
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${scimUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/scim+json",
        ...(body === undefined ? {} : { "content-type": "application/scim+json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
  };
}

export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export function patchOf(...Operations: unknown[]) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
}

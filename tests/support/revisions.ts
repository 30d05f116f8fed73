import type { RunningIdentityService, TestEnvironment } from "./identity-service.ts";

export interface RevisionAnswer {
  id: string;
  number: number;
  state: string;
  based_on: number | null;
  returns_to: number | null;
  made_by: string | null;
  note: string | null;
  attribute_map: Record<string, unknown>;
  role_map: { group: string; role: string }[];
  saml: { idp_certificates: string[]; idp_sso_url: string; idp_entity_id: string } | null;
  tested: { sign_in_id: string; at: string } | null;
  activated: { at: string; by: string | null; reason: string | null; replaced: number | null } | null;
  missing: string | null;
  code?: string;
  message?: string;
}

export interface TestTrace {
  id: string;
  state: string;
  revision: number;
  captured_until: string | null;
  error: { code: string; message: string } | null;
  profile: { email: string; groups: string[] } | null;
  checks: { id: string; result: string; found: string | null; message: string }[];
  preview: {
    attributes: { name: string; values: string[]; fields: string[] }[];
    fields: {
      field: string;
      custom: boolean;
      mapped: string | null;
      attribute: string | null;
      values: string[];
    }[];
    roles: { role: string; group: string | null }[] | null;
  } | null;
  code?: string;
}

/** The revisions of one connection, as a console handles them. */
export function revisionsOf(
  service: RunningIdentityService,
  environment: TestEnvironment,
  connectionId: string,
) {
  const home = `/environments/${environment.id}/connections/${connectionId}`;
  const at = `${home}/revisions`;
  const send = async (method: string, path: string, body?: object) =>
    await service.manage<RevisionAnswer>(method, path, body);
  return {
    home,
    at,
    draft: async (change: object) => await send("POST", at, change),
    change: async (number: number, change: object) => await send("PATCH", `${at}/${number}`, change),
    discard: async (number: number, by?: string) =>
      await send("POST", `${at}/${number}/discard`, by === undefined ? {} : { by }),
    activate: async (number: number, decision: object = {}) =>
      await send("POST", `${at}/${number}/activate`, decision),
    returnTo: async (decision: object = {}) => await send("POST", `${at}/return`, decision),
    read: async (number: number) => (await send("GET", `${at}/${number}`)).body,
    /** Oldest first. */
    history: async () => {
      const { body } = await service.manage<{ data: RevisionAnswer[] }>("GET", at);
      return body.data.toReversed();
    },
    patch: async (change: object) => await send("PATCH", home, change),
    startTest: async (number: number) =>
      await service.manage<{ id: string; url: string; code?: string }>(
        "POST",
        `${at}/${number}/test_sign_ins`,
      ),
    trace: async (testId: string) =>
      (await service.manage<TestTrace>("GET", `${home}/test_sign_ins/${testId}`)).body,
    replay: async (number: number, testId: string) =>
      await service.manage<TestTrace>("POST", `${at}/${number}/replays`, { test_sign_in_id: testId }),
  };
}

export type Revisions = ReturnType<typeof revisionsOf>;

/** What became of one check of a trace. */
export function resultOf({ checks }: Pick<TestTrace, "checks">, id: string): string | undefined {
  return checks.find((check) => check.id === id)?.result;
}

export function failedCheckOf({ checks }: Pick<TestTrace, "checks">): string | undefined {
  return checks.find(({ result }) => result === "failed")?.id;
}

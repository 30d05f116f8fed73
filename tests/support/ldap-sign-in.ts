import { readFileSync } from "node:fs";
import { WorkOS } from "@workos-inc/node";
import { PlainBrowser, type Shown } from "./browser-visit.ts";
import type { RunningIdentityService, TestEnvironment } from "./identity-service.ts";
import { SERVICE } from "./ldap-people.ts";
import { type Slapd, SUFFIX } from "./slapd.ts";

export interface LdapConnection {
  id: string;
  connection_type: string;
  ldap: Record<string, unknown>;
  sp: { password_url: string };
}

interface Trace {
  state: string;
  error: { code: string; message: string } | null;
  checks: { id: string; result: string; message: string }[];
}

/** The settings of a connection that finds people with the service account, over TLS. */
export function searchSettings({ ldaps, ca }: Slapd): Record<string, unknown> {
  return {
    servers: [ldaps],
    ca_certificates: readFileSync(ca.file, "utf8"),
    bind_dn: SERVICE.dn,
    bind_password: SERVICE.password,
    base_dn: `ou=people,${SUFFIX}`,
    group_base_dn: `ou=groups,${SUFFIX}`,
  };
}

/** An environment's people, signing in with LDAP. */
export function ldapSignIns(service: RunningIdentityService, environment: TestEnvironment) {
  const path = `/environments/${environment.id}/connections`;
  const workos = new WorkOS(environment.apiKey, {
    clientId: environment.clientId,
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  });
  const connect = async (ldap: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const body = {
      organization_id: environment.organizationId,
      name: "Example directory",
      state: "active",
      ldap,
      ...more,
    };
    const made = await service.manage<LdapConnection>("POST", path, body);
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    return made.body;
  };
  const begin = async (connection: { id: string }, more: Record<string, string> = {}) => {
    const browser = new PlainBrowser(service.url);
    const { clientId, redirectUri } = environment;
    const url = workos.sso.getAuthorizationUrl({
      clientId,
      redirectUri,
      connection: connection.id,
      state: "a state",
      ...more,
    });
    return { browser, page: await browser.go(url) };
  };
  return {
    workos,
    connect,
    begin,
    /** From the application's button to wherever the person ends up. */
    signIn: async (connection: { id: string }, username: string, password: string): Promise<Shown> => {
      const { browser, page } = await begin(connection);
      return await browser.submit(page, { username, password });
    },
    profile: async (shown: Shown) => {
      const code = shown.sentTo?.searchParams.get("code");
      if (!code) throw new Error(`No code: ${shown.status} ${shown.sentTo?.href} ${shown.text}`);
      return (await workos.sso.getProfileAndToken({ code, clientId: environment.clientId })).profile;
    },
    /** The newest. */
    trace: async (connection: { id: string }) => {
      const { body } = await service.manage<{ data: Trace[] }>("GET", `${path}/${connection.id}/traces`);
      const [newest] = body.data;
      const failed = newest?.checks.find(({ result }) => result === "failed");
      return { ...newest, failed: failed?.id, message: failed?.message };
    },
  };
}

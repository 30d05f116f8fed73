import { readFileSync } from "node:fs";
import { WorkOS } from "@workos-inc/node";
import { sql } from "#lib/identity-service/db.ts";
import { runSync } from "#lib/identity-service/ldap/sync/run.ts";
import { claimSource } from "#lib/identity-service/ldap/sync/source.ts";
import type { RunningIdentityService, TestEnvironment } from "./identity-service.ts";
import { SERVICE } from "./ldap-people.ts";
import { type Slapd, SUFFIX } from "./slapd.ts";

const COUNT = sql(
  "test_ldap_members",
  "SELECT count(*)::int AS members FROM identity.directory_members WHERE group_id = $1",
);

export interface LdapDirectory {
  id: string;
  type: string;
  state: string;
  last_error: string | null;
  ldap: Record<string, unknown>;
  sync: Sync;
}
export interface Sync {
  state: string;
  kind: string | null;
  users: number;
  groups: number;
  removed: number;
  finished_at: string | null;
  next_at: string | null;
}

/** The settings of a directory that is read with the service account, over TLS. */
export function directorySettings({ ldaps, ca }: Slapd): Record<string, unknown> {
  return {
    servers: [ldaps],
    ca_certificates: readFileSync(ca.file, "utf8"),
    bind_dn: SERVICE.dn,
    bind_password: SERVICE.password,
    base_dn: `ou=people,${SUFFIX}`,
    group_base_dn: `ou=groups,${SUFFIX}`,
  };
}

/** An environment's LDAP directories: made, read, and as an application sees them. */
export function ldapDirectories(service: RunningIdentityService, environment: TestEnvironment) {
  const path = `/environments/${environment.id}/directories`;
  const workos = new WorkOS(environment.apiKey, {
    apiHostname: "127.0.0.1",
    port: service.port,
    https: false,
  });
  const runDue = async () => {
    let runs = 0;
    for (
      let source = await claimSource(service.parts.db);
      source;
      source = await claimSource(service.parts.db)
    ) {
      await runSync(service.parts, source);
      runs += 1;
    }
    return runs;
  };
  const show = async (id: string) => (await service.manage<LdapDirectory>("GET", `${path}/${id}`)).body;
  return {
    workos,
    path,
    runDue,
    show,
    make: async (ldap: Record<string, unknown>, settings: Record<string, unknown> = {}) => {
      const body = {
        organization_id: environment.organizationId,
        name: "Staff",
        source: "ldap",
        ldap,
        settings,
      };
      const made = await service.manage<LdapDirectory>("POST", path, body);
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      return made.body;
    },
    /** Asks for a sync, and waits until it has been carried out. */
    sync: async (id: string, wanted: Record<string, unknown> = {}) => {
      const asked = await service.manage<Sync>("POST", `${path}/${id}/sync`, wanted);
      if (asked.status !== 202) throw new Error(JSON.stringify(asked.body));
      await runDue();
      return await show(id);
    },
    users: async (directory: string) =>
      (await workos.directorySync.listUsers({ directory, limit: 100 })).data.sort((a, b) =>
        (a.email ?? "").localeCompare(b.email ?? ""),
      ),
    groups: async (directory: string) =>
      (await workos.directorySync.listGroups({ directory, limit: 100 })).data.sort((a, b) =>
        a.name.localeCompare(b.name),
      ),
    /** How many members a group has, however many. */
    count: async (group: string) => {
      const [counted] = await service.parts.db.query<{ members: number }>(environment.id, COUNT, [group]);
      return counted?.members;
    },
    members: async (group: string) =>
      (await workos.directorySync.listUsers({ group, limit: 100 })).data.map(({ email }) => email).sort(),
  };
}

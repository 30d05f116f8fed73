import { z } from "zod";
import { deploymentMode, line, text } from "./bounds.ts";

const Port = z.number().int().min(1).max(65_535);

/** A rule of the allowlist, as a firewall team finds it again: by its id, and by what it opens. */
export const PlanRule = z.strictObject({
  id: line(80),
  direction: z.enum(["egress", "ingress"]),
  protocol: z.enum(["tcp", "udp", "icmp"]),
  portFrom: Port.nullable(),
  portTo: Port.nullable(),
  /** In one line, as the console shows it. */
  text: line(300),
  purpose: line(300),
  /** The name it opens, or the names that are known to be behind its addresses. */
  names: z.array(line(260)).max(50),
  cidrs: z.array(line(60)).max(200),
});
export type PlanRule = z.output<typeof PlanRule>;

const Host = z.strictObject({
  host: line(260),
  port: Port,
  /** Whether TLS is spoken there at once. */
  tls: z.boolean(),
  /** On the Internet: its certificate comes from a public authority, and its addresses are public. */
  isPublic: z.boolean(),
  /** Whose connection it is: the installation's, or that of the browser of somebody who signs in. */
  carriedBy: z.enum(["application", "user_browser"]),
  purpose: line(300),
});
export type PlanHost = z.output<typeof Host>;

const IdentityProvider = z.strictObject({
  id: line(80),
  name: line(200),
  kind: z.enum(["saml", "oidc"]),
  metadataUrl: line(2_000).nullable(),
  issuer: line(2_000).nullable(),
  endpoints: z.array(z.strictObject({ label: line(80), url: line(2_000) })).max(20),
  certificates: z
    .array(z.strictObject({ subject: line(400), notAfter: z.iso.datetime().nullable() }))
    .max(20),
});
export type PlanIdentityProvider = z.output<typeof IdentityProvider>;

const LdapServer = z.strictObject({
  id: line(80),
  name: line(200),
  url: line(500),
  bindDn: line(1_000),
  baseDn: line(1_000),
  /** PEM; empty: what this machine's Node trusts. */
  caCertificates: text(100_000),
});
export type PlanLdapServer = z.output<typeof LdapServer>;

const RedirectUri = z.strictObject({ id: line(80), uri: line(2_000), environment: line(200) });
export type PlanRedirectUri = z.output<typeof RedirectUri>;

export const DEFAULT_FREE_BYTES = 2 * 1024 ** 3;

/**
 * What the doctor is to look at from where it runs. It holds no secret: it lies in a file that is sent around. What a check
 * needs of a secret, the doctor takes from the environment of whoever runs it.
 */
export const DoctorPlan = z.strictObject({
  format: z.literal("sallyport-doctor-plan/v1"),
  madeAt: z.iso.datetime(),
  deployment: z.strictObject({ id: line(80), name: line(200), customer: line(200), mode: deploymentMode }),
  rules: z.array(PlanRule).max(2_000),
  hosts: z.array(Host).max(200),
  /** The proxy of the site, without credentials. Null: what the environment names, if it does. */
  proxy: line(500).nullable(),
  redirectUris: z.array(RedirectUri).max(200),
  identityProviders: z.array(IdentityProvider).max(200),
  ldapServers: z.array(LdapServer).max(50),
  /** Where a database is expected, when the environment names none. */
  database: z.strictObject({ host: line(260), port: Port }).nullable(),
  /** The last migration that the database is to have; empty: not known. */
  migration: line(200),
  disk: z.array(z.strictObject({ path: line(1_000), freeBytes: z.number().int().min(0) })).max(20),
  ports: z.array(z.strictObject({ port: Port, purpose: line(200) })).max(50),
  /** Servers that tell the time by NTP; the Date header of every host is looked at as well. */
  timeServers: z.array(line(260)).max(20),
  /** What could not be found out when the plan was made. */
  notes: z.array(line(500)).max(50),
});
export type DoctorPlan = z.output<typeof DoctorPlan>;

/** The plan for a machine of which nothing is known but that Sallyport runs, or is to run, on it. */
export function emptyPlan(madeAt: Date): DoctorPlan {
  return {
    format: "sallyport-doctor-plan/v1",
    madeAt: madeAt.toISOString(),
    deployment: { id: "", name: "This machine", customer: "", mode: "air_gapped" },
    ...{ rules: [], hosts: [], proxy: null, redirectUris: [], identityProviders: [], ldapServers: [] },
    ...{ database: null, migration: "", disk: [], ports: [], timeServers: [], notes: [] },
  };
}

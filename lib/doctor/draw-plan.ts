import { cidrsOf, type Traffic, trafficText } from "#lib/allowlist/policy.ts";
import type { SetBook } from "#lib/allowlist/sets/book.ts";
import type { LdapSettings } from "#lib/drivers/ldap-port.ts";
import type { ConnectionDetail } from "#lib/drivers/port.ts";
import { readCidr } from "#lib/shared/addresses.ts";
import { clean } from "./bounds.ts";
import { type DoctorPlan, DoctorPlan as Plan, type PlanHost, type PlanRule } from "./plan.ts";

/** What is known of a deployment when its plan is drawn. */
export interface Known {
  deployment: DoctorPlan["deployment"];
  sets: SetBook;
  rules: (Traffic & { id: string; hosts: readonly string[]; purpose: string })[];
  environments: { id: string; name: string; driver: "workos" | "offline"; baseUrl: string | null }[];
  redirectUris: { id: string; uri: string; environment: string }[];
  connections: ConnectionDetail[];
  directories: { id: string; name: string; ldap: LdapSettings }[];
  migration: string;
  notes: string[];
}

/** The plan for a deployment: its rules' hosts, its environments, and everything that its people sign in through. */
export function drawPlan(known: Known, madeAt: Date): DoctorPlan {
  const { connections, directories, rules } = known;
  return Plan.parse({
    format: "sallyport-doctor-plan/v1",
    madeAt: madeAt.toISOString(),
    deployment: known.deployment,
    rules: rules.slice(0, 2_000).map((rule) => planRule(rule, known.sets)),
    hosts: hostsOf(known).slice(0, 200),
    proxy: null,
    redirectUris: known.redirectUris.slice(0, 200).map(({ id, uri, environment }) => ({
      id,
      uri: clean(uri, 2_000),
      environment: clean(environment, 200),
    })),
    identityProviders: connections
      .filter(({ ldap }) => !ldap)
      .slice(0, 200)
      .map(planProvider),
    ldapServers: [
      ...connections.flatMap(({ connection, ldap }) =>
        ldap ? planLdap(connection.id, connection.name, ldap) : [],
      ),
      ...directories.flatMap(({ id, name, ldap }) => planLdap(id, name, ldap)),
    ].slice(0, 50),
    database: null,
    migration: known.migration,
    disk: [],
    ports: [],
    timeServers: timeServersOf(rules).slice(0, 20),
    notes: known.notes.slice(0, 50).map((note) => clean(note, 500)),
  });
}

function planRule(rule: Known["rules"][number], sets: SetBook): PlanRule {
  const { id, direction, protocol, portFrom, portTo, purpose, hosts, peerKind, peer } = rule;
  const names = peerKind === "fqdn" ? [peer, ...hosts] : hosts;
  return {
    ...{
      id,
      direction,
      protocol,
      portFrom,
      portTo,
      text: clean(trafficText(rule, sets), 300),
      purpose: clean(purpose, 300),
    },
    names: [...new Set(names)].slice(0, 50),
    cidrs: cidrsOf(rule, sets).slice(0, 200),
  };
}

const TLS_PORTS = new Set([443, 465, 636, 993, 8443]);

/** Where the rules lead out to by name, and where the environments answer. Each place is looked at once. */
function hostsOf({ rules, environments }: Known): PlanHost[] {
  const outward = rules.flatMap((rule) => {
    if (rule.direction !== "egress" || rule.protocol !== "tcp" || rule.portFrom === null) return [];
    const names = rule.peerKind === "fqdn" ? [rule.peer, ...rule.hosts] : rule.hosts;
    const port = rule.portFrom;
    return names
      .filter((name) => !name.startsWith("*"))
      .map((host) => ({
        ...{ host, port, tls: TLS_PORTS.has(port) },
        // Whoever stands behind a name that a customer wrote may use an authority of their own; WorkOS does not.
        isPublic: rule.peerKind === "address_set" || host.endsWith(".workos.com"),
        carriedBy: rule.carriedBy === "user_browser" ? ("user_browser" as const) : ("application" as const),
        purpose: clean(rule.purpose, 300),
      }));
  });
  const own = environments.flatMap(({ name, driver, baseUrl }) => {
    if (!baseUrl || !URL.canParse(baseUrl)) return [];
    const url = new URL(baseUrl);
    return {
      ...{
        host: url.hostname,
        port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
        tls: url.protocol === "https:",
      },
      ...{ isPublic: driver === "workos", carriedBy: "application" as const },
      purpose: clean(
        driver === "workos" ? "Call the WorkOS API" : `Reach the identity service of ${name}`,
        300,
      ),
    };
  });
  const places = new Map<string, PlanHost>();
  for (const one of [...own, ...outward]) {
    const place = `${one.host}:${one.port}`;
    const known = places.get(place);
    // What the installation itself has to reach is looked at as that, whoever else opens it.
    if (!known || (known.carriedBy === "user_browser" && one.carriedBy === "application"))
      places.set(place, one);
  }
  return [...places.values()];
}

/** NTP servers that a rule names, or gives the one address of. */
function timeServersOf(rules: Known["rules"]): string[] {
  const servers = rules.flatMap((rule) => {
    const { direction, protocol, portFrom, portTo, peerKind, peer } = rule;
    if (direction !== "egress" || protocol !== "udp" || portFrom !== 123 || portTo !== 123) return [];
    if (peerKind === "fqdn") return peer.startsWith("*") ? [] : [peer];
    const cidr = readCidr(peer);
    return cidr.ok && cidr.value.first === cidr.value.last ? [peer.replace(/\/\d+$/, "")] : [];
  });
  return [...new Set(servers)];
}

/** What people's browsers are sent to. */
const PAGES = new Set(["idp_sso_url", "idp_slo_url", "authorization_endpoint"]);

function planProvider({
  connection,
  certificates,
  provider,
}: ConnectionDetail): DoctorPlan["identityProviders"][number] {
  const said = (key: string) => {
    const value = provider.find((part) => part.key === key)?.value;
    return value === undefined ? null : clean(value, 2_000);
  };
  return {
    id: connection.id,
    name: clean(connection.name, 200),
    kind: said("issuer") === null ? "saml" : "oidc",
    metadataUrl: said("metadata_url"),
    issuer: said("issuer"),
    endpoints: provider
      .filter(({ key }) => PAGES.has(key))
      .map(({ label, value }) => ({ label: clean(label, 80), url: clean(value, 2_000) })),
    certificates: certificates.slice(0, 20).map(({ subject, notAfter }) => ({
      subject: clean(subject, 400),
      notAfter: notAfter?.toISOString() ?? null,
    })),
  };
}

function planLdap(id: string, name: string, ldap: LdapSettings): DoctorPlan["ldapServers"] {
  const { servers, bindDn, baseDn, caCertificates } = ldap;
  return servers.map((url) => ({
    ...{ id, name: clean(name, 200), url: clean(url, 500) },
    ...{ bindDn: clean(bindDn, 1_000), baseDn: clean(baseDn, 1_000) },
    // PEM holds no character that could do harm; what is none is not passed on.
    caCertificates: /^[\x20-\x7e\r\n]*$/.test(caCertificates ?? "") ? (caCertificates ?? "") : "",
  }));
}

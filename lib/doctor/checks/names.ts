import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import { addressKind } from "./address-kind.ts";
import { type Check, doorOf, type Finding, openDoor, type Site } from "./site.ts";

/** What one name server said of a name. */
export interface Answer {
  resolver: string;
  family: 4 | 6;
  addresses: string[];
  /** c-ares' word for a refusal; null where it answered, if only with nothing. */
  problem: string | null;
}

export interface Resolved {
  /** Where to connect, IPv4 first. */
  addresses: string[];
  answers: Answer[];
  /** By this machine's own list and not by any name server. */
  byHostsFile: boolean;
}

const RESOLVERS_MAX = 3;

/** Asks every name server of this machine for both kinds of address, and then the system, which knows its hosts file as well. */
export async function resolveName(
  host: string,
  resolvers: readonly string[],
  timeoutMs: number,
): Promise<Resolved> {
  if (isIP(host)) return { addresses: [host], answers: [], byHostsFile: false };
  // RFC 6761, 6.3: no name server is asked for what is this machine by definition.
  if (host === "localhost")
    return { addresses: await bySystem(host, timeoutMs), answers: [], byHostsFile: false };
  const answers = await Promise.all(
    resolvers
      .slice(0, RESOLVERS_MAX)
      .flatMap((resolver) => ([4, 6] as const).map((family) => ask(host, resolver, family, timeoutMs))),
  );
  const found = [...new Set(answers.flatMap(({ addresses }) => addresses))].sort((a, b) => isIP(a) - isIP(b));
  if (found.length > 0) return { addresses: found, answers, byHostsFile: false };
  const known = await bySystem(host, timeoutMs);
  return { addresses: known, answers, byHostsFile: known.length > 0 };
}

async function ask(host: string, resolver: string, family: 4 | 6, timeoutMs: number): Promise<Answer> {
  const tries = 2;
  const client = new dns.Resolver({ timeout: Math.max(500, Math.floor(timeoutMs / 4)), tries });
  client.setServers([resolver]);
  const limit = setTimeout(() => client.cancel(), timeoutMs);
  try {
    const addresses = await (family === 4 ? client.resolve4(host) : client.resolve6(host));
    return { resolver, family, addresses, problem: null };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "EUNKNOWN";
    return { resolver, family, addresses: [], problem: code === "ENODATA" ? null : code };
  } finally {
    clearTimeout(limit);
  }
}

async function bySystem(host: string, timeoutMs: number): Promise<string[]> {
  // The system's own search cannot be called off; it ends by itself, and nobody waits for it.
  const late = new Promise<[]>((resolve) => void setTimeout(resolve, timeoutMs, []).unref());
  const found = dns.lookup(host, { all: true }).then(
    (list) => list.map(({ address }) => address),
    () => [],
  );
  return await Promise.race([found, late]);
}

export function nameCheck(site: Site, host: string, isPublic: boolean): Check {
  return {
    id: `name:${host}`,
    group: "names",
    title: host,
    steps: 2,
    run: async () => judgeName(site, host, isPublic, await site.resolve(host)),
  };
}

/** What the answers to a name mean. */
export function judgeName(
  site: Pick<Site, "plan">,
  host: string,
  isPublic: boolean,
  resolved: Resolved,
): Finding {
  const expected = isPublic ? "public addresses" : "addresses";
  const found = told(resolved);
  const problems = resolved.answers.map(({ problem }) => problem).filter((problem) => problem !== null);
  if (resolved.addresses.length === 0) return unresolved(site, host, { expected, found, resolved, problems });
  const kinds = resolved.addresses.map((address) => ({ address, ...addressKind(address) }));
  const sinkhole = kinds.find(
    ({ kind }) => kind === "sinkhole" || (isPublic && (kind === "nowhere" || kind === "loopback")),
  );
  if (sinkhole)
    return {
      ...{ outcome: "failed", code: "dns_sinkhole", expected, found },
      mend: `The name is answered with ${sinkhole.address} (${sinkhole.words}) in place of its own address: a filter blocks it. Have ${host} taken off the list.`,
      ask: "dns_team",
    };
  const inside = isPublic ? kinds.find(({ kind }) => kind === "private") : undefined;
  if (inside)
    return {
      ...{ outcome: "warning", code: "dns_private", expected, found },
      mend: `A name of the Internet leads to the private address ${inside.address}. If that is a proxy of the site, its certificate tells below; if not, the name is overridden.`,
      ask: "dns_team",
    };
  const outside =
    site.plan.deployment.mode === "air_gapped" ? kinds.find(({ kind }) => kind === "public") : undefined;
  if (outside)
    return {
      ...{ outcome: "warning", code: "dns_public", expected: "addresses inside the site", found },
      mend: `Nothing of an air-gapped site is on the Internet, and the name leads to the public address ${outside.address}: whoever follows it, a browser with a sign-in callback included, leaves the site. Have it answered with an address inside.`,
      ask: "dns_team",
    };
  if (resolved.byHostsFile && resolved.answers.length > 0)
    return {
      ...{ outcome: "warning", code: "dns_hosts_file", expected, found },
      mend: "Only this machine's own hosts file knows the name. Other machines, and people's browsers, do not.",
      ask: "dns_team",
    };
  if (problems.length > 0)
    return {
      ...{ outcome: "warning", code: "dns_uneven", expected: `${expected} from every name server`, found },
      mend: "Not every name server of this machine answers alike: programs wait for the one that does not.",
      ask: "dns_team",
    };
  return { outcome: "passed", code: "dns_resolves", expected, found };
}

function unresolved(
  site: Pick<Site, "plan">,
  host: string,
  {
    expected,
    found,
    resolved,
    problems,
  }: { expected: string; found: string; resolved: Resolved; problems: string[] },
): Finding {
  if (resolved.answers.length === 0)
    return {
      ...{ outcome: "failed", code: "dns_no_resolver", expected, found: "this machine has no name server" },
      mend: "Name a resolver on this machine (on Linux in /etc/resolv.conf).",
      ask: "machine_admin",
    };
  const silent = problems.filter((problem) => SILENT.has(problem));
  const [first] = resolved.answers;
  if (first && silent.length === resolved.answers.length) {
    const { host: server, port } = serverOf(first.resolver);
    const door = doorOf(site, {
      protocol: "udp",
      port,
      host: server,
      addresses: [server],
      purpose: "Resolve names (DNS)",
    });
    return {
      ...{ outcome: "failed", code: "dns_silent", expected, found },
      mend: openDoor(door),
      ask: "firewall_team",
      door,
    };
  }
  if (problems.some((problem) => problem === "ENOTFOUND"))
    return {
      ...{ outcome: "failed", code: "dns_nxdomain", expected, found },
      mend: `The name server knows no ${host}. Have it resolve the name, or forward it to one that can.`,
      ask: "dns_team",
    };
  if (problems.length === 0)
    return {
      ...{ outcome: "failed", code: "dns_empty", expected, found },
      mend: `The name ${host} exists, but has no address.`,
      ask: "dns_team",
    };
  return {
    ...{ outcome: "failed", code: "dns_servfail", expected, found },
    mend: "The name server could not find out: it usually cannot reach the servers it forwards to, or refuses this machine.",
    ask: "dns_team",
  };
}

const SILENT = new Set(["ETIMEOUT", "ECONNREFUSED", "ECANCELLED"]);

const WORDS: Record<string, string> = {
  ENOTFOUND: "no such name (NXDOMAIN)",
  ESERVFAIL: "could not find out (SERVFAIL)",
  EREFUSED: "refused to answer (REFUSED)",
  ETIMEOUT: "no answer in time",
  ECANCELLED: "no answer in time",
  ECONNREFUSED: "not reachable",
  EBADRESP: "an answer that makes no sense",
};

function told({ answers, addresses, byHostsFile }: Resolved): string {
  const said = answers.map(({ resolver, family, addresses: given, problem }) => {
    const kind = family === 4 ? "A" : "AAAA";
    const what = problem ? (WORDS[problem] ?? problem) : given.slice(0, 4).join(" ") || "none";
    return `${kind} ${what} (by ${resolver})`;
  });
  if (byHostsFile) said.push(`${addresses.slice(0, 4).join(" ")} (by this machine itself)`);
  return said.join("; ") || addresses.join(" ") || "nothing";
}

function serverOf(resolver: string): { host: string; port: number } {
  const ported = /^\[([^\]]+)\]:(\d+)$/.exec(resolver) ?? /^([\d.]+):(\d+)$/.exec(resolver);
  return { host: ported?.[1] ?? resolver, port: Number(ported?.[2] ?? 53) };
}

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Clock } from "#lib/shared/clock.ts";
import { clean } from "./bounds.ts";
import { compareClocks, httpPeer, ntpPeer, type Peer } from "./checks/clock.ts";
import { databaseChecks } from "./checks/database.ts";
import { identityProviderChecks } from "./checks/idp.ts";
import { inspectionCheck } from "./checks/inspection.ts";
import { ldapCheck } from "./checks/ldap.ts";
import { diskCheck, portCheck } from "./checks/machine.ts";
import { nameCheck, resolveName } from "./checks/names.ts";
import { goesDirect, type ProxySettings, proxyCheck, readProxy } from "./checks/proxy.ts";
import { reachCheck, type Seen } from "./checks/reach.ts";
import { redirectUriCheck } from "./checks/redirect-uri.ts";
import { type Check, resultOf, type Site } from "./checks/site.ts";
import type { DoctorPlan } from "./plan.ts";
import type { CheckResult, DoctorReport } from "./report.ts";

export const DOCTOR_VERSION = "1";

/** What the doctor is given to look with. */
export interface Instruments {
  now: Clock;
  timeoutMs: number;
  resolvers: readonly string[];
  proxy: ProxySettings;
  extraCertificates: readonly string[];
  secrets: Site["secrets"];
}

const AT_ONCE_MAX = 12;

/** Looks at everything the plan names, at most so much at once, and each question for no longer than its time. */
export async function runDoctor(plan: DoctorPlan, instruments: Instruments): Promise<DoctorReport> {
  const startedAt = instruments.now();
  const site = openSite(plan, instruments);
  const seen: Seen = new Map();
  const checks = await inTurn(
    [
      ...namesOf(site).map(([host, isPublic]) => nameCheck(site, host, isPublic)),
      ...plan.hosts.map((target) => reachCheck(site, target, seen)),
      ...plan.hosts.flatMap(({ host, port }) => {
        const proxy = site.proxyFor(host);
        return proxy ? [proxyCheck(site, proxy, host, port)] : [];
      }),
      ...plan.identityProviders.flatMap((provider) => identityProviderChecks(site, provider)),
      ...plan.ldapServers.map((server) => ldapCheck(site, server)),
      ...plan.redirectUris.map((uri) => redirectUriCheck(site, uri)),
      ...databaseChecks(site),
      ...plan.disk.map(diskCheck),
      ...plan.ports.map((port) => portCheck(site, port)),
    ],
    site,
  );
  const clocks = await clockResults(site);
  const inspection = plan.hosts.some(({ isPublic }) => isPublic)
    ? await inTurn([inspectionCheck(plan.hosts, seen)], site)
    : [];
  return {
    format: "sallyport-doctor-report/v1",
    id: randomUUID(),
    startedAt: startedAt.toISOString(),
    finishedAt: instruments.now().toISOString(),
    doctor: {
      version: DOCTOR_VERSION,
      node: process.version,
      platform: clean(`${process.platform} ${process.arch}`, 80),
    },
    machine: clean(hostname(), 260),
    deployment: plan.deployment,
    planMadeAt: plan.madeAt,
    notes: plan.notes,
    checks: once([...checks, ...inspection, ...clocks]),
  };
}

function openSite(plan: DoctorPlan, { proxy, ...instruments }: Instruments): Site {
  const asked = new Map<string, ReturnType<typeof resolveName>>();
  const chosen = proxy.proxy ?? (plan.proxy ? readProxy(plan.proxy) : null);
  return {
    plan,
    ...instruments,
    proxyFor: (host) => (chosen && !goesDirect(host, proxy.except) ? chosen : null),
    resolve(host) {
      const known = asked.get(host) ?? resolveName(host, instruments.resolvers, instruments.timeoutMs);
      asked.set(host, known);
      return known;
    },
  };
}

/** Every name of the plan, each once, and whether it is one of the Internet's. */
function namesOf({ plan, proxyFor }: Site): [string, boolean][] {
  const urls = [
    ...plan.identityProviders.flatMap(({ metadataUrl, issuer, endpoints }) => [
      metadataUrl,
      issuer,
      ...endpoints.map(({ url }) => url),
    ]),
    ...plan.redirectUris.map(({ uri }) => uri),
    ...plan.ldapServers.map(({ url }) => url),
  ];
  const inside = urls.flatMap((url) => {
    if (!url || url.includes("*") || !URL.canParse(url)) return [];
    const { hostname: host, protocol } = new URL(url);
    return /^(https?|ldaps?):$/.test(protocol) ? [host] : [];
  });
  const servers = plan.timeServers.map((server) => server.replace(/:\d+$/, ""));
  const named = [
    ...plan.hosts
      .filter(({ host }) => !proxyFor(host))
      .map(({ host, isPublic }) => [host, isPublic] as const),
    ...[...inside, ...servers].map((host) => [host, false] as const),
  ];
  const names = new Map<string, boolean>();
  // Where a proxy is used it is the proxy that resolves the name: that this machine cannot is as it should be.
  for (const [host, isPublic] of named) if (!isAddress(host)) names.set(host, names.get(host) || isPublic);
  return [...names];
}

/** What no name server is asked for. */
function isAddress(host: string): boolean {
  return host === "localhost" || /^[\d.]+$/.test(host) || host.includes(":");
}

async function clockResults(site: Site): Promise<CheckResult[]> {
  const origins = site.plan.hosts.filter(({ tls, carriedBy }) => tls && carriedBy === "application");
  const peers: Peer[] = [
    ...site.plan.timeServers.map((server) => ntpPeer(site, server)),
    ...origins.slice(0, 8).map(({ host, port }) => httpPeer(site, `https://${host}:${port}`)),
  ];
  return peers.length > 0 ? await compareClocks(peers) : [];
}

async function inTurn(checks: readonly Check[], site: Site): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const waiting = checks.entries();
  const work = async () => {
    for (const [index, check] of waiting) results[index] = await answer(check, site);
  };
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, work));
  return results;
}

/** Runs one check, and ends the wait for it when its time is over. */
async function answer(check: Check, site: Site): Promise<CheckResult> {
  const started = performance.now();
  const limitMs = site.timeoutMs * (check.steps ?? 1) + 1_000;
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    limit = setTimeout(resolve, limitMs, "late");
  });
  const finding = await Promise.race([
    check.run().catch((error: unknown) => unforeseen(error)),
    late,
  ]).finally(() => clearTimeout(limit));
  const tookMs = performance.now() - started;
  if (finding !== "late") return resultOf(check, finding, tookMs);
  const found = `not finished after ${Math.round(limitMs / 1_000)} s`;
  return resultOf(
    check,
    {
      outcome: "failed",
      code: "took_too_long",
      expected: "an answer in time",
      found,
      mend: "What was asked keeps the connection open and says nothing.",
      ask: "firewall_team",
    },
    tookMs,
  );
}

/** The doctor's own mistake is a line of the report, and takes no other line with it. The message may quote what was asked: not told. */
function unforeseen(error: unknown) {
  const kind = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : "unknown";
  return {
    outcome: "failed",
    code: "doctor_failed",
    expected: "an answer",
    found: `the doctor itself failed (${clean(String(kind), 60)})`,
    mend: "Send this report to the vendor.",
    ask: "vendor",
  } as const;
}

/** What a plan names twice is looked at twice, and told once. */
function once(results: readonly CheckResult[]): CheckResult[] {
  return [...new Map(results.map((result) => [result.id, result])).values()];
}

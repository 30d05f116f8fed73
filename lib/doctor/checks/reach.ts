import { isIP } from "node:net";
import type { PlanHost } from "../plan.ts";
import type { Ask } from "../report.ts";
import { judgeHandshake, shownChain } from "./certificate.ts";
import { type Attempt, dial } from "./connect.ts";
import { tunnel } from "./proxy.ts";
import { type Check, type Finding, type Site, shut } from "./site.ts";
import { type Handshake, shakeHands } from "./tls.ts";

/** What was seen of each host's certificates, for a look at all of them together. */
export type Seen = Map<string, Omit<Handshake, "socket">>;

/** TCP on every kind of address the host has, and TLS over it. */
export function reachCheck(site: Site, target: PlanHost, seen: Seen): Check {
  const { host, port } = target;
  return {
    id: `reach:${host}:${port}`,
    group: "reach",
    title: `${host}, port ${port}`,
    steps: 4,
    run: async () => {
      const finding = await (site.proxyFor(host)
        ? byProxy(site, target, seen)
        : directly(site, target, seen));
      return target.carriedBy === "user_browser" ? forBrowsers(finding) : finding;
    },
  };
}

/** What people's browsers open, this machine need not reach: that it does not is worth a look, and no failure. */
function forBrowsers(finding: Finding): Finding {
  if (finding.outcome !== "failed") return finding;
  const mend = `People's browsers open this, this machine does not have to: look from a browser at the site. ${finding.mend ?? ""}`;
  return { ...finding, outcome: "warning", mend };
}

async function directly(site: Site, target: PlanHost, seen: Seen): Promise<Finding> {
  const { host, port, purpose } = target;
  const expected = expectation(target);
  const { addresses } = await site.resolve(host);
  if (addresses.length === 0)
    return { outcome: "skipped", code: "reach_no_address", expected, found: "its name does not resolve" };
  const tried = [4, 6].flatMap((family) => addresses.find((address) => isIP(address) === family) ?? []);
  const attempts = await Promise.all(
    tried.map(async (address) => ({ address, attempt: await dial(address, port, site.timeoutMs) })),
  );
  const open = attempts.flatMap(({ address, attempt }) =>
    attempt.ok ? [{ address, socket: attempt.socket }] : [],
  );
  const shutOnes = attempts.filter(({ attempt }) => !attempt.ok);
  const found = shutOnes.map(({ address, attempt }) => `${address} ${wordsOf(attempt)}`).join("; ");
  const wanted = { protocol: "tcp", port, host, addresses: tried, purpose } as const;
  const [first, ...others] = open;
  for (const { socket } of others) socket.destroy();
  if (!first) {
    const codes = new Set(attempts.map(({ attempt }) => (attempt.ok ? "" : attempt.code)));
    return shut(site, wanted, {
      code: codes.has("ETIMEDOUT") ? "tcp_dropped" : "tcp_refused",
      expected,
      found,
    });
  }
  const judged = await overTls(site, target, first.socket, seen);
  if (judged.outcome === "failed" || shutOnes.length === 0) return judged;
  const missing = isIP(first.address) === 4 ? "IPv6" : "IPv4";
  return {
    ...shut(site, wanted, { code: "tcp_one_family", expected, found: `${found}; ${judged.found}` }),
    outcome: "warning",
    mend: `Over ${missing} it does not answer, over the other it does. Open both, or have the name resolve only to what is open: programs that try ${missing} first wait in vain.`,
  };
}

async function byProxy(site: Site, target: PlanHost, seen: Seen): Promise<Finding> {
  const proxy = site.proxyFor(target.host);
  if (!proxy) throw new Error("There is a proxy for this host.");
  const opened = await tunnel(site, proxy, target.host, target.port);
  if (opened.ok) return await overTls(site, target, opened.socket, seen);
  return {
    ...{ outcome: "skipped", code: "reach_no_proxy", expected: expectation(target) },
    found: `the proxy ${proxy.host}:${proxy.port} ${opened.words}`,
  };
}

async function overTls(
  site: Site,
  target: PlanHost,
  socket: Extract<Attempt, { ok: true }>["socket"],
  seen: Seen,
): Promise<Finding> {
  const { host, port, isPublic, tls, purpose } = target;
  const expected = expectation(target);
  if (!tls) {
    socket.destroy();
    return { outcome: "passed", code: "tcp_open", expected, found: "open" };
  }
  const shake = await shakeHands(socket, host, { timeoutMs: site.timeoutMs, ca: site.extraCertificates });
  if (!shake.ok)
    return shut(
      site,
      { protocol: "tcp", port, host, purpose },
      { code: "tls_fails", expected, found: shake.words },
    );
  const { socket: spoken, ...handshake } = shake.handshake;
  spoken.destroy();
  seen.set(host, handshake);
  const owner: Ask = isPublic ? "vendor" : "application_owner";
  const judged = judgeHandshake(handshake, { host, expectPublic: isPublic, owner, now: site.now() });
  if (judged) return { ...judged, expected };
  return {
    outcome: "passed",
    code: "tls_good",
    expected,
    found: shownChain(handshake.protocol, handshake.chain),
  };
}

function expectation({ tls, isPublic, port }: PlanHost): string {
  if (!tls) return `TCP ${port} open`;
  return `TCP ${port} open, TLS 1.2 or 1.3 with a certificate ${isPublic ? "of a public authority" : "this machine trusts"}`;
}

function wordsOf(attempt: Attempt): string {
  return attempt.ok ? "open" : attempt.words;
}

import { DAY_MS } from "#lib/shared/clock.ts";
import type { Ask, Outcome } from "../report.ts";
import type { Handshake, Link } from "./tls.ts";

export type Judged = { outcome: Outcome; code: string; found: string; mend: string; ask: Ask } | null;

/** Products that open TLS on the way, by what they write into the certificates they make. */
const INSPECTORS: readonly [string, RegExp][] = [
  ["Zscaler", /zscaler/i],
  ["Netskope", /netskope|goskope/i],
  ["Palo Alto Networks", /palo ?alto|pan-os|panw|prisma access/i],
  ["Fortinet", /forti(net|gate|proxy|manager|web)/i],
  ["Symantec / Blue Coat", /blue ?coat|symantec web|proxysg|edge swg/i],
  ["Cisco Umbrella", /umbrella|cisco secure (web|access)|ironport/i],
  ["Forcepoint", /forcepoint|websense/i],
  ["Trellix / Skyhigh", /mcafee web|skyhigh|trellix/i],
  ["Check Point", /check ?point/i],
  ["Sophos", /sophos/i],
  ["Barracuda", /barracuda/i],
  ["WatchGuard", /watchguard/i],
  ["SonicWall", /sonicwall/i],
  ["Cloudflare Gateway", /gateway ca - cloudflare|cloudflare for teams/i],
  ["Cato Networks", /cato networks/i],
  ["Menlo Security", /menlo security/i],
  ["iboss", /\biboss\b/i],
  ["F5", /f5 ssl orchestrator/i],
  ["ESET", /eset ssl filter/i],
  ["Kaspersky", /kaspersky/i],
  ["Bitdefender", /bitdefender/i],
  ["Avast", /avast|avg web/i],
  ["Squid", /\bsquid\b/i],
  ["mitmproxy", /mitmproxy/i],
  ["Burp Suite", /portswigger/i],
  ["Charles", /charles proxy/i],
  ["Fiddler", /do_not_trust_fiddler|fiddler/i],
];

/** Whose product opened the connection on the way, by the names in its certificates; null where no name is known. */
export function inspectorOf(chain: readonly Link[]): string | null {
  const names = chain.flatMap(({ subject, issuer }, index) => (index === 0 ? [issuer] : [subject, issuer]));
  return INSPECTORS.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0] ?? null;
}

const EXPIRY_NOTICE_MS = 21 * DAY_MS;

/** What is wrong with what a server showed; null where nothing is. `owner` is whom to ask about a certificate that is its own. */
export function judgeHandshake(
  { protocol, problem, chain, isPublic }: Omit<Handshake, "socket">,
  { host, expectPublic, owner, now }: { host: string; expectPublic: boolean; owner: Ask; now: Date },
): Judged {
  const [leaf] = chain;
  if (!leaf)
    return {
      outcome: "failed",
      code: "tls_no_certificate",
      found: "no certificate",
      mend: "What answers there is no ordinary server.",
      ask: owner,
    };
  const shown = shownChain(protocol, chain);
  const inspector = inspectorOf(chain);
  if (inspector || (expectPublic && !isPublic && UNTRUSTED.has(problem ?? "UNTRUSTED")))
    return inspected(host, shown, chain, { inspector, trusted: problem === null });
  if (leaf.notAfter <= now)
    return {
      ...{ outcome: "failed", code: "tls_expired", found: `expired ${day(leaf.notAfter)}; ${shown}` },
      mend: "The server needs a new certificate. If it is fresh elsewhere, this machine's clock is ahead.",
      ask: owner,
    };
  if (leaf.notBefore > now)
    return {
      ...{
        outcome: "failed",
        code: "tls_not_yet",
        found: `valid only from ${day(leaf.notBefore)}; ${shown}`,
      },
      mend: "The certificate begins later than this machine's clock says: compare the clock first.",
      ask: "machine_admin",
    };
  if (problem === "ERR_TLS_CERT_ALTNAME_INVALID")
    return {
      ...{ outcome: "failed", code: "tls_wrong_name", found: `a certificate of ${leaf.subject}; ${shown}` },
      mend: `What answers has a certificate for another name than ${host}: the name leads to the wrong machine, or something answers in its place.`,
      ask: expectPublic ? "firewall_team" : owner,
    };
  if (problem) return untrusted(problem, shown, leaf, owner);
  if (/^(TLSv1|TLSv1\.1|SSLv3)$/.test(protocol))
    return {
      ...{ outcome: "failed", code: "tls_old", found: shown },
      mend: "TLS older than 1.2 is refused by the programs: have the server, or what stands before it, speak TLS 1.2 or 1.3.",
      ask: owner,
    };
  if (leaf.notAfter.getTime() - now.getTime() < EXPIRY_NOTICE_MS)
    return {
      ...{ outcome: "warning", code: "tls_expires_soon", found: `expires ${day(leaf.notAfter)}; ${shown}` },
      mend: "The certificate has to be replaced before that day.",
      ask: owner,
    };
  return null;
}

const UNTRUSTED = new Set([
  "UNTRUSTED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function inspected(
  host: string,
  shown: string,
  chain: readonly Link[],
  { inspector, trusted }: { inspector: string | null; trusted: boolean },
): Judged {
  const authority = chain.at(-1)?.issuer ?? "";
  const whose = inspector
    ? `${inspector} opens TLS on the way`
    : `somebody opens TLS on the way, with an authority called ${authority}`;
  return {
    outcome: trusted ? "warning" : "failed",
    code: trusted ? "tls_inspected_trusted" : "tls_inspected",
    found: `issued by ${authority}; ${shown}`,
    mend: trusted
      ? `${whose}, and this machine was taught to trust it. Programs that bring their own list of authorities will not: have ${host} exempted.`
      : `${whose}: what it shows is trusted by no program here. Have ${host} exempted from inspection, or give its authority to the programs in NODE_EXTRA_CA_CERTS.`,
    ask: "firewall_team",
  };
}

function untrusted(problem: string, shown: string, leaf: Link, owner: Ask): Judged {
  const selfSigned = problem === "DEPTH_ZERO_SELF_SIGNED_CERT";
  const incomplete = problem === "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
  return {
    outcome: "failed",
    code: selfSigned ? "tls_self_signed" : incomplete ? "tls_incomplete" : "tls_untrusted",
    found: `${selfSigned ? "signed by itself" : `issued by ${leaf.issuer}, which this machine does not trust`}; ${shown}`,
    mend: incomplete
      ? "Either the server leaves out the certificates between its own and the root, or their authority is one of the site's: have it send them, or give the authority to the programs in NODE_EXTRA_CA_CERTS."
      : "Give the authority's certificate to the programs of this site in NODE_EXTRA_CA_CERTS, or have the server use a certificate of an authority they know.",
    ask: owner,
  };
}

/** The certificate in a few words. */
export function shownChain(protocol: string, chain: readonly Link[]): string {
  const [leaf] = chain;
  return leaf ? `${protocol}, ${leaf.subject}, by ${leaf.issuer}, until ${day(leaf.notAfter)}` : protocol;
}

export function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an unknown day" : date.toISOString().slice(0, 10);
}

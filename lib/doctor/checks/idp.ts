import { clean } from "../bounds.ts";
import type { PlanIdentityProvider } from "../plan.ts";
import { day, judgeHandshake } from "./certificate.ts";
import { type Fetched, type Fetching, fetchUrl } from "./http.ts";
import { judgeExpiry, PLAIN, readDiscovery, readMetadata } from "./idp-documents.ts";
import { type Check, type Finding, type Site, shut } from "./site.ts";

/** Everything that can be looked at of one identity provider from here. */
export function identityProviderChecks(site: Site, provider: PlanIdentityProvider): Check[] {
  const about = { group: "identity_providers", steps: 4 } as const;
  const document = documentUrl(provider);
  const checks: Check[] = [];
  if (document)
    checks.push({
      ...{ ...about, id: `idp:${provider.id}:document` },
      title: `${provider.name}: ${provider.kind === "saml" ? "metadata" : "discovery document"}`,
      run: () => readDocument(site, provider, document),
    });
  for (const { label, url } of provider.endpoints)
    checks.push({
      ...{ ...about, id: `idp:${provider.id}:${label}`, title: `${provider.name}: ${label}` },
      run: () => lookAtEndpoint(site, url),
    });
  for (const [index, { subject, notAfter }] of provider.certificates.entries())
    checks.push({
      ...{ ...about, id: `idp:${provider.id}:certificate:${index}` },
      title: `${provider.name}: signing certificate ${subject}`,
      run: async () =>
        judgeExpiry(notAfter ? [new Date(notAfter)] : [], site.now()) ?? certificateGood(notAfter),
    });
  return checks;
}

function documentUrl({ kind, metadataUrl, issuer }: PlanIdentityProvider): URL | null {
  if (metadataUrl && URL.canParse(metadataUrl)) return new URL(metadataUrl);
  if (kind !== "oidc" || !issuer || !URL.canParse(issuer)) return null;
  return new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
}

async function readDocument(site: Site, provider: PlanIdentityProvider, url: URL): Promise<Finding> {
  const expected =
    provider.kind === "saml" ? "metadata of an identity provider" : "the discovery document of its issuer";
  const fetching = await fetchUrl(site, url);
  const unreached = notFetched(
    site,
    url,
    fetching,
    expected,
    "Read what the identity provider says of itself",
  );
  if (unreached || !fetching.ok)
    return unreached ?? { outcome: "failed", code: "idp_unreached", expected, found: "no answer" };
  const { fetched } = fetching;
  const judged = trustOf(site, url, fetched);
  if (judged) return { ...judged, expected };
  if (fetched.status !== 200) return refused(fetched, expected);
  const read =
    provider.kind === "saml"
      ? readMetadata(fetched.body, site.now())
      : readDiscovery(fetched.body, provider.issuer);
  if (read.outcome !== "passed" || url.protocol === "https:") return { expected, ...read };
  return { ...{ outcome: "warning", code: "idp_plain_http", expected, found: read.found }, ...PLAIN };
}

/** A page that people's browsers open: from here it only shows whether the name and the way are right. */
async function lookAtEndpoint(site: Site, text: string): Promise<Finding> {
  const expected = "answers, over https with a certificate that is trusted";
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    return {
      outcome: "failed",
      code: "idp_no_url",
      expected,
      found: clean(text, 200),
      mend: "This is no address of a web page.",
      ask: "idp_owner",
    };
  const url = new URL(text);
  const fetching = await fetchUrl(site, url);
  const unreached = notFetched(site, url, fetching, expected, "Open the identity provider's pages");
  if (unreached || !fetching.ok)
    return {
      ...(unreached ?? { code: "idp_unreached", expected, found: "no answer" }),
      outcome: "warning",
      mend: "People's browsers open this page, this machine does not have to. If browsers at the site cannot either, the door is shut for them.",
    };
  const judged = trustOf(site, url, fetching.fetched);
  if (judged) return { ...judged, expected };
  const found = `answers ${fetching.fetched.status}`;
  if (url.protocol === "http:")
    return { ...{ outcome: "warning", code: "idp_plain_http", expected, found }, ...PLAIN };
  if (fetching.fetched.status >= 500) return refused(fetching.fetched, expected);
  return { outcome: "passed", code: "idp_answers", expected, found };
}

function notFetched(
  site: Site,
  url: URL,
  fetching: Fetching,
  expected: string,
  purpose: string,
): Finding | null {
  if (fetching.ok) return null;
  const { step, words, addresses } = fetching;
  if (step === "name")
    return {
      outcome: "failed",
      code: "idp_no_address",
      expected,
      found: words,
      mend: `Have the name ${url.hostname} resolve on this machine.`,
      ask: "dns_team",
    };
  if (step === "proxy")
    return {
      outcome: "failed",
      code: "idp_proxy",
      expected,
      found: words,
      mend: `Have the proxy let this machine through to ${url.host}, or name it in NO_PROXY.`,
      ask: "proxy_team",
    };
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const wanted = { protocol: "tcp", port, host: url.hostname, addresses, purpose } as const;
  return shut(site, wanted, { code: "idp_unreached", expected, found: words });
}

function trustOf(site: Site, url: URL, { handshake }: Fetched) {
  if (!handshake) return null;
  return judgeHandshake(handshake, {
    host: url.hostname,
    expectPublic: false,
    owner: "idp_owner",
    now: site.now(),
  });
}

function refused({ status, headers }: Fetched, expected: string): Finding {
  const to = headers.get("location");
  return {
    ...{ outcome: "failed", code: "idp_refuses", expected },
    found: `answers ${status}${to ? `, leading to ${clean(to, 200)}` : ""}`,
    mend:
      status >= 500
        ? "The identity provider itself does not work at the moment."
        : "At this address there is no such document: ask for the present one.",
    ask: "idp_owner",
  };
}

function certificateGood(notAfter: string | null): Finding {
  const found = notAfter ? `until ${day(new Date(notAfter))}` : "its end is not known";
  return {
    outcome: "passed",
    code: "idp_certificate",
    expected: "a certificate that has not expired",
    found,
  };
}

import { clean } from "../bounds.ts";
import type { PlanRedirectUri } from "../plan.ts";
import { judgeHandshake } from "./certificate.ts";
import { fetchUrl } from "./http.ts";
import { type Check, type Finding, type Site, shut } from "./site.ts";

/** Whether the application's own address resolves and answers here, inside the network: where its people will be sent back to. */
export function redirectUriCheck(site: Site, { id, uri, environment }: PlanRedirectUri): Check {
  return {
    id: `redirect_uri:${id}`,
    group: "redirect_uris",
    title: environment ? `${uri} (${environment})` : uri,
    redirectUriId: id,
    steps: 4,
    run: () => prove(site, uri),
  };
}

const EXPECTED = "resolves, and the application answers there";

async function prove(site: Site, uri: string): Promise<Finding> {
  const about = { expected: EXPECTED };
  if (uri.includes("*"))
    return {
      outcome: "skipped",
      code: "uri_wildcard",
      ...about,
      found: "stands for many addresses: each has to be looked at by itself",
    };
  if (!URL.canParse(uri))
    return {
      outcome: "failed",
      code: "uri_wrong",
      ...about,
      found: "this is no URL",
      mend: "Correct the redirect URI.",
      ask: "vendor",
    };
  const url = new URL(uri);
  if (!/^https?:$/.test(url.protocol))
    return {
      outcome: "skipped",
      code: "uri_application",
      ...about,
      found: `opens a program on people's own machines (${clean(url.protocol, 40)})`,
    };
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host) && !site.plan.hosts.some((one) => one.host === host))
    return {
      outcome: "skipped",
      code: "uri_local",
      ...about,
      found: "leads to the machine of whoever opens it, not to the site",
    };
  const fetching = await fetchUrl(site, url);
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (!fetching.ok) return unanswered(site, url, { host, port }, fetching);
  const { status, handshake } = fetching.fetched;
  const judged =
    handshake &&
    judgeHandshake(handshake, { host, expectPublic: false, owner: "application_owner", now: site.now() });
  if (judged?.outcome === "failed") return { ...judged, ...about };
  const found = `answers ${status}`;
  if (status >= 500)
    return {
      outcome: "failed",
      code: "uri_error",
      ...about,
      found,
      mend: "The application, or what stands before it, does not work at the moment.",
      ask: "application_owner",
    };
  if (status === 404 || status === 410)
    return {
      outcome: "warning",
      code: "uri_no_page",
      ...about,
      found,
      mend: "The machine answers, but has no such page: the path may be misspelt, or the application an old one.",
      ask: "application_owner",
    };
  if (url.protocol === "http:")
    return {
      outcome: "warning",
      code: "uri_plain_http",
      ...about,
      found,
      mend: "Over http the sign-in's code passes in the clear: have the application use https.",
      ask: "application_owner",
    };
  if (judged) return { ...judged, ...about, found: `${found}; ${judged.found}` };
  return { outcome: "passed", code: "uri_answers", ...about, found };
}

function unanswered(
  site: Site,
  url: URL,
  { host, port }: { host: string; port: number },
  { step, words, addresses }: { step: string; words: string; addresses: string[] },
): Finding {
  if (step === "name")
    return {
      outcome: "failed",
      code: "uri_no_address",
      expected: EXPECTED,
      found: words,
      mend: `Have the name ${host} resolve inside the network: people's browsers are sent there.`,
      ask: "dns_team",
    };
  if (step === "proxy")
    return {
      outcome: "failed",
      code: "uri_proxy",
      expected: EXPECTED,
      found: words,
      mend: `The application is inside: name ${host} in NO_PROXY.`,
      ask: "proxy_team",
    };
  const wanted = {
    protocol: "tcp",
    port,
    host,
    addresses,
    purpose: "Return from sign-in to the application",
  } as const;
  return shut(site, wanted, { code: "uri_unreached", expected: EXPECTED, found: `${url.host}: ${words}` });
}

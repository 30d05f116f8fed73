import { X509Certificate } from "node:crypto";
import { DAY_MS } from "#lib/shared/clock.ts";
import { clean } from "../bounds.ts";
import { day } from "./certificate.ts";
import type { Finding } from "./site.ts";

/** What is wrong with an address that is not encrypted. */
export const PLAIN = {
  mend: "Over http anybody on the way can read and change it: have the identity provider use https.",
  ask: "idp_owner",
} as const;

type Read = Omit<Finding, "expected">;

/** As much of the metadata as can be told without an XML parser: this program brings none. Nothing is trusted by it. */
export function readMetadata(xml: string, now: Date): Read {
  const wrong = (code: string, found: string, mend: string): Read => ({
    outcome: "failed",
    code,
    found,
    mend,
    ask: "idp_owner",
  });
  if (/^\s*(<!doctype html|<html)/i.test(xml))
    return wrong(
      "idp_html",
      "a web page",
      "A web page came in place of the metadata: often a sign-in page or a proxy's notice.",
    );
  const entityId = /<(?:\w+:)?EntityDescriptor\b[^>]*\bentityID\s*=\s*["']([^"']+)["']/.exec(xml)?.[1];
  if (!entityId)
    return wrong(
      "idp_no_metadata",
      "no SAML metadata",
      "What came is no SAML metadata: ask for its present address.",
    );
  if (!/<(?:\w+:)?IDPSSODescriptor\b/.test(xml))
    return wrong(
      "idp_not_an_idp",
      `metadata of ${clean(entityId, 200)}, which is no identity provider`,
      "This is the metadata of an application. The identity provider's own is needed.",
    );
  const certificates = [...xml.matchAll(/<(?:\w+:)?X509Certificate\b[^>]*>([^<]+)</g)]
    .slice(0, 20)
    .flatMap(([, text = ""]) => expiryOf(text));
  const about = `${clean(entityId, 200)}, ${certificates.length} certificate${certificates.length === 1 ? "" : "s"}`;
  if (certificates.length === 0)
    return wrong("idp_no_certificate", about, "Without a certificate no answer of it can be checked.");
  const late = judgeExpiry(certificates, now);
  if (late) return { ...late, found: `${about}; ${late.found}` };
  return { outcome: "passed", code: "idp_metadata", found: `${about}, until ${day(latest(certificates))}` };
}

/** The document by which an OIDC issuer says where everything is. */
export function readDiscovery(body: string, issuer: string | null): Read {
  const wrong = (code: string, found: string, mend: string): Read => ({
    outcome: "failed",
    code,
    found,
    mend,
    ask: "idp_owner",
  });
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return wrong(
      "idp_no_discovery",
      "no JSON",
      "What came is no discovery document: often a sign-in page or a proxy's notice.",
    );
  }
  const said = (name: string): string => {
    const value =
      typeof document === "object" && document !== null
        ? (document as Record<string, unknown>)[name]
        : undefined;
    return typeof value === "string" ? value : "";
  };
  if (issuer && said("issuer") !== issuer)
    return wrong(
      "idp_other_issuer",
      `of the issuer ${clean(said("issuer"), 200) || "nobody"}`,
      `The document is to say ${issuer}, letter for letter. Correct the issuer of the connection.`,
    );
  const needed = ["authorization_endpoint", "token_endpoint", "jwks_uri"];
  const missing = needed.filter((name) => !URL.canParse(said(name)));
  if (missing.length > 0)
    return wrong(
      "idp_incomplete",
      `without ${missing.join(", ")}`,
      "The document leaves out what signing in needs.",
    );
  const plain = needed.filter((name) => said(name).startsWith("http:"));
  if (plain.length > 0)
    return { outcome: "warning", code: "idp_plain_http", found: `${plain.join(", ")} over http`, ...PLAIN };
  return { outcome: "passed", code: "idp_discovery", found: clean(said("issuer"), 300) };
}

function expiryOf(base64: string): Date[] {
  try {
    return [new Date(new X509Certificate(Buffer.from(base64, "base64")).validTo)];
  } catch {
    return [];
  }
}

const NOTICE_MS = 30 * DAY_MS;

/** Null where at least one goes on for a while: a provider shows the next beside the present one. */
export function judgeExpiry(notAfter: readonly Date[], now: Date): Finding | null {
  if (notAfter.length === 0) return null;
  const last = latest(notAfter);
  const expected = "a certificate that has not expired";
  const left = last.getTime() - now.getTime();
  if (left > NOTICE_MS) return null;
  const mend =
    "Sign-ins fail from that day on: have the identity provider's new certificate brought to the connection.";
  if (left > 0)
    return {
      outcome: "warning",
      code: "idp_certificate_soon",
      expected,
      found: `expires ${day(last)}`,
      mend,
      ask: "idp_owner",
    };
  return {
    outcome: "failed",
    code: "idp_certificate_expired",
    expected,
    found: `expired ${day(last)}`,
    mend,
    ask: "idp_owner",
  };
}

function latest(dates: readonly Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())));
}

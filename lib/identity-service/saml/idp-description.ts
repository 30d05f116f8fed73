import { addressFindings } from "../inspection/addresses.ts";
import { type Finding, finding } from "../inspection/finding.ts";
import { InspectionProblem } from "../inspection/problem.ts";
import { attributeOf, childrenOf, type Element, textOf } from "./canonical.ts";
import { describeCertificate, readCertificate, weaknessOf } from "./certificates.ts";
import { ASSERTION, DSIG, METADATA, POST_BINDING, REDIRECT_BINDING } from "./names.ts";
import {
  type Binding,
  type Endpoint,
  type IdpCertificate,
  type IdpDescription,
  SamlInputError,
} from "./types.ts";

const SOON_MS = 30 * 86_400_000;
const UI = "urn:oasis:names:tc:SAML:metadata:ui";

/** What one IDPSSODescriptor says (SAML metadata 2.4.3). */
export function describeIdp(
  entity: Element,
  role: Element,
  validUntil: Date | null,
  now: Date,
): IdpDescription {
  const entityId = attributeOf(entity, "entityID") ?? "";
  if (entityId === "") throw new InspectionProblem(finding("no_entity_id"));
  const { certificates, unreadable } = certificatesOf(role);
  const described = {
    entityId,
    displayName: displayNameOf(entity, role),
    singleSignOn: endpointsOf(role, "SingleSignOnService"),
    singleLogout: endpointsOf(role, "SingleLogoutService"),
    certificates,
    nameIdFormats: childrenOf(role, METADATA, "NameIDFormat").map(textOf),
    algorithms: [...new Set(algorithmsIn(entity))],
    attributes: childrenOf(role, ASSERTION, "Attribute").flatMap((each) => attributeOf(each, "Name") ?? []),
    wantsSignedRequests: /^(true|1)$/.test(attributeOf(role, "WantAuthnRequestsSigned") ?? ""),
    validUntil,
  };
  return { ...described, findings: [...unreadable, ...findingsOf(described, now)] };
}

function endpointsOf(role: Element, name: string): Endpoint[] {
  return childrenOf(role, METADATA, name).map((service) => {
    const bindingUri = attributeOf(service, "Binding") ?? "";
    return {
      binding: BINDINGS.get(bindingUri) ?? "other",
      bindingUri,
      location: attributeOf(service, "Location") ?? "",
      responseLocation: attributeOf(service, "ResponseLocation"),
    };
  });
}

const BINDINGS: ReadonlyMap<string, Binding> = new Map([
  [REDIRECT_BINDING, "redirect"],
  [POST_BINDING, "post"],
  ["urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact", "artifact"],
  ["urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "soap"],
]);

function certificatesOf(role: Element): { certificates: IdpCertificate[]; unreadable: Finding[] } {
  const certificates: IdpCertificate[] = [];
  const unreadable: Finding[] = [];
  for (const descriptor of childrenOf(role, METADATA, "KeyDescriptor")) {
    const use = attributeOf(descriptor, "use");
    const data = childrenOf(descriptor, DSIG, "KeyInfo").flatMap((info) =>
      childrenOf(info, DSIG, "X509Data"),
    );
    for (const element of data.flatMap((each) => childrenOf(each, DSIG, "X509Certificate"))) {
      try {
        const described = describeCertificate(textOf(element));
        certificates.push({ ...described, use: use === "signing" || use === "encryption" ? use : "both" });
      } catch (error) {
        if (!(error instanceof SamlInputError)) throw error;
        unreadable.push(finding("unreadable_certificate", { use: use ?? "signing and encryption" }));
      }
    }
  }
  return { certificates, unreadable };
}

function findingsOf(idp: Omit<IdpDescription, "findings">, now: Date): Finding[] {
  const usable = idp.singleSignOn.filter(({ binding }) => binding === "redirect" || binding === "post");
  const signing = idp.certificates.filter(({ use }) => use !== "encryption");
  return [
    ...(usable.length === 0 ? [whyNoSignOn(idp.singleSignOn)] : []),
    ...(signing.length === 0 ? [finding("no_signing_certificate")] : []),
    ...(signing.length > 0 && signing.every(weaknessIn) ? [finding("no_strong_certificate")] : []),
    ...(idp.validUntil && idp.validUntil <= now
      ? [finding("metadata_expired", { date: day(idp.validUntil) })]
      : []),
    ...addressFindings([...usable, ...idp.singleLogout].map(({ location }) => location)),
    ...idp.certificates.flatMap((certificate) => certificateFindings(certificate, now)),
    ...(idp.algorithms.some((uri) => /sha1$/i.test(uri) && uri.includes("xmldsig"))
      ? [finding("signed_with_sha1")]
      : []),
    ...(idp.wantsSignedRequests ? [finding("wants_signed_requests")] : []),
  ];
}

function whyNoSignOn(endpoints: readonly Endpoint[]): Finding {
  if (endpoints.length === 0) return finding("no_sign_on_endpoint");
  const bindings = endpoints.map(({ bindingUri }) => bindingUri.split(":").at(-1) ?? bindingUri).join(", ");
  return finding("unsupported_binding", { bindings });
}

function certificateFindings(certificate: IdpCertificate, now: Date): Finding[] {
  const { notAfter, notBefore, subject } = certificate;
  const about = { use: certificate.use === "both" ? "" : `${certificate.use} `, subject };
  const reason = weaknessIn(certificate);
  const soon = notAfter.getTime() - now.getTime() < SOON_MS;
  return [
    ...(notAfter <= now ? [finding("certificate_expired", { ...about, date: day(notAfter) })] : []),
    ...(notAfter > now && soon
      ? [finding("certificate_expires_soon", { ...about, date: day(notAfter) })]
      : []),
    ...(notBefore > now ? [finding("certificate_not_yet_valid", { ...about, date: day(notBefore) })] : []),
    ...(reason ? [finding("certificate_weak", { ...about, reason, key: certificate.key })] : []),
    ...(/sha1/i.test(certificate.signatureAlgorithm ?? "") ? [finding("certificate_sha1", about)] : []),
  ];
}

function weaknessIn({ pem }: IdpCertificate): string | null {
  return weaknessOf(readCertificate(pem).publicKey);
}

function displayNameOf(entity: Element, role: Element): string | null {
  const info = childrenOf(role, METADATA, "Extensions").flatMap((each) => childrenOf(each, UI, "UIInfo"));
  const organization = childrenOf(entity, METADATA, "Organization");
  const names = [
    ...info.flatMap((each) => childrenOf(each, UI, "DisplayName")),
    ...organization.flatMap((each) => childrenOf(each, METADATA, "OrganizationDisplayName")),
  ];
  const english = names.find((name) => attributeOf(name, "xml:lang")?.startsWith("en"));
  const chosen = english ?? names[0];
  return chosen ? textOf(chosen) || null : null;
}

function algorithmsIn(element: Element): string[] {
  const own = attributeOf(element, "Algorithm");
  return [...(own ? [own] : []), ...element.children.flatMap(algorithmsIn)];
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

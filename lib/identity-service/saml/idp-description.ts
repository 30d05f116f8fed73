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
  if (entityId === "") throw new SamlInputError("This metadata names no entity ID.");
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
  return { ...described, warnings: [...unreadable, ...warningsOf(described, now)] };
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

function certificatesOf(role: Element): { certificates: IdpCertificate[]; unreadable: string[] } {
  const certificates: IdpCertificate[] = [];
  const unreadable: string[] = [];
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
        unreadable.push(
          `A certificate for ${use ?? "signing and encryption"} cannot be read, and was left out.`,
        );
      }
    }
  }
  return { certificates, unreadable };
}

function warningsOf(idp: Omit<IdpDescription, "warnings">, now: Date): string[] {
  const usable = idp.singleSignOn.filter(({ binding }) => binding === "redirect" || binding === "post");
  const signing = idp.certificates.filter(({ use }) => use !== "encryption");
  return [
    ...(usable.length === 0 ? ["There is no sign-in address for the redirect or the POST binding."] : []),
    ...(signing.length === 0
      ? ["There is no signing certificate, so nothing it sends could be trusted."]
      : []),
    ...(idp.validUntil && idp.validUntil <= now
      ? [`This metadata was valid until ${day(idp.validUntil)} only. Ask for a new copy.`]
      : []),
    ...[...usable, ...idp.singleLogout].flatMap(addressWarning),
    ...idp.certificates.flatMap((certificate) => certificateWarnings(certificate, now)),
    ...(idp.algorithms.some((uri) => /sha1$/i.test(uri) && uri.includes("xmldsig"))
      ? [
          "The document is signed with SHA-1. If responses are too, they will be refused unless SHA-1 is allowed.",
        ]
      : []),
    ...(idp.wantsSignedRequests ? ["The identity provider wants signed requests: switch signing on."] : []),
  ];
}

function addressWarning({ location }: Endpoint): string[] {
  if (!URL.canParse(location)) return [`"${location}" is not a web address.`];
  const { protocol } = new URL(location);
  if (protocol === "https:") return [];
  return protocol === "http:"
    ? [`${location} is not encrypted (http).`]
    : [`${location} is not a web address.`];
}

function certificateWarnings(certificate: IdpCertificate, now: Date): string[] {
  const name = `The ${certificate.use === "both" ? "" : `${certificate.use} `}certificate "${certificate.subject}"`;
  const weakness = weaknessOf(readCertificate(certificate.pem).publicKey);
  const warnings: string[] = [];
  if (certificate.notAfter <= now) warnings.push(`${name} expired on ${day(certificate.notAfter)}.`);
  else if (certificate.notAfter.getTime() - now.getTime() < SOON_MS) {
    warnings.push(`${name} expires on ${day(certificate.notAfter)}.`);
  }
  if (certificate.notBefore > now)
    warnings.push(`${name} is not valid before ${day(certificate.notBefore)}.`);
  if (weakness) warnings.push(`${name} is too weak and will not be trusted: ${weakness}.`);
  if (/sha1/i.test(certificate.signatureAlgorithm ?? ""))
    warnings.push(`${name} is itself signed with SHA-1.`);
  return warnings;
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

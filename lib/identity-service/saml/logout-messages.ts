import { carry } from "./bindings.ts";
import { ASSERTION, PROTOCOL, STATUS_SUCCESS } from "./names.ts";
import type { CarriedMessage, NameId, SigningPair } from "./types.ts";
import { element, text } from "./xml-text.ts";

interface LogoutMessage {
  /** An XML name, unguessable; kept to compare with InResponseTo. */
  readonly id: string;
  readonly now: Date;
  readonly binding: "redirect" | "post";
  /** The identity provider's single logout address. */
  readonly destination: string;
  readonly spEntityId: string;
  readonly relayState: string | null;
  /** Always: whoever could send these unsigned could sign anybody out (SAML profiles 4.4.3.1). */
  readonly signing: SigningPair;
}

export interface LogoutRequestInput extends LogoutMessage {
  readonly nameId: NameId;
  readonly sessionIndex: string | null;
  /** The provider need not act on it after that. */
  readonly notOnOrAfter: Date;
}

/** Tells an identity provider that somebody signs out (SAML core 3.7.1). */
export function buildLogoutRequest(input: LogoutRequestInput): CarriedMessage {
  const { value, format, nameQualifier, spNameQualifier } = input.nameId;
  // As the provider wrote it, with its qualifiers: it compares them all (SAML core 3.3.4).
  const nameId = element(
    "saml:NameID",
    { ...SAML, Format: format, NameQualifier: nameQualifier, SPNameQualifier: spNameQualifier },
    text(value),
  );
  const index =
    input.sessionIndex === null ? "" : element("samlp:SessionIndex", {}, text(input.sessionIndex));
  return build("LogoutRequest", input, { NotOnOrAfter: input.notOnOrAfter.toISOString() }, nameId + index);
}

export interface LogoutResponseInput extends LogoutMessage {
  readonly inResponseTo: string;
}

/** Tells an identity provider that what it asked for is done (SAML core 3.7.2). */
export function buildLogoutResponse(input: LogoutResponseInput): CarriedMessage {
  const code = element("samlp:StatusCode", { Value: STATUS_SUCCESS });
  const status = element("samlp:Status", {}, code);
  return build("LogoutResponse", input, { InResponseTo: input.inResponseTo }, status);
}

const SAML = { "xmlns:saml": ASSERTION };

function build(
  name: "LogoutRequest" | "LogoutResponse",
  input: LogoutMessage,
  attributes: Readonly<Record<string, string>>,
  content: string,
): CarriedMessage {
  const write = (signature: string) =>
    element(
      `samlp:${name}`,
      {
        "xmlns:samlp": PROTOCOL,
        ID: input.id,
        Version: "2.0",
        IssueInstant: input.now.toISOString(),
        Destination: input.destination,
        ...attributes,
      },
      element("saml:Issuer", SAML, text(input.spEntityId)),
      signature,
      content,
    );
  return carry({ ...input, field: name === "LogoutRequest" ? "SAMLRequest" : "SAMLResponse", write });
}

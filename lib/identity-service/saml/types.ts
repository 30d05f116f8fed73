/**
 * The words of the SAML service-provider engine. What it offers, by file:
 *
 * - `response.ts`   `verifyResponse(posted, expectations)`  → the one assertion that may be believed, or a `SamlRefusal`
 *                   `readInResponseTo(samlResponse)`        → which request a response claims to answer (unverified)
 * - `request.ts`    `buildAuthnRequest(input)`              → where to send the browser, and with what
 * - `logout-messages.ts`  `buildLogoutRequest`, `buildLogoutResponse`   → the same for signing out
 * - `logout.ts`     `verifyLogout(carried, expectations)`   → the logout message that may be believed, or a `SamlRefusal`
 * - `sp-metadata.ts`   `buildSpMetadata(input)`             → the document a customer's IdP is given
 * - `metadata.ts`   `inspectMetadata(xml, now)`             → what an IdP's metadata says, with findings
 * - `profile.ts`    `mapProfile(assertion, attributeMap)`   → profile fields
 * - `certificates.ts`   `describeCertificate`, `createSigningCertificate`
 * - `xml.ts`        `warmUp()`                              → load libxml2 before the first sign-in needs it
 *
 * Nothing here reads a clock, a file, a socket or a database: time, trust and the memory of used assertions are arguments.
 */

import type { Finding } from "../inspection/finding.ts";

export type CheckResult = "passed" | "failed" | "skipped";

/** One line of a trace: what was asked, by which clause, and what was found. Safe to show to an administrator. */
export interface Check {
  readonly id: string;
  readonly name: string;
  /** For example "SAML profiles 4.1.4.3" or "XML-DSig 4.4.3.4". */
  readonly clause: string;
  readonly result: CheckResult;
  readonly expected: string | null;
  readonly found: string | null;
  readonly message: string;
}

/** The form an IdP makes the browser post to the assertion consumer service. */
export interface PostedResponse {
  /** The form field SAMLResponse as it came: base64. */
  readonly samlResponse: string;
  /** The form field RelayState as it came. It is the browser's word: look it up, never follow it. */
  readonly relayState: string | null;
}

/** Everything a response is measured against. */
export interface Expectations {
  readonly now: Date;
  /** How far the IdP's clock may be from ours. At most five minutes are granted, whatever is asked. */
  readonly clockSkewMs: number;
  /** False when the connection was switched off, also between request and response. */
  readonly connectionActive: boolean;
  readonly sp: {
    readonly entityId: string;
    readonly acsUrl: string;
    /** PEM private keys for encrypted assertions, the newest first: two while a certificate is being replaced. */
    readonly decryptionKeys: readonly string[];
  };
  readonly idp: {
    readonly entityId: string;
    /** PEM or bare base64. The only keys that are trusted; a key inside a message never is. */
    readonly certificates: readonly string[];
  };
  /** Id of the AuthnRequest this browser was sent away with; null when none was. */
  readonly inResponseTo: string | null;
  readonly allowIdpInitiated: boolean;
  readonly allowSha1: boolean;
  readonly requireEncryptedAssertion: boolean;
  /**
   * Remembers an assertion as used and says whether this was its first use. Must be atomic, and may forget only after
   * `until`. It is asked last, when everything else holds.
   */
  readonly firstUse: (assertion: { readonly id: string; readonly until: Date }) => boolean | Promise<boolean>;
}

export interface NameId {
  readonly value: string;
  readonly format: string | null;
  readonly nameQualifier: string | null;
  readonly spNameQualifier: string | null;
}

export interface Attribute {
  readonly name: string;
  readonly friendlyName: string | null;
  readonly values: readonly string[];
}

/** What a trusted IdP said about one person, for us, now, once. Read from the signed bytes and from nothing else. */
export interface VerifiedAssertion {
  readonly id: string;
  readonly issuer: string;
  readonly nameId: NameId;
  readonly attributes: readonly Attribute[];
  readonly sessionIndex: string | null;
  /** When the IdP wants the session ended, if it says. */
  readonly sessionNotOnOrAfter: Date | null;
  readonly authnInstant: Date;
  readonly authnContext: string | null;
  readonly inResponseTo: string | null;
  readonly signed: "response" | "assertion" | "both";
  readonly encrypted: boolean;
  /** As it came; see PostedResponse. */
  readonly relayState: string | null;
  readonly checks: readonly Check[];
}

/** A response that was not believed. `message` is a sentence for an administrator; show people a plainer one. */
export class SamlRefusal extends Error {
  /** Id of the check that failed. */
  readonly check: string;
  readonly checks: readonly Check[];

  constructor(check: string, message: string, checks: readonly Check[]) {
    super(message);
    this.name = "SamlRefusal";
    this.check = check;
    this.checks = checks;
  }
}

/** Something an administrator gave us (metadata, a certificate) cannot be used. `message` says what is wrong with it. */
export class SamlInputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SamlInputError";
  }
}

export type Binding = "redirect" | "post" | "artifact" | "soap" | "other";

export interface Endpoint {
  readonly binding: Binding;
  /** The binding's URI, for those that have no short name here. */
  readonly bindingUri: string;
  readonly location: string;
  readonly responseLocation: string | null;
}

export interface CertificateDescription {
  readonly pem: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** Hexadecimal, lower case, without colons. */
  readonly fingerprintSha256: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** For example "RSA 2048" or "EC prime256v1". */
  readonly key: string;
  readonly signatureAlgorithm: string | null;
}

export interface IdpCertificate extends CertificateDescription {
  readonly use: "signing" | "encryption" | "both";
}

/** One identity provider, as its metadata describes it. */
export interface IdpDescription {
  readonly entityId: string;
  readonly displayName: string | null;
  readonly singleSignOn: readonly Endpoint[];
  readonly singleLogout: readonly Endpoint[];
  readonly certificates: readonly IdpCertificate[];
  readonly nameIdFormats: readonly string[];
  /** Signature, digest and encryption algorithms that the document itself uses or asks for, as URIs. */
  readonly algorithms: readonly string[];
  readonly attributes: readonly string[];
  readonly wantsSignedRequests: boolean;
  readonly validUntil: Date | null;
  readonly findings: readonly Finding[];
}

/** At least one; more when the document is a federation's. */
export interface MetadataInspection {
  readonly idps: readonly [IdpDescription, ...IdpDescription[]];
  readonly findings: readonly Finding[];
}

/** A private key with the certificate others know it by, both PEM. */
export interface SigningPair {
  readonly privateKey: string;
  readonly certificate: string;
}

export interface AuthnRequestInput {
  /** An XML name, unguessable: "_" and 32 hexadecimal digits, for example. Kept to compare with InResponseTo. */
  readonly id: string;
  readonly now: Date;
  readonly binding: "redirect" | "post";
  /** The IdP's single sign-on address for that binding. */
  readonly destination: string;
  readonly spEntityId: string;
  readonly acsUrl: string;
  /** At most 80 bytes (SAML bindings 3.4.3): a handle, not the state itself. */
  readonly relayState: string | null;
  readonly forceAuthn: boolean;
  /** Null asks for none, and takes what the IdP likes. */
  readonly nameIdFormat: string | null;
  /** Null sends it unsigned. */
  readonly signing: SigningPair | null;
}

/** A message of ours on its way: where the browser goes, or the form it sends. */
export type CarriedMessage =
  | { readonly binding: "redirect"; readonly url: string; readonly xml: string }
  | {
      readonly binding: "post";
      /** The form's action and hidden fields. */
      readonly action: string;
      readonly fields: Readonly<Record<string, string>>;
      readonly xml: string;
    };

export interface SpMetadataInput {
  readonly entityId: string;
  readonly acsUrl: string;
  readonly sloUrl: string;
  /** PEM certificates, the newest first: two while one replaces the other. */
  readonly signingCertificates: readonly string[];
  readonly encryptionCertificates: readonly string[];
  readonly signsRequests: boolean;
  readonly nameIdFormats: readonly string[];
  readonly validUntil: Date | null;
  /** Signs the document. */
  readonly signing: SigningPair | null;
  /** An XML name, needed when the document is signed. */
  readonly id: string;
}

/**
 * Names of the assertion's attributes for each field of a profile, by Name or FriendlyName, compared without case. A
 * field left out falls back to the names that well-known IdPs use. `NameID` (for idp_id, email) means the subject's.
 */
export interface AttributeMap {
  readonly idp_id?: string;
  readonly email?: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly name?: string;
  readonly groups?: string;
  /** Field of custom_attributes → attribute's name. */
  readonly custom_attributes?: Readonly<Record<string, string>>;
}

/** The fields of WorkOS's profile that an assertion can fill. */
export interface MappedProfile {
  readonly idp_id: string;
  /** Null when the assertion says none: whether that is enough is the caller's decision. */
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string | null;
  readonly groups: readonly string[];
  readonly custom_attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly raw_attributes: Readonly<Record<string, string | readonly string[]>>;
}

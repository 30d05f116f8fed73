/** An error: nobody could sign in like this. A warning: it works, but somebody should act. A note: good to know. */
export type Severity = "error" | "warning" | "note";

type Words = readonly [severity: Severity, message: string, mend: string];

const ASK_AGAIN = "Download the metadata from the identity provider again.";
const XML_FILE = "Metadata is an XML file: download it from the identity provider.";
const OTHER_WAY = "Download the metadata as a file instead, and give that.";

/** Of a document, before it is known whose it is. */
const DOCUMENT = {
  empty: ["error", "The document is empty.", ASK_AGAIN],
  too_large: [
    "error",
    "The document is larger than {limit}.",
    "This looks like a whole federation's metadata. Take the identity provider's own document.",
  ],
  private_key: [
    "error",
    "This is a private key.",
    "Nobody but its owner should have it: do not send it on, and have it replaced.",
  ],
  certificate: [
    "error",
    "This is a certificate, not metadata.",
    "Enter it as the signing certificate instead.",
  ],
  oidc_document: [
    "error",
    "This is an OpenID Connect discovery document, not SAML metadata.",
    "Make an OIDC connection with it.",
  ],
  saml_document: [
    "error",
    "This is SAML metadata, not an OpenID Connect discovery document.",
    "Make a SAML connection with it.",
  ],
  json: ["error", "This is JSON, not metadata.", XML_FILE],
  address: ["error", "This is an address, not metadata.", "Enter it as the metadata address instead."],
  web_page: [
    "error",
    "This is a web page, not metadata. Was a sign-in page saved?",
    "Sign in to the identity provider first, then download the metadata itself.",
  ],
  archive: ["error", "This is an archive or a document, not metadata.", XML_FILE],
  not_text: ["error", "This is not a text file in UTF-8.", XML_FILE],
  not_xml: ["error", "This is not XML.", "Metadata is an XML file that begins with <."],
  saml_message: [
    "error",
    "This is a SAML message ({root}), not metadata.",
    "Ask for the metadata file or its address.",
  ],
  other_xml: [
    "error",
    'This is XML, but not SAML 2.0 metadata: it begins with "{root}".',
    "Look for federation metadata or IdP metadata at the identity provider.",
  ],
  unreadable_xml: ["error", "This metadata cannot be read: {reason}.", ASK_AGAIN],
  nobody: ["error", "This metadata describes nobody: it is an empty group.", ASK_AGAIN],
  saml1_only: [
    "error",
    "This identity provider does not speak SAML 2.0.",
    "Switch SAML 2.0 on at the identity provider, and download its metadata again.",
  ],
  own_metadata: [
    "error",
    "This is our own metadata, which the identity provider is to be given.",
    "Give this document to the identity provider, and take the one that it offers.",
  ],
  service_provider: [
    "error",
    "This is the metadata of a service provider, not of an identity provider.",
    "Take the one that the identity provider offers.",
  ],
  no_role: [
    "error",
    "This metadata describes no identity provider (it has no IDPSSODescriptor).",
    "Take the identity provider's metadata.",
  ],
  no_entity_id: ["error", "This metadata names no entity ID.", ASK_AGAIN],
  decompressed: ["note", "The file was compressed, and was unpacked.", ""],
  recoded: ["note", "The file was in {encoding}, and was turned into UTF-8.", ""],
  several_providers: [
    "warning",
    "The document describes {count} identity providers.",
    "Choose the right one.",
  ],
  service_provider_too: ["note", "The document describes a service provider too; that part is not used.", ""],
  federation: [
    "warning",
    "This is a whole federation's metadata.",
    "One provider's own document is easier to keep right.",
  ],
  document_signed: ["note", "The document is signed by {subject}, and was not changed since.", ""],
  document_signature_broken: [
    "warning",
    "The document is signed, but the signature does not fit: {reason}",
    "If it was edited or saved by another program, download it again and give it untouched.",
  ],
} as const satisfies Record<string, Words>;

/** Of one identity provider in a document. */
const PROVIDER = {
  no_sign_on_endpoint: [
    "error",
    "There is no sign-in address.",
    "Enable single sign-on over SAML at the identity provider, and download its metadata again.",
  ],
  unsupported_binding: [
    "error",
    "There is no sign-in address for the redirect or the POST binding, only for {bindings}.",
    "Enable HTTP-Redirect or HTTP-POST at the identity provider.",
  ],
  no_signing_certificate: [
    "error",
    "There is no signing certificate, so nothing it sends could be trusted.",
    "Set up a signing certificate at the identity provider, and download its metadata again.",
  ],
  no_strong_certificate: [
    "error",
    "None of its signing certificates is strong enough to be trusted.",
    "Make a new one with an RSA key of 2048 bits or more, or with the curve P-256.",
  ],
  unreadable_certificate: ["warning", "A certificate for {use} cannot be read, and was left out.", ASK_AGAIN],
  metadata_expired: ["warning", "This metadata was valid until {date} only.", "Ask for a new copy."],
  address_http: [
    "warning",
    "{address} is not encrypted (http).",
    "Let the identity provider use https, unless it is on a network where nobody else can listen.",
  ],
  address_unusable: [
    "error",
    '"{address}" is not a web address.',
    "Correct the address at the identity provider.",
  ],
  certificate_expired: [
    "warning",
    'The {use}certificate "{subject}" expired on {date}.',
    "Renew it at the identity provider, and give the new metadata.",
  ],
  certificate_expires_soon: [
    "warning",
    'The {use}certificate "{subject}" expires on {date}.',
    "Plan its renewal, and give the new certificate before that day.",
  ],
  certificate_not_yet_valid: [
    "warning",
    'The {use}certificate "{subject}" is not valid before {date}.',
    "If it is to be used now, check the clock of the identity provider.",
  ],
  certificate_weak: [
    "warning",
    'The {use}certificate "{subject}" is too weak and will not be trusted: {reason}.',
    "Make a new one with an RSA key of 2048 bits or more, or with the curve P-256.",
  ],
  certificate_sha1: [
    "note",
    'The {use}certificate "{subject}" is itself signed with SHA-1.',
    "That does not matter for sign-ins; make the next one with SHA-256.",
  ],
  signed_with_sha1: [
    "warning",
    "The document is signed with SHA-1. If responses are too, they will be refused unless SHA-1 is allowed.",
    "Set the identity provider to sign with SHA-256.",
  ],
  wants_signed_requests: ["note", "The identity provider wants signed requests: they will be signed.", ""],
} as const satisfies Record<string, Words>;

/** Of an address that a document is fetched from. */
const ADDRESS = {
  url_invalid: ["error", "This is not a web address.", "It begins with https://."],
  url_unknown_host: [
    "error",
    "Nobody knows a host named {host} here.",
    `Check the spelling, or have the name entered in the DNS of the site. ${OTHER_WAY}`,
  ],
  url_unreachable: [
    "error",
    "{host} cannot be reached from here ({reason}).",
    `Have the firewall opened from this service to {host}. ${OTHER_WAY}`,
  ],
  url_timeout: [
    "error",
    "{host} did not answer in time.",
    `A firewall may drop the connection silently: have it opened from this service to {host}. ${OTHER_WAY}`,
  ],
  url_certificate_expired: [
    "error",
    "The web certificate of {host} has expired.",
    `Have it renewed. ${OTHER_WAY}`,
  ],
  url_certificate_untrusted: [
    "error",
    "The web certificate of {host} is from an authority that is not trusted here.",
    `Have the site's authority added to this service (NODE_EXTRA_CA_CERTS). ${OTHER_WAY}`,
  ],
  url_certificate_name: [
    "error",
    "The web certificate of {host} is for another name.",
    `Use the name that it was made for. ${OTHER_WAY}`,
  ],
  url_tls: ["error", "No encrypted connection to {host} came about: {reason}.", OTHER_WAY],
  url_status: [
    "error",
    "{host} answered with the status {status}.",
    `Open the address in a browser without signing in: the document must appear. ${OTHER_WAY}`,
  ],
  url_redirects: ["error", "{host} sends on from one address to the next too often.", OTHER_WAY],
  url_downgrade: [
    "error",
    "{host} sends on to an address without encryption (http).",
    `Certificates must not come over such a connection. ${OTHER_WAY}`,
  ],
  url_forbidden: [
    "error",
    "{host} is a link-local address, where no identity provider is.",
    "Give the identity provider's own address.",
  ],
  url_http: [
    "warning",
    "The document came over a connection without encryption (http): somebody on the way could have changed it.",
    "Use https, or compare the certificate's fingerprint with the identity provider's.",
  ],
  url_redirected: ["note", "The address sends on to {to}.", ""],
} as const satisfies Record<string, Words>;

/** Of an OpenID provider. */
const ISSUER = {
  discovery_not_json: [
    "error",
    "What {host} answered is no OpenID Connect discovery document.",
    "Check the issuer: its discovery document is at the issuer and /.well-known/openid-configuration.",
  ],
  discovery_address: ["note", "This was the address of the discovery document; the issuer is {issuer}.", ""],
  issuer_missing: [
    "error",
    "The discovery document names no issuer.",
    "Check the set-up of the identity provider.",
  ],
  issuer_mismatch: [
    "error",
    "The identity provider calls itself {found}, not {expected}.",
    "Enter the issuer exactly as it calls itself, with or without the last slash.",
  ],
  issuer_of_many: [
    "error",
    "This issuer stands for many tenants: {found}.",
    "Enter the issuer of your own tenant, with its id in the address.",
  ],
  endpoint_missing: [
    "error",
    "The discovery document names no {endpoint}.",
    "Check that OpenID Connect with the authorization code flow is enabled at the identity provider.",
  ],
  no_code_flow: [
    "error",
    "The identity provider does not offer the authorization code flow, only {found}.",
    'Enable the response type "code" at the identity provider.',
  ],
  no_signed_tokens: [
    "error",
    "The identity provider signs tokens in no way that can be checked with its public keys, only with {found}.",
    "Set it to sign ID tokens with RS256 or ES256.",
  ],
  client_authentication: [
    "error",
    "The identity provider does not accept a client secret in the form (client_secret_post), only {found}.",
    "Enable client_secret_post for this application.",
  ],
  no_email_scope: [
    "warning",
    'The identity provider does not list the scope "email".',
    "See in the test sign-in whether the address arrives; map the claim that holds it otherwise.",
  ],
  no_pkce: ["note", "The identity provider does not say that it checks PKCE (S256).", ""],
  keys_unreachable: [
    "error",
    "The identity provider's keys cannot be read from {address}: {reason}.",
    "Have that address opened too: tokens are checked with the keys that are there.",
  ],
  no_keys: [
    "error",
    "There is no key for signatures at {address}.",
    "Set up a signing key at the identity provider.",
  ],
  key_weak: ["warning", "The key {key} has only {bits} bits.", "Replace it with one of 2048 bits or more."],
} as const satisfies Record<string, Words>;

const ALL = { ...DOCUMENT, ...PROVIDER, ...ADDRESS, ...ISSUER };
export type FindingCode = keyof typeof ALL;

export const FINDINGS: Readonly<Record<FindingCode, Words>> = ALL;

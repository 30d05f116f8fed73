import { dateWords } from "#components/ui/time-words.ts";
import type { IntakeWords } from "./intake-words.ts";

const ENDPOINTS: Record<string, string> = {
  sign_on: "Sign-in",
  logout: "Sign-out",
  authorization_endpoint: "Authorization",
  token_endpoint: "Token",
  jwks_uri: "Keys",
  userinfo_endpoint: "User info",
  end_session_endpoint: "Sign-out",
};
const USES: Record<string, string> = {
  signing: "Signing",
  encryption: "Encryption",
  both: "Signing and encryption",
};

/** What the console says where a provider's description is taken in. */
export const CONSOLE_INTAKE_WORDS: IntakeWords = {
  drop: "Drop the metadata file here, or choose it.",
  dropNow: "Let go to read this file.",
  chooseFile: "Choose a file",
  tooLarge:
    "This file is too large for metadata. Take the identity provider's own document, not a federation's.",
  address: "Metadata URL",
  addressHint: "Fetched once, by the environment itself, so it must be reachable from the site.",
  fetch: "Fetch",
  paste: "Metadata",
  pasteHint: "Or paste the text of the document.",
  reading: "Reading…",
  unusable: "This metadata could not be used.",
  chooseProvider: "Identity provider",
  understood: "What we understood",
  issuer: "Issuer",
  issuerHint: "Its endpoints and keys are found from there.",
  check: "Check the issuer",
  facts: {
    name: "Name",
    entityId: "Entity ID",
    nameIdFormats: "Name ID formats",
    algorithms: "Algorithms",
    attributes: "Attributes",
    validUntil: "Valid until",
    scopes: "Scopes",
    keys: "Keys",
    none: "None named",
  },
  endpoint: (use, binding) => [ENDPOINTS[use] ?? use, binding && `(${binding})`].filter(Boolean).join(" "),
  certificates: "Certificates",
  certificateUse: (use) => USES[use] ?? use,
  issuedBy: (issuer) => `Issued by ${issuer || "nobody named"}`,
  certificateEnds: (at) => `Valid until ${dateWords(at)}`,
  date: dateWords,
  fingerprint: "SHA-256 fingerprint",
  finding: ({ message, mend }) => ({ message, mend }),
};

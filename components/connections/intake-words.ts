import type { Finding } from "#lib/drivers/reading-port.ts";

/** Everything that is said where a provider's description is taken in. The console says it in English, the portal in its languages. */
export interface IntakeWords {
  drop: string;
  dropNow: string;
  chooseFile: string;
  tooLarge: string;
  address: string;
  addressHint: string;
  fetch: string;
  paste: string;
  pasteHint: string;
  reading: string;
  unusable: string;
  chooseProvider: string;
  understood: string;
  issuer: string;
  issuerHint: string;
  check: string;
  facts: {
    name: string;
    entityId: string;
    nameIdFormats: string;
    algorithms: string;
    attributes: string;
    validUntil: string;
    scopes: string;
    keys: string;
    none: string;
  };
  endpoint(use: string, binding: string | null): string;
  certificates: string;
  certificateUse(use: string): string;
  issuedBy(issuer: string): string;
  certificateEnds(at: Date): string;
  date(at: Date): string;
  fingerprint: string;
  /** What the button beside it says; without it, in English. */
  copyFingerprint?: { copy: string; copied: string };
  finding(finding: Finding): { message: string; mend: string };
}

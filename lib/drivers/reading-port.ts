import type { Certificate } from "./port.ts";

export type MetadataSource = { xml: string } | { url: string };

/** Something to know of what a provider gave: an error stands in the way, a warning needs somebody to act, a note does not. */
export interface Finding {
  /** Names it, for whoever says it in another language, with `values` in it. */
  code: string;
  severity: "error" | "warning" | "note";
  message: string;
  mend: string;
  values: Record<string, string>;
}

/** One identity provider, as its metadata describes it. */
export interface ProviderReading {
  entityId: string;
  name: string | null;
  signInUrl: string | null;
  endpoints: { use: string; binding: string; location: string }[];
  certificates: ReadCertificate[];
  nameIdFormats: string[];
  algorithms: string[];
  attributes: string[];
  wantsSignedRequests: boolean;
  validUntil: Date | null;
  findings: Finding[];
}

export type ReadCertificate = Certificate & { use: string; key: string };

/** No provider where nothing could be read; the findings then say what the document is instead. */
export interface MetadataReading {
  /** As it was understood, in UTF-8: what may be kept. */
  document: string | null;
  providers: ProviderReading[];
  findings: Finding[];
}

/** What an OpenID provider says of itself. */
export interface IssuerReading {
  issuer: string | null;
  endpoints: { use: string; location: string }[];
  keys: { id: string | null; key: string; algorithm: string | null }[];
  algorithms: string[];
  scopes: string[];
  claims: string[];
  findings: Finding[];
}

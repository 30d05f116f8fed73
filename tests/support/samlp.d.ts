/** What we use of `samlp`, which brings no types. */
declare module "samlp" {
  import type { IncomingMessage } from "node:http";

  interface Claims {
    getClaims(): Record<string, string | readonly string[]>;
    getNameIdentifier(): { nameIdentifier: string; nameIdentifierFormat: string };
  }
  interface ResponseOptions {
    issuer: string;
    cert: string;
    key: string;
    audience: string;
    recipient: string;
    destination: string;
    inResponseTo?: string;
    signatureAlgorithm: "rsa-sha256" | "rsa-sha1";
    digestAlgorithm: "sha256" | "sha1";
    signAssertion: boolean;
    signResponse: boolean;
    lifetimeInSeconds?: number;
    sessionIndex?: string;
    authnContextClassRef?: string;
    encryptionCert?: string;
    encryptionPublicKey?: string;
    encryptionAlgorithm?: string;
    disallowEncryptionWithInsecureAlgorithm?: boolean;
    warnOnInsecureEncryptionAlgorithm?: boolean;
    profileMapper: (user: unknown) => Claims;
  }
  interface ParsedRequest {
    issuer?: string;
    id?: string;
    assertionConsumerServiceURL?: string;
    destination?: string;
    forceAuthn?: string;
  }
  interface RequestOptions {
    signingCert?: string;
  }
  type Parameters = Record<string, string>;
  interface RequestLike {
    method: string;
    query: Parameters;
    body: Parameters;
    originalUrl: string;
    headers: IncomingMessage["headers"];
    protocol: string;
  }
  interface ResponseLike {
    set(name: string, value: string): void;
    send(text: string): void;
  }
  interface Samlp {
    getSamlResponse(
      options: ResponseOptions,
      user: unknown,
      done: (error: Error | null, xml: string) => void,
    ): void;
    parseRequest(
      request: RequestLike,
      options: RequestOptions,
      done: (error: Error | null, request?: ParsedRequest) => void,
    ): void;
    metadata(options: {
      issuer: string;
      cert: string;
      redirectEndpointPath: string;
      postEndpointPath: string;
    }): (request: RequestLike, response: ResponseLike) => void;
  }
  const samlp: Samlp;
  export default samlp;
}

import { X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import { connect, type DetailedPeerCertificate, rootCertificates, type TLSSocket } from "node:tls";
import { clean } from "../bounds.ts";

/** What a server showed of itself when TLS was spoken to it. */
export interface Handshake {
  protocol: string;
  /** Why this machine does not trust it; null where it does. */
  problem: string | null;
  /** From the server's own to the highest that is known. */
  chain: Link[];
  /** Whether the highest is an authority that everybody's programs trust, rather than one that only this machine was taught. */
  isPublic: boolean;
  socket: TLSSocket;
}

export interface Link {
  subject: string;
  issuer: string;
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
}

export type Shake = { ok: true; handshake: Handshake } | { ok: false; code: string; words: string };

/** Speaks TLS over a connection, and looks at everything the server shows, trusted or not. */
export function shakeHands(
  socket: Socket,
  host: string,
  options: { timeoutMs: number; ca?: readonly string[] },
): Promise<Shake> {
  return new Promise((resolve) => {
    const tls = connect({
      socket,
      ...(isIP(host) ? {} : { servername: host }),
      host,
      // It is to be looked at, not believed: nothing is sent over it before what was found is judged.
      rejectUnauthorized: false,
      minVersion: "TLSv1",
      ...(options.ca?.length ? { ca: [...rootCertificates, ...options.ca] } : {}),
    });
    const fail = (code: string) => {
      tls.destroy();
      socket.destroy();
      resolve({
        ok: false,
        code,
        words: SHAKE_WORDS[code] ?? `TLS does not come about (${clean(code, 60)})`,
      });
    };
    const limit = setTimeout(fail, options.timeoutMs, "ETIMEDOUT");
    tls.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      fail(error.code ?? "EPROTO");
    });
    tls.once("secureConnect", () => {
      clearTimeout(limit);
      tls.removeAllListeners("error");
      tls.on("error", () => undefined);
      const certificates = certificatesOf(tls.getPeerCertificate(true));
      const chain = certificates.map(linkOf);
      const problem = tls.authorized ? null : String(tls.authorizationError ?? "untrusted");
      const protocol = tls.getProtocol() ?? "unknown";
      resolve({
        ok: true,
        handshake: { protocol, problem, chain, isPublic: endsPublic(certificates.at(-1)), socket: tls },
      });
    });
  });
}

const SHAKE_WORDS: Record<string, string> = {
  ETIMEDOUT: "connected, but no answer to TLS: something on the way swallows it",
  ECONNRESET: "cut off when TLS began: a firewall looks into it and refuses this name",
  EPROTO: "what answers there does not speak TLS",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers there does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "what answers there does not speak TLS",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "what answers there speaks only a TLS that is too old",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "what answers there speaks only a TLS that is too old",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "a certificate of the client is asked for",
};

function certificatesOf(peer: DetailedPeerCertificate): X509Certificate[] {
  const found = new Map<string, X509Certificate>();
  let one: DetailedPeerCertificate | undefined = peer;
  // A root is its own issuer: there the chain ends.
  while (one?.raw && !found.has(one.fingerprint256) && found.size < 10) {
    found.set(one.fingerprint256, new X509Certificate(one.raw));
    one = one.issuerCertificate;
  }
  return [...found.values()];
}

function linkOf({ subject, issuer, fingerprint256, validFrom, validTo }: X509Certificate): Link {
  return {
    ...{ subject: nameOf(subject), issuer: nameOf(issuer), fingerprint: fingerprint256 },
    ...{ notBefore: new Date(validFrom), notAfter: new Date(validTo) },
  };
}

/** The common name where there is one, with the organization: what people know an authority by. */
function nameOf(distinguished: string | undefined): string {
  const parts = new Map(
    (distinguished ?? "").split("\n").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)] as const;
    }),
  );
  const names = [parts.get("CN"), parts.get("O")].filter((name) => name !== undefined);
  return clean([...new Set(names)].join(", ") || (distinguished ?? "nobody"), 200);
}

let roots: X509Certificate[] | undefined;

/** Whether the highest certificate is a public root, or truly signed by one: the name alone is easily borrowed. */
function endsPublic(top: X509Certificate | undefined): boolean {
  if (!top) return false;
  roots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return roots.some(
    (root) =>
      root.fingerprint256 === top.fingerprint256 ||
      (root.subject === top.issuer && top.checkIssued(root) && top.verify(root.publicKey)),
  );
}

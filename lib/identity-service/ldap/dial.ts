import { once } from "node:events";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  type ConnectionOptions,
  connect as connectTls,
  type DetailedPeerCertificate,
  type TLSSocket,
} from "node:tls";
import { lookUpChecked, refuseLinkLocalHost } from "../outbound.ts";
import { LdapFailure, reasonOf } from "./failure.ts";
import { messageLength } from "./frames.ts";

/** How a server may be connected to. */
export interface DialPolicy {
  /** PEM: the only authorities that are trusted; null for those the system trusts. */
  ca: string | null;
  /** Whether `ldap://` may go without StartTLS: passwords are then read by whoever listens. */
  allowUnencrypted: boolean;
  connectTimeoutMs: number;
}

/**
 * Connects to `ldaps://host:636` with TLS, and to `ldap://host:389` with StartTLS. The certificate is checked in every case,
 * and there is no setting that says otherwise.
 * @throws LdapFailure `unreachable` or `untrusted`, naming the server.
 */
export async function dial(server: string, policy: DialPolicy): Promise<Duplex> {
  const signal = AbortSignal.timeout(policy.connectTimeoutMs);
  const { host, secure } = placeOf(server);
  let socket: Socket | null = null;
  try {
    socket = await reach(server, signal);
    if (secure) return await encrypt(socket, host, policy, signal);
    if (policy.allowUnencrypted) return socket;
    await startTls(server, socket, signal);
    return await encrypt(socket, host, policy, signal);
  } catch (error) {
    socket?.destroy();
    throw asFailure(server, error as NodeJS.ErrnoException);
  }
}

/**
 * The certificate that a server shows, with those behind it, whether it is trusted or not: to say what is wrong with it. The
 * connection ends with that, and nothing is sent on it.
 * @throws LdapFailure where it shows none.
 */
export async function lookAtCertificate(
  server: string,
  policy: DialPolicy,
): Promise<DetailedPeerCertificate> {
  const signal = AbortSignal.timeout(policy.connectTimeoutMs);
  const { host, secure } = placeOf(server);
  let socket: Socket | null = null;
  try {
    socket = await reach(server, signal);
    if (!secure) await startTls(server, socket, signal);
    return (await encrypt(socket, host, policy, signal, false)).getPeerCertificate(true);
  } catch (error) {
    throw asFailure(server, error as NodeJS.ErrnoException);
  } finally {
    socket?.destroy();
  }
}

/** Connects, and hangs up. @throws LdapFailure `unreachable`, naming the server. */
export async function knock(server: string, { connectTimeoutMs }: DialPolicy): Promise<void> {
  try {
    (await reach(server, AbortSignal.timeout(connectTimeoutMs))).destroy();
  } catch (error) {
    throw asFailure(server, error as NodeJS.ErrnoException);
  }
}

/** Where a server is, as its address says. */
export function placeOf(server: string): { url: URL; host: string; port: number; secure: boolean } {
  const url = new URL(server);
  const secure = url.protocol === "ldaps:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { url, host, secure, port: Number(url.port || (secure ? 636 : 389)) };
}

async function reach(server: string, signal: AbortSignal): Promise<Socket> {
  const { url, host, port } = placeOf(server);
  refuseLinkLocalHost(url);
  const socket = connectTcp({ host, port, lookup: lookUpChecked, keepAlive: true, noDelay: true });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function encrypt(
  socket: Socket,
  host: string,
  { ca }: DialPolicy,
  signal: AbortSignal,
  trustedOnly = true,
): Promise<TLSSocket> {
  const options: ConnectionOptions = {
    socket,
    host,
    minVersion: "TLSv1.2",
    rejectUnauthorized: trustedOnly,
    ...(ca === null ? {} : { ca }),
    // An address is no server name (RFC 6066, 3); the certificate is compared with it all the same.
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
  const encrypted = connectTls(options);
  await once(encrypted, "secureConnect", { signal });
  return encrypted;
}

// ExtendedRequest 1.3.6.1.4.1.1466.20037 with the message id 1 (RFC 4511, 4.14.1).
const START_TLS = Buffer.from("301d02010177188016312e332e362e312e342e312e313436362e3230303337", "hex");

/**
 * Asks for TLS by hand, so that what comes back is read to its last byte: anything behind the answer came unencrypted from
 * who knows whom, and must not be taken for the first words under TLS.
 */
async function startTls(server: string, socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(START_TLS);
  let answer = Buffer.alloc(0);
  for (let length: number | null = null; length === null || answer.length < length; ) {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) {
      await once(socket, "readable", { signal });
      if (socket.readableEnded || socket.destroyed) throw new Error("it ended the connection");
      continue;
    }
    answer = Buffer.concat([answer, chunk]);
    length = messageLength(answer);
    if (length !== null && answer.length > length)
      throw new LdapFailure("untrusted", `${server} sent more than its answer to StartTLS, unencrypted.`);
  }
  const code = await resultCode(answer);
  if (code !== 0)
    throw new LdapFailure(
      "untrusted",
      `${server} refused StartTLS: ${reasonOf(code)}. Nothing was sent to it without encryption.`,
      { code },
    );
}

async function resultCode(answer: Buffer): Promise<number> {
  const { MessageParser, ExtendedResponse } = await import("ldapts");
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const parser = new MessageParser();
  parser.on("error", () => reject(new Error("what it sends is not LDAP")));
  parser.on("message", (message) =>
    message instanceof ExtendedResponse
      ? resolve(message.status)
      : reject(new Error("what it sends is not an answer")),
  );
  parser.read(answer, new Map());
  return await promise;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there, or a firewall refuses",
  ECONNRESET: "it ended the connection",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ENOTFOUND: "its name is not known here",
  EAI_AGAIN: "its name could not be looked up",
  ETIMEDOUT: "it did not answer in time",
};
const UNTRUSTED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet; is the clock right?",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not by an authority that this connection trusts",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for other names than this one",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not by an authority that this connection trusts",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is not by an authority that this connection trusts",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not by an authority that this connection trusts",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not by an authority that this connection trusts",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS on this port",
  EPROTO: "it does not speak TLS on this port, or an old version only",
};

function asFailure(server: string, error: NodeJS.ErrnoException): LdapFailure {
  if (error instanceof LdapFailure) return error;
  if (error.name === "AbortError" || error.name === "TimeoutError") {
    const causeCode = "ETIMEDOUT";
    const sentence = `${server} could not be reached: it did not answer in time.`;
    return new LdapFailure("unreachable", sentence, { causeCode });
  }
  const causeCode = error.code ?? "";
  const failure = (trouble: "untrusted" | "unreachable", sentence: string) =>
    new LdapFailure(trouble, sentence, { causeCode });
  const why = UNTRUSTED[causeCode];
  if (why) return failure("untrusted", `${server} is not trusted: ${why}.`);
  if (
    causeCode.startsWith("ERR_SSL") ||
    causeCode.startsWith("ERR_TLS") ||
    /CERT|CRL|SIGNATURE/.test(causeCode)
  )
    return failure("untrusted", `${server} is not trusted: TLS failed with ${causeCode}.`);
  const reason =
    UNREACHABLE[causeCode] ?? (causeCode === "" ? error.message : `the connection failed with ${causeCode}`);
  return failure("unreachable", `${server} could not be reached: ${reason}.`);
}

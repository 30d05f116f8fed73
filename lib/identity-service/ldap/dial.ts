import { once } from "node:events";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
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
  const url = new URL(server);
  const signal = AbortSignal.timeout(policy.connectTimeoutMs);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  let socket: Socket | null = null;
  try {
    refuseLinkLocalHost(url);
    const secure = url.protocol === "ldaps:";
    const port = Number(url.port || (secure ? 636 : 389));
    socket = connectTcp({ host, port, lookup: lookUpChecked, keepAlive: true, noDelay: true });
    await once(socket, "connect", { signal });
    if (secure) return await encrypt(socket, host, policy, signal);
    if (policy.allowUnencrypted) return socket;
    await startTls(server, socket, signal);
    return await encrypt(socket, host, policy, signal);
  } catch (error) {
    socket?.destroy();
    throw asFailure(server, error as NodeJS.ErrnoException);
  }
}

async function encrypt(
  socket: Socket,
  host: string,
  { ca }: DialPolicy,
  signal: AbortSignal,
): Promise<Duplex> {
  const options: ConnectionOptions = {
    socket,
    host,
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
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
  if (error.name === "AbortError" || error.name === "TimeoutError")
    return new LdapFailure("unreachable", `${server} could not be reached: it did not answer in time.`);
  const code = error.code ?? "";
  if (UNTRUSTED[code]) return new LdapFailure("untrusted", `${server} is not trusted: ${UNTRUSTED[code]}.`);
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS") || /CERT|CRL|SIGNATURE/.test(code))
    return new LdapFailure("untrusted", `${server} is not trusted: TLS failed with ${code}.`);
  const reason = UNREACHABLE[code] ?? (code === "" ? error.message : `the connection failed with ${code}`);
  return new LdapFailure("unreachable", `${server} could not be reached: ${reason}.`);
}

import { type LookupAddress, lookup } from "node:dns";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { BlockList, isIP, type LookupFunction, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Passage } from "../../egress/doors.ts";
import { excerptOf } from "./excerpt.ts";
import type { Boundary, Way } from "./outside.ts";

/** One attempt, as the endpoint is sent it. */
export interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** When the time is over, by `performance.now()`: however often it takes to connect. */
  readonly ends: number;
  /** What must not be kept of the answer, wherever it is repeated. */
  readonly secrets: readonly string[];
}

/** What came of it. */
export interface Sent {
  /** Null where there was no answer. */
  readonly status: number | null;
  /** Why it does not count as delivered, in a sentence; null where it does. */
  readonly problem: string | null;
  readonly excerpt: string | null;
  readonly retryAfter: string | undefined;
  /** What it was at the boundary; null where it stayed inside. */
  readonly crossed: Crossed | null;
}

export interface Crossed {
  readonly way: Passage;
  readonly address: string;
  readonly port: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly tlsVersion: string | null;
  readonly certificateSha256: string | null;
}

type Answered = Omit<Sent, "crossed">;

/** Connections to one endpoint, kept while it is at work. */
export interface Sender {
  send(sending: Sending): Promise<Sent>;
  close(): void;
}

export interface Wiring {
  readonly url: string;
  /** The authorities of the site, in PEM; null means those the program trusts anyway. */
  readonly authorities: string | null;
  readonly inFlight: number;
  readonly boundary: Boundary;
}

/** So much of an answer is read; what is kept of it is less. An endpoint that goes on talking is cut off. */
const READ_MAX = 64 * 1_024;

// Where clouds and hypervisors tell a machine its own secrets: nothing there waits for events.
const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet("169.254.0.0", 16, "ipv4");
LINK_LOCAL.addSubnet("fe80::", 10, "ipv6");
LINK_LOCAL.addAddress("fd00:ec2::254", "ipv6");

/** Sends to one address, and nowhere else: a redirect is an answer like any other that is no success. */
export function openSender({ url, authorities, inFlight, boundary }: Wiring): Sender {
  const target = new URL(url);
  const isSecure = target.protocol === "https:";
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const port = Number(target.port) || (isSecure ? 443 : 80);
  const name = isIP(host) === 0 ? host : null;
  // Where the name led the last time it was asked for.
  let found: string | null = name === null ? host : null;
  const wayTo = (address: string): Way => boundary(address, name, port);
  const kept = { keepAlive: true, maxSockets: inFlight, maxFreeSockets: inFlight, timeout: 4_000 };
  const agent = isSecure
    ? new https.Agent({ ...kept, ...(authorities ? { ca: authorities } : {}) })
    : new http.Agent(kept);
  const fixed = {
    method: "POST",
    protocol: target.protocol,
    hostname: host,
    port: target.port,
    path: `${target.pathname}${target.search}`,
    lookup: lookupAllowed(wayTo, (address) => {
      found = address;
    }),
    agent,
  };
  const ask = isSecure ? https.request : http.request;
  const forbidden = isIP(host) !== 0 && isLinkLocal(host);
  let wire: Wire | null = null;
  const once = (sending: Sending, isAgain: boolean): Promise<Answered | "stale"> =>
    new Promise((resolve) => {
      const { headers, body, timeoutMs, ends } = sending;
      const request = ask({ ...fixed, headers, ...(isAgain ? { agent: false as const } : {}) });
      let answer: IncomingMessage | null = null;
      const end = (sent: Answered | "stale") => {
        clearTimeout(limit);
        resolve(sent);
      };
      const fail = (problem: string) => {
        end({ status: answer?.statusCode ?? null, problem, excerpt: null, retryAfter: undefined });
        request.destroy();
      };
      const limit = setTimeout(
        () => fail(`It did not answer within ${timeoutMs / 1_000} seconds.`),
        Math.max(1, ends - performance.now()),
      );
      if (found !== null && isOutside(wayTo(found)))
        request.once("socket", (socket) => {
          wire = wireOf(socket);
        });
      request.once("response", (response) => {
        answer = response;
        readAnswer(response, sending.secrets, end, fail);
      });
      // For good: one that is given up may still say so.
      request.on("error", (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && !answer && /^(ECONNRESET|EPIPE)$/.test(error.code ?? "");
        if (isStale && !isAgain) end("stale");
        else fail(`It could not be reached: ${problemOf(error)}.`);
      });
      request.end(body);
    });
  const attempt = async (sending: Sending): Promise<Answered> => {
    const sent = await once(sending, false);
    if (sent !== "stale") return sent;
    // The endpoint ended the connection while it was idle. It may have seen the delivery, and knows it by its id.
    const again = await once(sending, true);
    return again === "stale" ? noAnswer("It ended the connection.") : again;
  };
  return {
    async send(sending) {
      if (forbidden)
        return { ...noAnswer("It is a link-local address, where no application is."), crossed: null };
      wire = null;
      // Asked each time: a connection that is kept outlives the rule that let it out.
      const known = found === null ? null : wayTo(found);
      const isRefused = known !== null && isOutside(known) && "refused" in known;
      const sent = isRefused ? noAnswer(NOT_LET_OUT) : await attempt(sending);
      const way = found === null ? null : wayTo(found);
      if (found === null || way === null || !isOutside(way)) return { ...sent, crossed: null };
      return { ...sent, crossed: { way, address: found, port, ...bytesOf(wire) } };
    },
    close: () => agent.destroy(),
  };
}

const NOT_LET_OUT = "It is outside, and no rule of the allowlist lets deliveries out to it.";

function isOutside(way: Way): way is Passage {
  return way !== "inside";
}

/** A connection, and what it had moved before. */
interface Wire {
  readonly socket: Socket;
  readonly read: number;
  readonly written: number;
}

function wireOf(socket: Socket): Wire {
  return { socket, read: socket.bytesRead, written: socket.bytesWritten };
}

function bytesOf(
  wire: Wire | null,
): Pick<Crossed, "bytesIn" | "bytesOut" | "tlsVersion" | "certificateSha256"> {
  if (!wire) return { bytesIn: 0, bytesOut: 0, tlsVersion: null, certificateSha256: null };
  const { socket, read, written } = wire;
  const tls = "getPeerX509Certificate" in socket ? (socket as TLSSocket) : null;
  return {
    bytesIn: socket.bytesRead - read,
    bytesOut: socket.bytesWritten - written,
    tlsVersion: tls?.getProtocol() ?? null,
    certificateSha256:
      tls?.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase() ?? null,
  };
}

function noAnswer(problem: string): Answered {
  return { status: null, problem, excerpt: null, retryAfter: undefined };
}

function readAnswer(
  answer: IncomingMessage,
  secrets: readonly string[],
  end: (sent: Answered) => void,
  fail: (problem: string) => void,
): void {
  const status = answer.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = () =>
    end({
      status,
      problem: problemOfAnswer(status, answer.headers.location),
      excerpt: excerptOf(Buffer.concat(chunks), answer.headers["content-type"], secrets),
      retryAfter: answer.headers["retry-after"],
    });
  answer.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    chunks.push(chunk);
    if (size <= READ_MAX) return;
    finish();
    answer.destroy();
  });
  answer.on("error", () => fail("It broke off in the middle of its answer."));
  answer.on("end", finish);
}

function problemOfAnswer(status: number, location: string | undefined): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400 && location !== undefined)
    return `It answered ${status} and sent us elsewhere. Redirects are not followed: name the address itself.`;
  return `It answered ${status}.`;
}

/** What the network said, without the address: that is the endpoint's, and known. */
function problemOf(error: NodeJS.ErrnoException): string {
  const known: Record<string, string> = {
    ECONNREFUSED: "nothing listens there",
    ECONNRESET: "it reset the connection",
    EPIPE: "it ended the connection",
    ENOTFOUND: "its name is not known",
    EAI_AGAIN: "its name could not be looked up",
    ETIMEDOUT: "it does not answer",
    EHOSTUNREACH: "there is no way there",
    ENETUNREACH: "there is no way there",
    CERT_HAS_EXPIRED: "its certificate has expired",
    DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by no authority that is trusted here",
    SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by no authority that is trusted here",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by no authority that is trusted here",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by no authority that is trusted here",
    ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  };
  return known[error.code ?? ""] ?? error.message.replace(/\.$/, "").slice(0, 200);
}

/** Looks a name up, and gives only the addresses that may be connected: one of them is, and none is asked for a second time. */
function lookupAllowed(wayTo: (address: string) => Way, chosen: (address: string) => void): LookupFunction {
  return (hostname, options, answer) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return answer(error, "");
      if (found.some(({ address }) => isLinkLocal(address)))
        return answer(new Error("its name leads to a link-local address, where no application is"), "");
      // The first alone, so that what is on record is what was connected.
      const allowed = found.find(({ address }) => {
        const way = wayTo(address);
        return !isOutside(way) || "ruleId" in way;
      });
      const first = allowed ?? found[0];
      if (first) chosen(first.address);
      if (!first || !allowed)
        return answer(new Error("no rule of the allowlist lets deliveries out to it"), "");
      if (options.all) return answer(null, [first]);
      return answer(null, first.address, first.family);
    });
  };
}

function isLinkLocal(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return LINK_LOCAL.check(mapped, isIP(mapped) === 6 ? "ipv6" : "ipv4");
}

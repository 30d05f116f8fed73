import type { Socket } from "node:net";
import type { HeadFault } from "./request-head.ts";

/** Why a client is not let through, or could not be. Each is the `reason` of a crossing. */
export type RefusalReason =
  | HeadFault
  | "too_slow"
  | "too_many_connections"
  | "client_unknown"
  | "no_rule"
  | "inner_address"
  | "name_unknown"
  | "name_server_slow"
  | "name_server_busy"
  | "unreachable"
  | "parent_refused"
  | "not_tls"
  | "bad_hello"
  | "sni_missing"
  | "sni_differs"
  | "upgrade";

interface Answer {
  readonly status: number;
  readonly words: string;
  readonly sentence: string;
  /** True where it was let through and did not get there. */
  readonly isFailure?: true;
}

const BAD_REQUEST = {
  status: 400,
  words: "Bad Request",
  sentence: "The request is not one that a proxy understands in one way only.",
};
const ANSWERS = {
  too_slow: { status: 408, words: "Request Timeout", sentence: "The request took too long to arrive." },
  head_too_large: {
    status: 431,
    words: "Request Header Fields Too Large",
    sentence: "The head of the request is too large.",
  },
  too_many_connections: {
    status: 503,
    words: "Service Unavailable",
    sentence: "Too many connections are open already.",
  },
  client_unknown: {
    status: 407,
    words: "Proxy Authentication Required",
    sentence: "This gateway does not know who is asking.",
  },
  no_rule: { status: 403, words: "Forbidden", sentence: "No rule of the allowlist lets this pass." },
  inner_address: {
    status: 403,
    words: "Forbidden",
    sentence: "The name leads to an address inside, which no rule opens by its address.",
  },
  name_unknown: {
    status: 502,
    words: "Bad Gateway",
    sentence: "The name has no address.",
    isFailure: true,
  },
  name_server_slow: {
    status: 504,
    words: "Gateway Timeout",
    sentence: "The name servers do not answer.",
    isFailure: true,
  },
  name_server_busy: {
    status: 503,
    words: "Service Unavailable",
    sentence: "Too many names are being looked up already.",
    isFailure: true,
  },
  unreachable: {
    status: 502,
    words: "Bad Gateway",
    sentence: "No connection could be made.",
    isFailure: true,
  },
  parent_refused: {
    status: 502,
    words: "Bad Gateway",
    sentence: "The proxy behind this gateway did not let it pass.",
    isFailure: true,
  },
  upgrade: {
    status: 501,
    words: "Not Implemented",
    sentence: "A connection that turns into another one goes through a tunnel: ask for it by CONNECT.",
  },
} as const satisfies Partial<Record<RefusalReason, Answer>>;

/** Thrown from wherever it shows that a client is not let through. */
export class Refused extends Error {
  override name = "Refused";
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.reason = reason;
  }

  get outcome(): "refused" | "failed" {
    return this.answer.isFailure ? "failed" : "refused";
  }

  get answer(): Answer {
    return ANSWERS[this.reason as keyof typeof ANSWERS] ?? BAD_REQUEST;
  }
}

/** Says no in HTTP, and closes: what the client may have sent behind its request is never read as another one. */
export function answerRefusal(socket: Socket, { reason, answer }: Refused): void {
  const text = `${answer.sentence}\n`;
  const challenge =
    reason === "client_unknown"
      ? 'Proxy-Authenticate: Basic realm="Sallyport", Bearer realm="Sallyport"\r\n'
      : "";
  const head =
    `HTTP/1.1 ${answer.status} ${answer.words}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
    `Content-Length: ${text.length}\r\nConnection: close\r\nProxy-Status: sallyport; details="${reason}"\r\n${challenge}\r\n`;
  lastWords(socket, head + text);
}

// RFC 8446 section 6: a fatal alert, unrecognized_name, in a record of its own.
const UNRECOGNIZED_NAME = Buffer.from([21, 3, 3, 0, 2, 2, 112]);

/** Says no in TLS to whom HTTP has said yes already. */
export function alertRefusal(socket: Socket): void {
  lastWords(socket, UNRECOGNIZED_NAME);
}

const LINGER_MS = 1_000;

/** What has not been read would make the system throw away our answer: it is read, and forgotten, until the client closes too. */
function lastWords(socket: Socket, words: string | Buffer): void {
  if (socket.destroyed) return;
  socket.setTimeout(0);
  const end = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(end));
  socket.removeAllListeners("data");
  socket.removeAllListeners("end");
  socket.once("end", () => socket.destroy());
  socket.end(words);
  socket.resume();
}

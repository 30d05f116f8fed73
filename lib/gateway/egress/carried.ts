import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import type { Attempt } from "./attempt.ts";
import { Refused } from "./refusal.ts";
import { HEAD_BYTES_MAX, type RequestHead } from "./request-head.ts";
import { close, type Ends } from "./tunnel.ts";

interface Carried {
  readonly head: RequestHead;
  readonly ends: Ends;
  readonly attempt: Attempt;
}

/** Carries on requests in clear text, one on each connection: what a client sends behind it is never read as another. */
export interface Carrier {
  /** @param bytes the whole of what the client has sent, its head included. */
  carry(ends: Ends, what: { head: RequestHead; bytes: Buffer }, attempt: Attempt): Promise<void>;
}

/** RFC 9110 section 7.6.1: what is said to this proxy, and to nobody behind it. */
const OWN_HEADERS = [
  "connection",
  "proxy-connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "proxy-authorization",
  "proxy-authenticate",
  "expect",
  "host",
];

/**
 * Node reads the request once more, for its body; what was decided on stays what our own reader read. Everything that goes out is
 * written anew, so that nothing of the client's framing reaches the other side.
 */
export function createCarrier({ idleMs }: { idleMs: number }): Carrier {
  const carried = new WeakMap<Socket, Carried>();
  const attempts = new WeakMap<object, Attempt>();
  const server = createServer(
    // A little more than was let through by the first reader.
    { maxHeaderSize: HEAD_BYTES_MAX * 2, keepAlive: false, insecureHTTPParser: false, requestTimeout: 0 },
    (incoming, response) => {
      const known = carried.get(incoming.socket);
      // A second request on the same connection, which the first reader has not seen: it ends with the answer to the first.
      if (!known) return;
      carried.delete(incoming.socket);
      forward(known, incoming, response, idleMs);
    },
  );
  const turnAway = (_incoming: IncomingMessage, socket: object & { destroy(): void }) => socket.destroy();
  server.on("connect", turnAway);
  server.on("upgrade", turnAway);
  // A body whose pieces are not what they say they are.
  server.on("clientError", (_error, socket) => {
    attempts.get(socket)?.ends("refused", "bad_body");
    socket.destroy();
  });
  return {
    async carry(ends, { head, bytes }, attempt) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const { client, upstream } = ends;
      carried.set(client, { head, ends, attempt });
      attempts.set(client, attempt);
      client.once("close", () => {
        attempt.ends("allowed", null);
        upstream.destroy();
        resolve();
      });
      client.setTimeout(idleMs, () => {
        attempt.ends("failed", "idle");
        close(ends);
      });
      client.unshift(bytes);
      server.emit("connection", client);
      client.resume();
      await promise;
    },
  };
}

function forward(
  { head, ends, attempt }: Carried,
  incoming: IncomingMessage,
  response: ServerResponse,
  idleMs: number,
): void {
  const { client, upstream } = ends;
  response.shouldKeepAlive = false;
  const { name, address, port } = head.target;
  const host = name ?? (address?.includes(":") ? `[${address}]` : (address ?? ""));
  const outgoing = request({
    createConnection: () => upstream,
    method: head.method ?? "GET",
    path: head.path ?? "/",
    headers: {
      ...passedOn(incoming.headers),
      ...(incoming.headers["transfer-encoding"] ? { "transfer-encoding": "chunked" } : {}),
      host: port === 80 ? host : `${host}:${port}`,
      connection: "close",
    },
    timeout: idleMs,
  });
  const fails = (reason: CrossingReason) => {
    attempt.ends("failed", reason);
    close(ends);
  };
  outgoing.once("timeout", () => fails("peer_silent"));
  outgoing.on("error", () => fails("peer_reset"));
  outgoing.once("response", (answer) => {
    attempt.answered();
    attempt.hasStatus(answer.statusCode ?? 0);
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.headers));
    answer.pipe(response);
    // Cut short there, it must not look whole here.
    answer.once("aborted", () => fails("peer_reset"));
    answer.once("end", () => attempt.ends("allowed", null));
  });
  incoming.pipe(outgoing);
  client.on("error", () => close(ends));
}

function passedOn(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name) && !named.includes(name)),
  );
}

/** Whether a request wants its connection to become something else, such as a web socket: that needs a tunnel. */
export function mustNotTurn(text: string): void {
  if (/\r\nupgrade[ \t]*:/i.test(text)) throw new Refused("upgrade");
}

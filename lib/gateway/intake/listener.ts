import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Clock, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import { followTls, readTls, type TlsFiles } from "../tls.ts";
import { Passage } from "./passage.ts";
import { canonical } from "./source.ts";

/** What bounds a connection, whoever it is from. */
export interface Bounds {
  connections: number;
  connectionsOfOne: number;
  headBytes: number;
  /** For the handshake, and then again for the head. */
  headWithinMs: number;
  /** For head and body. */
  requestWithinMs: number;
  /** For how long nothing may pass while an answer is on its way. */
  idleMs: number;
}

export const BOUNDS: Bounds = {
  connections: 2_000,
  connectionsOfOne: 200,
  headBytes: 16 * 1024,
  headWithinMs: 10 * SECOND_MS,
  requestWithinMs: 30 * SECOND_MS,
  idleMs: MINUTE_MS,
};

export interface ListenerOptions {
  host: string;
  port: number;
  tls: TlsFiles | null;
  bounds: Bounds;
  clock: Clock;
  record: (crossing: Crossing) => void;
  /** Whether the address of a new connection may ask for anything. Without a proxy of ours in front, it is the source's own. */
  admits: (address: string) => boolean;
  /** Whether each address is one client's own, and not a proxy's. */
  direct: boolean;
  serve: (
    request: IncomingMessage,
    response: ServerResponse,
    more: { passage: Passage; goOn?: () => void },
  ) => void;
  failed: (error: unknown) => void;
}

export interface Listener {
  readonly address: AddressInfo;
  readonly connections: number;
  /** Takes no new connections, and waits for those that are open. */
  close(): Promise<void>;
}

/** Listens for what comes from outside. Every connection that it accepts ends as a crossing. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { host, port, tls, bounds, serve, failed } = options;
  const passages = new Passages(options);
  const server = createOn(options);
  server.maxConnections = bounds.connections;
  server.on("connection", (socket: Socket) => passages.accept(socket));
  server.on("drop", (from?: { remoteAddress?: string; remotePort?: number }) => passages.dropped(from));
  server.on("secureConnection", (socket: TLSSocket) => passages.secured(socket));
  const answer = (goOn: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const passage = passages.of(request.socket);
    if (!passage) response.destroy();
    else serve(request, response, { passage, ...(goOn && { goOn: () => response.writeContinue() }) });
  };
  server.on("request", answer(false));
  server.on("checkContinue", answer(true));
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    const passage = passages.of(request.socket);
    if (passage?.begin(request, response)) passage.refuse({ status: 417, reason: "malformed" });
    passage?.done();
  });
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    passages.of(request.socket)?.note("method");
    hangUp(socket, "405 Method Not Allowed");
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const passage = passages.of(socket);
    const { status, reason } = headProblem(error);
    const unsecured = passage?.unread === "tls";
    passage?.note(unsecured ? "tls" : reason);
    if (unsecured || passage?.answering) socket.destroy();
    else hangUp(socket, status);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen({ host, port }, () => resolve());
  });
  server.on("error", failed);
  const unfollow = tls && "setSecureContext" in server ? followTls(tls, server, failed) : () => {};
  return {
    address: server.address() as AddressInfo,
    get connections() {
      return passages.size;
    },
    async close() {
      unfollow();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), bounds.requestWithinMs);
      await closed;
      clearTimeout(late);
    },
  };
}

function createOn({ tls, bounds }: ListenerOptions) {
  const limits = {
    maxHeaderSize: bounds.headBytes,
    headersTimeout: bounds.headWithinMs,
    requestTimeout: bounds.requestWithinMs,
    connectionsCheckingInterval: Math.min(SECOND_MS, bounds.headWithinMs / 4),
    keepAliveTimeout: 1,
    // Told apart from other bad heads, and written down: `serve` looks.
    requireHostHeader: false,
    insecureHTTPParser: false,
    noDelay: true,
  };
  const server = tls
    ? createHttpsServer({
        ...limits,
        ...readTls(tls),
        ALPNProtocols: ["http/1.1"],
        handshakeTimeout: bounds.headWithinMs,
      })
    : createHttpServer(limits);
  server.timeout = bounds.idleMs;
  return server;
}

/** The passages of the connections that are open, found by their sockets: with TLS, by that of either layer. */
class Passages {
  readonly #options: ListenerOptions;
  readonly #bySocket = new WeakMap<Socket, Passage>();
  readonly #byPeer = new Map<string, Passage>();
  readonly #ofOne = new Map<string, number>();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byPeer.size;
  }

  accept(socket: Socket): void {
    const { record, clock, direct, admits, bounds } = this.#options;
    const passage = new Passage(socket, record, clock);
    if (this.#options.tls) passage.unread = "tls";
    const { address } = passage;
    const peer = peerOf(socket);
    const count = (this.#ofOne.get(address ?? "") ?? 0) + 1;
    this.#bySocket.set(socket, passage);
    this.#byPeer.set(peer, passage);
    this.#ofOne.set(address ?? "", count);
    socket.once("close", () => {
      this.#byPeer.delete(peer);
      const left = (this.#ofOne.get(address ?? "") ?? 1) - 1;
      if (left > 0) this.#ofOne.set(address ?? "", left);
      else this.#ofOne.delete(address ?? "");
    });
    socket.on("error", () => {});
    if (address === null) this.#hangUp(socket, "client_gone");
    else if (direct && !admits(address)) this.#hangUp(socket, "no_rule");
    else if (direct && count > bounds.connectionsOfOne) this.#hangUp(socket, "too_many");
  }

  secured(socket: TLSSocket): void {
    const passage = this.#byPeer.get(peerOf(socket));
    if (!passage) return;
    this.#bySocket.set(socket, passage);
    passage.unread = "malformed";
    passage.know({ tlsVersion: socket.getProtocol() });
  }

  of(socket: Socket): Passage | undefined {
    return this.#bySocket.get(socket) ?? this.#byPeer.get(peerOf(socket));
  }

  /** One more than there may be. It was closed before it could be a passage. */
  dropped(from?: { remoteAddress?: string; remotePort?: number }): void {
    const { record, clock } = this.#options;
    record(Passage.never(clock(), canonical(from?.remoteAddress), from?.remotePort ?? null, "too_many"));
  }

  #hangUp(socket: Socket, reason: CrossingReason): void {
    this.#bySocket.get(socket)?.note(reason);
    socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function headProblem({ code }: NodeJS.ErrnoException): { status: string; reason: CrossingReason } {
  if (code === "HPE_HEADER_OVERFLOW")
    return { status: "431 Request Header Fields Too Large", reason: "head_too_large" };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { status: "408 Request Timeout", reason: "slow" };
  if (code === "ECONNRESET" || code === "EPIPE") return { status: "400 Bad Request", reason: "client_gone" };
  return { status: "400 Bad Request", reason: "malformed" };
}

/** Says why, if anybody listens, and waits for nothing. */
function hangUp(socket: Socket, status: string): void {
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

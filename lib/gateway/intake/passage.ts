import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import { newId } from "#lib/shared/ids.ts";
import { canonical } from "./source.ts";

const PATH_MAX = 512;

/** Why a request was refused, and what it is answered. Whoever is refused learns the status and nothing else. */
export interface Refusal {
  status: number;
  reason: CrossingReason;
  headers?: Record<string, string>;
}

type Facts = Partial<Omit<Crossing, "id" | "beganAt" | "bytesIn" | "bytesOut">>;

/**
 * One connection from outside with the one request that it may bring, and so one crossing: every byte of it is counted
 * there, with TLS and heads, as a look at the wire would count it. It is written down when it begins to mean something and
 * when it is over.
 */
export class Passage {
  readonly address: string | null;
  readonly port: number | null;
  /** Why no request was read, where something came and was none. */
  unread: "malformed" | "tls" = "malformed";
  readonly #socket: Socket;
  readonly #record: (crossing: Crossing) => void;
  readonly #clock: Clock;
  readonly #began = performance.now();
  #crossing: Crossing;
  #asked: ServerResponse | null = null;
  #busy = false;
  #closed = false;
  #settled = false;

  constructor(socket: Socket, record: (crossing: Crossing) => void, clock: Clock) {
    this.#socket = socket;
    this.#record = record;
    this.#clock = clock;
    this.address = canonical(socket.remoteAddress);
    this.port = socket.remotePort ?? null;
    this.#crossing = {
      ...BLANK,
      id: newId("crs"),
      beganAt: clock(),
      peerAddress: this.address,
      peerPort: this.port,
    };
    socket.once("close", () => {
      this.#closed = true;
      this.#end();
    });
  }

  /** The crossing of a connection that was not taken. */
  static never(at: Date, address: string | null, port: number | null, reason: CrossingReason): Crossing {
    const ends = { beganAt: at, endedAt: at };
    return { ...BLANK, ...ends, id: newId("crs"), reason, peerAddress: address, peerPort: port };
  }

  get id(): string {
    return this.#crossing.id;
  }

  get tlsVersion(): string | null {
    return this.#crossing.tlsVersion;
  }

  /** Whether an answer is on its way already, into which nothing else may be written. */
  get answering(): boolean {
    return this.#asked?.headersSent ?? false;
  }

  know(facts: Facts): void {
    const path = facts.path === undefined ? this.#crossing.path : (facts.path?.slice(0, PATH_MAX) ?? null);
    this.#crossing = { ...this.#crossing, ...facts, path };
  }

  /** Its request has come. False where it had one: nothing more is taken from it. */
  begin(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#asked || this.#settled) return false;
    this.#asked = response;
    this.#busy = true;
    this.know({ kind: "request", method: request.method ?? null });
    return true;
  }

  /** It may come in: from here on there is a record of it, whatever happens to this process. */
  admit(): void {
    this.#record({ ...this.#crossing, outcome: "open" });
  }

  /** It was let through, and this is how it went. The answer is about to begin. */
  allow(facts: Pick<Facts, "outcome" | "reason"> = {}): void {
    this.#settled = true;
    this.know({ outcome: "allowed", reason: null, ...facts, latencyMs: this.#elapsed() });
  }

  refuse({ status, reason, headers = {} }: Refusal, outcome: "refused" | "failed" = "refused"): void {
    if (this.#settled) return;
    this.note(reason, outcome);
    const response = this.#asked;
    if (!response || response.headersSent || response.destroyed) {
      this.#socket.destroy();
      return;
    }
    response.writeHead(status, { ...headers, connection: "close", "content-length": "0" }).end();
  }

  /** Why it ends, where whatever is to be said to it was said elsewhere. The first reason counts. */
  note(reason: CrossingReason, outcome: "refused" | "failed" = "refused"): void {
    if (this.#settled) return;
    this.#settled = true;
    this.know({ outcome, reason, latencyMs: this.#elapsed() });
  }

  /** Whatever was to be done for its request is done. */
  done(): void {
    this.#busy = false;
    this.#end();
  }

  #end(): void {
    if (!this.#closed || this.#busy) return;
    const { bytesRead, bytesWritten } = this.#socket;
    if (!this.#settled && this.#asked) this.note("client_gone", "failed");
    if (!this.#settled) this.note(bytesRead === 0 ? "nothing_sent" : this.unread);
    this.#record({
      ...this.#crossing,
      endedAt: this.#clock(),
      status: this.#asked?.headersSent ? this.#asked.statusCode : this.#crossing.status,
      bytesIn: bytesRead,
      bytesOut: bytesWritten,
    });
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#began);
  }
}

const BLANK: Omit<Crossing, "id" | "beganAt"> = {
  endedAt: null,
  direction: "ingress",
  kind: "connection",
  outcome: "refused",
  reason: null,
  ruleId: null,
  purpose: null,
  environmentId: null,
  peerName: null,
  peerAddress: null,
  peerPort: null,
  clientId: null,
  clientName: null,
  clientAddress: null,
  method: null,
  path: null,
  status: null,
  bytesIn: 0,
  bytesOut: 0,
  tlsVersion: null,
  certificateSha256: null,
  latencyMs: null,
  correlationId: null,
};

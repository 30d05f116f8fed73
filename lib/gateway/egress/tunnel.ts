import type { Socket } from "node:net";
import type { Attempt } from "./attempt.ts";
import { readClientHello } from "./client-hello.ts";
import type { Inflow, Taker } from "./inflow.ts";
import { alertRefusal, type RefusalReason } from "./refusal.ts";
import type { Target } from "./request-head.ts";
import { ServerHelloReader } from "./server-hello.ts";

export interface TunnelLimits {
  /** For the first bytes of a client, once its tunnel is there. */
  readonly helloMs: number;
  /**
   * When nothing has moved for so long, the system is asked to watch whether the other side is still there. Most connections are over
   * sooner, and need not ask.
   */
  readonly watchedAfterMs: number;
  /** A tunnel in which nothing moves for so long is closed. */
  readonly idleMs: number;
  /** The same, once one side has said that it sends nothing more. */
  readonly halfOpenMs: number;
}

/** Where everything is TLS, and has to name whom it is for. */
export const TLS_PORT = 443;

/** Both ends of something that has been let through. */
export interface Ends {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** The kind of record that TLS begins with. */
const TLS_HANDSHAKE = 22;
const GREETING = Buffer.from("HTTP/1.1 200 Connection established\r\n\r\n");
const NOTHING = Buffer.alloc(0);
const KEEP_ALIVE_MS = 60_000;

/** What a tunnel is for. */
export interface Asking {
  readonly target: Target;
  /** What the client sent behind its request. */
  readonly rest: Buffer;
  /** Whether it waits to hear that its tunnel is there. */
  readonly greets: boolean;
}

/**
 * Carries a tunnel, both ways, until both sides have ended. Nothing of the client's goes out before its TLS has named whom it is
 * for, and that is the name that was asked for: on port 443 always, elsewhere where it speaks TLS at all.
 * @param inflow what the other side sends, where it was connected with one.
 * @param over called once both sides are gone; how it went is on record by then.
 */
export function carryTunnel(
  ends: Ends,
  asking: Asking,
  attempt: Attempt,
  limits: TunnelLimits,
  inflow: Inflow | null,
  over: () => void,
): void {
  new Tunnel(ends, asking, attempt, limits, inflow, over).open();
}

export function close({ client, upstream }: Ends): void {
  client.destroy();
  upstream.destroy();
}

const TUNNEL = Symbol("tunnel");

/** One of the two sockets of a tunnel, which knows it: so no tunnel needs a dozen functions of its own to listen with. */
interface End extends Socket {
  [TUNNEL]?: Tunnel;
}

/** What is kept of a tunnel, of which there may be thousands in which nothing moves. */
class Tunnel implements Taker {
  readonly #ends: Ends;
  readonly #target: Target;
  readonly #attempt: Attempt;
  readonly #limits: TunnelLimits;
  readonly #inflow: Inflow | null;
  readonly #over: () => void;
  /** What the client has said before it is clear that it may; null once it is. */
  #unjudged: Buffer | null;
  #helloTimer: NodeJS.Timeout | undefined;
  /** Looks at what the other side's TLS says of itself, as long as there is something to be learned. */
  #greeting: ServerHelloReader | null = null;
  #isWatched = false;
  #openEnds = 2;

  constructor(
    ends: Ends,
    { target, rest, greets }: Asking,
    attempt: Attempt,
    limits: TunnelLimits,
    inflow: Inflow | null,
    over: () => void,
  ) {
    this.#ends = ends;
    this.#target = target;
    this.#attempt = attempt;
    this.#limits = limits;
    this.#inflow = inflow;
    this.#over = over;
    this.#unjudged = rest;
    if (greets) ends.client.write(GREETING);
  }

  open(): void {
    const { client, upstream } = this.#ends;
    for (const end of [client, upstream] as End[]) {
      end[TUNNEL] = this;
      end.on("end", onEnd);
      if (end.destroyed) process.nextTick(onClose.bind(end));
      else end.on("close", onClose);
    }
    upstream.on("error", onUpstreamError);
    // Whatever moves either way moves on this socket.
    client.on("timeout", onTimeout);
    client.setTimeout(Math.min(this.#limits.watchedAfterMs, this.#limits.idleMs));
    client.on("data", onClientData);
    client.on("drain", onClientDrain);
    upstream.on("drain", onUpstreamDrain);
    // Where the other side speaks first, the client waits for that.
    if (this.#target.port !== TLS_PORT) this.#listen();
    this.#look();
    if (client.readableEnded) this.#clientIsDone();
    client.resume();
  }

  /** Passes on what comes from the other side, as fast as it is taken. */
  #listen(): void {
    const { client, upstream } = this.#ends;
    if (this.#inflow) this.#inflow.to(this);
    else upstream.on("data", onUpstreamData);
    if (upstream.readableEnded) client.end();
    upstream.resume();
  }

  fromClient(chunk: Buffer): void {
    const { client, upstream } = this.#ends;
    if (this.#unjudged === null) {
      if (!upstream.write(chunk)) client.pause();
      return;
    }
    this.#unjudged = this.#unjudged.length === 0 ? chunk : Buffer.concat([this.#unjudged, chunk]);
    this.#look();
  }

  /** @param sent called when nothing of the chunk is needed any more. False where no more is to be read for now. */
  take(chunk: Buffer, sent?: () => void): boolean {
    this.#attempt.answered();
    if (this.#greeting) this.#watch(this.#greeting, chunk);
    return this.#ends.client.write(chunk, sent);
  }

  #watch(greeting: ServerHelloReader, chunk: Buffer): void {
    // It keeps what it has seen until it has seen enough, and the chunk's memory is used again.
    const isOver = greeting.read(Buffer.from(chunk));
    if (isOver) this.#greeting = null;
    if (greeting.version) this.#attempt.speaks(greeting);
  }

  /** Whether what the client says first may go out; and then it does. */
  #look(): void {
    const seen = this.#unjudged as Buffer;
    const reading = readClientHello(seen);
    if (reading.state === "more") {
      // Elsewhere than on 443 it may be for the other side to begin.
      if (this.#target.port === TLS_PORT || seen.length > 0)
        this.#helloTimer ??= setTimeout(() => this.#refuse("too_slow"), this.#limits.helloMs);
      return;
    }
    const refused = whyNot(reading, this.#target);
    if (refused) this.#refuse(refused);
    else {
      if (reading.state === "read") this.#attempt.names(reading.name);
      this.#letOut(seen);
    }
  }

  #letOut(first: Buffer): void {
    clearTimeout(this.#helloTimer);
    this.#unjudged = null;
    const { client, upstream } = this.#ends;
    if (first[0] === TLS_HANDSHAKE) this.#greeting = new ServerHelloReader();
    if (first.length > 0 && !upstream.write(first)) client.pause();
    if (this.#target.port === TLS_PORT) this.#listen();
    if (client.readableEnded) upstream.end();
  }

  #refuse(reason: RefusalReason): void {
    clearTimeout(this.#helloTimer);
    this.#attempt.ends("refused", reason);
    const { client, upstream } = this.#ends;
    upstream.destroy();
    alertRefusal(client);
  }

  /** The client sends nothing more: what it had begun to say on 443 is no ClientHello, and goes nowhere. */
  #clientIsDone(): void {
    if (this.#unjudged === null || this.#attempt.isRefused) return;
    this.#letOut(this.#target.port === TLS_PORT ? NOTHING : this.#unjudged);
  }

  ended(end: Socket): void {
    const { client, upstream } = this.#ends;
    client.setTimeout(Math.min(this.#limits.idleMs, this.#limits.halfOpenMs));
    if (end === upstream) client.end();
    else if (this.#unjudged === null) upstream.end();
    else this.#clientIsDone();
  }

  closed(end: Socket): void {
    const { client, upstream } = this.#ends;
    if (end === client) clearTimeout(this.#helloTimer);
    this.#openEnds -= 1;
    if (this.#openEnds === 0) {
      this.#attempt.ends("allowed", null);
      this.#over();
    } else if (!client.readableEnded || !upstream.readableEnded) {
      // One that broke takes the other with it; but a client that was refused is still being told so.
      if (!this.#attempt.isRefused) close(this.#ends);
    } else {
      // What is under way to the other one may still arrive there.
      upstream.on("timeout", onTimeout);
      for (const socket of [client, upstream]) socket.setTimeout(this.#limits.halfOpenMs);
    }
  }

  broke(code: string | undefined): void {
    this.#attempt.ends("failed", code === "ETIMEDOUT" ? "peer_silent" : "peer_reset");
  }

  nothingMoved(): void {
    const { client, upstream } = this.#ends;
    const { idleMs, watchedAfterMs } = this.#limits;
    if (!this.#isWatched && idleMs > watchedAfterMs && !client.readableEnded && !upstream.readableEnded) {
      this.#isWatched = true;
      for (const socket of [client, upstream]) socket.setKeepAlive(true, KEEP_ALIVE_MS);
      client.setTimeout(idleMs - watchedAfterMs);
      return;
    }
    this.#attempt.ends("allowed", "idle");
    close(this.#ends);
  }

  clientTakesMore(): void {
    this.#ends.upstream.resume();
  }

  upstreamTakesMore(): void {
    this.#ends.client.resume();
  }
}

function onClientData(this: End, chunk: Buffer): void {
  this[TUNNEL]?.fromClient(chunk);
}

function onUpstreamData(this: End, chunk: Buffer): void {
  if (this[TUNNEL]?.take(chunk) === false) this.pause();
}

function onClientDrain(this: End): void {
  this[TUNNEL]?.clientTakesMore();
}

function onUpstreamDrain(this: End): void {
  this[TUNNEL]?.upstreamTakesMore();
}

function onEnd(this: End): void {
  this[TUNNEL]?.ended(this);
}

function onClose(this: End): void {
  this[TUNNEL]?.closed(this);
}

function onTimeout(this: End): void {
  this[TUNNEL]?.nothingMoved();
}

function onUpstreamError(this: End, { code }: NodeJS.ErrnoException): void {
  this[TUNNEL]?.broke(code);
}

/** Why what a client says first may not go out; null where it may. */
function whyNot(reading: ReturnType<typeof readClientHello>, { name, port }: Target): RefusalReason | null {
  if (reading.state === "bad") return "bad_hello";
  if (reading.state === "not_tls") return port === TLS_PORT ? "not_tls" : null;
  // Who asked for an address was let through by it, whatever name is at home there.
  if (reading.state !== "read" || name === null) return null;
  if (reading.name === null) return "sni_missing";
  return reading.name === name ? null : "sni_differs";
}

import type { Socket } from "node:net";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import type { Attempt } from "./attempt.ts";
import { readClientHello } from "./client-hello.ts";
import { alertRefusal, Refused } from "./refusal.ts";
import type { Target } from "./request-head.ts";
import { watchServerHello } from "./server-hello.ts";

export interface TunnelLimits {
  /** For the first bytes of a client, once its tunnel is there. */
  readonly helloMs: number;
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
/** Most connections are over sooner, and need not ask the system to watch whether the other side is still there. */
const WATCHED_AFTER_MS = 30_000;
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
 */
export async function carryTunnel(
  ends: Ends,
  { target, rest, greets }: Asking,
  attempt: Attempt,
  limits: TunnelLimits,
): Promise<void> {
  const { client, upstream } = ends;
  const done = ended(ends, attempt, limits);
  if (greets) client.write(GREETING);
  // Where the other side speaks first, the client waits for that.
  if (target.port !== TLS_PORT) flow(upstream, client, () => attempt.answered());
  let isTls: boolean;
  try {
    const first = await firstBytes(client, { target, rest }, attempt, limits);
    isTls = first[0] === TLS_HANDSHAKE;
    if (first.length > 0) upstream.write(first);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    attempt.ends("refused", error.reason);
    upstream.destroy();
    alertRefusal(client);
    return;
  }
  if (target.port === TLS_PORT) flow(upstream, client, () => attempt.answered());
  flow(client, upstream);
  if (isTls) watchServerHello(upstream, (greeting) => attempt.speaks(greeting));
  await done;
}

export function close({ client, upstream }: Ends): void {
  client.destroy();
  upstream.destroy();
}

/** Settled when both sides are gone; how it went is on record by then. */
async function ended(ends: Ends, attempt: Attempt, { idleMs, halfOpenMs }: TunnelLimits): Promise<void> {
  const { client, upstream } = ends;
  const { promise, resolve } = Promise.withResolvers<void>();
  let isWatched = false;
  // Whatever moves either way moves on this socket.
  client.setTimeout(Math.min(WATCHED_AFTER_MS, idleMs), () => {
    if (!isWatched && idleMs > WATCHED_AFTER_MS && !client.readableEnded && !upstream.readableEnded) {
      isWatched = true;
      for (const socket of [client, upstream]) socket.setKeepAlive(true, KEEP_ALIVE_MS);
      client.setTimeout(idleMs - WATCHED_AFTER_MS);
      return;
    }
    attempt.ends("allowed", "idle");
    close(ends);
  });
  let open = 2;
  const closed = () => {
    open -= 1;
    if (open === 0) {
      attempt.ends("allowed", null);
      return resolve();
    }
    // What is under way to the other one may still arrive there; one that broke takes the other with it.
    if (!client.readableEnded || !upstream.readableEnded) closeBoth(ends, attempt);
    else for (const socket of [client, upstream]) socket.setTimeout(halfOpenMs, () => close(ends));
  };
  upstream.on("error", (error: NodeJS.ErrnoException) => attempt.ends("failed", failureOf(error)));
  client.on("error", () => undefined);
  for (const socket of [client, upstream]) {
    socket.once("end", () => client.setTimeout(Math.min(idleMs, halfOpenMs)));
    if (socket.destroyed) process.nextTick(closed);
    else socket.once("close", closed);
  }
  await promise;
}

/** A client that was refused is still being told so. */
function closeBoth(ends: Ends, attempt: Attempt): void {
  if (!attempt.isRefused) close(ends);
}

function failureOf({ code }: NodeJS.ErrnoException): CrossingReason {
  return code === "ETIMEDOUT" ? "peer_silent" : "peer_reset";
}

/** Passes on what comes, as fast as it is taken. */
function flow(from: Socket, to: Socket, first?: () => void): void {
  if (first) from.once("data", first);
  from.on("data", (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  if (from.readableEnded) to.end();
  else from.once("end", () => to.end());
  from.resume();
}

/** What the client says first, once it is clear that it may. @throws Refused */
async function firstBytes(
  client: Socket,
  { target, rest }: Pick<Asking, "target" | "rest">,
  attempt: Attempt,
  { helloMs }: TunnelLimits,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let seen = rest;
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    timer ??= setTimeout(() => reject(new Refused("too_slow")), helloMs);
  };
  const look = () => {
    const reading = readClientHello(seen);
    if (reading.state === "more") {
      // Elsewhere than on 443 it may be for the other side to begin.
      if (target.port === TLS_PORT || seen.length > 0) wait();
      return;
    }
    try {
      judge(reading, target);
      if (reading.state === "read") attempt.names(reading.name);
      resolve(seen);
    } catch (refusal) {
      reject(refusal);
    }
  };
  const read = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    look();
  };
  const gone = () => resolve(target.port === TLS_PORT ? Buffer.alloc(0) : seen);
  client.on("data", read);
  client.once("end", gone);
  client.once("close", gone);
  look();
  client.resume();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    client.pause();
    client.off("data", read);
    client.off("end", gone);
    client.off("close", gone);
  }
}

/** @throws Refused */
function judge(reading: ReturnType<typeof readClientHello>, { name, port }: Target): void {
  if (reading.state === "bad") throw new Refused("bad_hello");
  if (reading.state === "not_tls") {
    if (port === TLS_PORT) throw new Refused("not_tls");
    return;
  }
  // Who asked for an address was let through by it, whatever name is at home there.
  if (reading.state !== "read" || name === null) return;
  if (reading.name === null) throw new Refused("sni_missing");
  if (reading.name !== name) throw new Refused("sni_differs");
}

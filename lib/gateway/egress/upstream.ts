import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { plainAddress } from "./doors.ts";
import type { Inflow } from "./inflow.ts";
import { Refused } from "./refusal.ts";
import type { Target } from "./request-head.ts";
import type { ParentProxy } from "./settings.ts";

export interface ConnectLimits {
  /** For each address. */
  readonly connectMs: number;
}

/** How a socket of the proxy behaves, towards either side. */
export const SOCKET = {
  allowHalfOpen: true,
  noDelay: true,
} as const;

const ADDRESSES_TRIED_MAX = 4;
const PARENT_HEAD_BYTES_MAX = 16_384;

/**
 * Connects to the first of these addresses that answers, and to nothing else: no name is resolved here.
 * @param trying told each address before it is tried.
 * @param inflow by which what comes is read, rather than from the socket.
 * @throws Refused
 */
export async function connectTo(
  addresses: readonly string[],
  port: number,
  { connectMs }: ConnectLimits,
  trying: (address: string) => void,
  inflow: Inflow | null = null,
): Promise<Socket> {
  for (const address of addresses.slice(0, ADDRESSES_TRIED_MAX)) {
    trying(address);
    const connecting = connect({ host: address, port, ...SOCKET, ...(inflow && { onread: inflow.onread }) });
    // Otherwise it is read from as soon as it is there, and nobody listens yet.
    if (inflow) connecting.pause();
    const socket = await connected(connecting, "connect", connectMs);
    if (!socket) continue;
    if (plainAddress(socket.remoteAddress) === address) return socket;
    socket.destroy(); // closed again already; or not what was decided on
  }
  throw new Refused("unreachable");
}

/**
 * Asks the parent proxy for a tunnel: to an address that was decided on, or to a name, which it resolves itself.
 * @throws Refused
 */
export async function connectThrough(
  parent: ParentProxy,
  target: Target,
  { connectMs }: ConnectLimits,
): Promise<Socket> {
  const { host, port } = parent;
  const socket = await (parent.isTls
    ? connected(
        connectTls({ host, port, ...SOCKET, servername: /^[\d.]+$|:/.test(host) ? "" : host }),
        "secureConnect",
        connectMs,
      )
    : connected(connect({ host, port, ...SOCKET }), "connect", connectMs));
  if (!socket) throw new Refused("unreachable");
  const to = target.name ?? (target.address?.includes(":") ? `[${target.address}]` : target.address);
  const authority = `${to}:${target.port}`;
  const authorization = parent.authorization ? `Proxy-Authorization: ${parent.authorization}\r\n` : "";
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  if (await saysYes(socket, connectMs)) return socket;
  socket.destroy();
  throw new Refused("parent_refused");
}

async function connected<Made extends Socket>(
  socket: Made,
  event: "connect" | "secureConnect",
  timeoutMs: number,
): Promise<Made | null> {
  const { promise, resolve } = Promise.withResolvers<Made | null>();
  const timer = setTimeout(() => resolve(null), timeoutMs);
  socket.on("error", () => resolve(null));
  socket.once(event, () => resolve(socket));
  const made = await promise;
  clearTimeout(timer);
  if (!made) socket.destroy();
  return made;
}

/** Whether the parent made the tunnel. What comes behind its answer is left for whoever reads next. */
async function saysYes(socket: Socket, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let seen = Buffer.alloc(0);
  const timer = setTimeout(() => resolve(false), timeoutMs);
  const read = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf("\r\n\r\n");
    if (end < 0 && seen.length <= PARENT_HEAD_BYTES_MAX) return;
    socket.pause();
    socket.off("data", read);
    if (end >= 0 && seen.length > end + 4) socket.unshift(seen.subarray(end + 4));
    resolve(end >= 0 && /^HTTP\/1\.[01] 2\d\d[ \r]/.test(seen.toString("latin1", 0, end + 2)));
  };
  const ended = () => resolve(false);
  socket.on("data", read);
  socket.once("end", ended);
  socket.once("close", ended);
  const answer = await promise;
  clearTimeout(timer);
  socket.off("end", ended);
  socket.off("close", ended);
  return answer;
}

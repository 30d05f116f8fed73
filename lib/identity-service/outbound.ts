import { type LookupAddress, lookup } from "node:dns";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { readProxyEnv } from "./env.ts";

export interface OutboundRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | null;
  timeoutMs: number;
  sizeBytesMax: number;
  /** False: nothing but public addresses is connected to. */
  allowPrivate?: boolean;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

// Where clouds and hypervisors tell a machine its own secrets. No identity provider lives there.
const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet("169.254.0.0", 16, "ipv4");
LINK_LOCAL.addSubnet("fe80::", 10, "ipv6");
LINK_LOCAL.addAddress("fd00:ec2::254", "ipv6");

// What no public name should lead to: RFC 6890's private, shared, loopback and reserved networks.
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv4");
PRIVATE.addSubnet("::", 96, "ipv6");
PRIVATE.addSubnet("64:ff9b::", 96, "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");
PRIVATE.addSubnet("ff00::", 8, "ipv6");

// Not Node's own, which everything shares: a connection that was allowed to lead anywhere must not serve who may not go there.
// Idle ones end before a server's usual five seconds are over.
const proxyEnv = readProxyEnv();
const THROUGH = proxyEnv ? { proxyEnv } : {};
const KEPT = { keepAlive: true, timeout: 4_000, maxFreeSockets: 16, ...THROUGH };
const keptHttp = new http.Agent(KEPT);
const keptHttps = new https.Agent(KEPT);

/** We refused, or gave up; what the network or the other side said comes as Node's own error. */
export class OutboundProblem extends Error {
  readonly reason: "timeout" | "too_large" | "link_local" | "private";

  constructor(reason: OutboundProblem["reason"], sentence: string) {
    super(sentence);
    this.reason = reason;
  }
}

/**
 * One request to an address that an administrator chose. No redirect is followed; the answer is read up to its bound; and the
 * address that is really connected to is looked at, not the name: a name may answer differently the second time. Connections are
 * kept for a moment, except where only public addresses are allowed.
 * @throws Error with a sentence without a full stop, to be put behind "it could not be fetched:".
 */
export async function ask(address: string | URL, wanted: OutboundRequest): Promise<OutboundAnswer> {
  const url = new URL(address);
  const guard = wanted.allowPrivate === false ? PUBLIC_ONLY : NOT_LINK_LOCAL;
  refuseHost(url, guard.refuse);
  const isSecure = url.protocol === "https:";
  const kept = isSecure ? keptHttps : keptHttp;
  try {
    return await send(url, wanted, { guard, agent: wanted.allowPrivate === false ? fresh(isSecure) : kept });
  } catch (error) {
    // The server ended the connection while it was idle, and has not seen the request.
    if (!(error instanceof StaleConnection)) throw error;
    return await send(url, wanted, { guard, agent: fresh(isSecure) });
  }
}

/** For one connection that nobody else is to have. Through a gateway, it is that which looks at where a name leads. */
function fresh(isSecure: boolean): http.Agent | https.Agent {
  return new (isSecure ? https : http).Agent(THROUGH);
}

class StaleConnection extends Error {}

async function send(
  url: URL,
  wanted: OutboundRequest,
  { guard, agent }: { guard: Guard; agent: http.Agent | https.Agent },
): Promise<OutboundAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<OutboundAnswer>();
  const request = (url.protocol === "https:" ? https : http).request(url, {
    method: wanted.method ?? "GET",
    headers: wanted.headers ?? {},
    lookup: guard.lookup,
    agent,
  });
  const tooLate = () => reject(new OutboundProblem("timeout", "it did not answer in time"));
  const limit = setTimeout(tooLate, wanted.timeoutMs);
  let isAnswered = false;
  request.once("response", (answer) => {
    isAnswered = true;
    readBounded(answer, wanted.sizeBytesMax, resolve, reject);
  });
  // For good: one that is given up may still say so.
  request.on("error", (error: NodeJS.ErrnoException) => {
    const isStale = request.reusedSocket && !isAnswered && /^(ECONNRESET|EPIPE)$/.test(error.code ?? "");
    reject(isStale ? new StaleConnection() : error);
  });
  request.end(wanted.body ?? undefined);
  try {
    return await promise;
  } catch (error) {
    request.destroy();
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

function readBounded(
  answer: IncomingMessage,
  sizeBytesMax: number,
  resolve: (answer: OutboundAnswer) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  answer.on("data", (chunk: Buffer) => {
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= sizeBytesMax) chunks.push(chunk);
    else answer.destroy(new OutboundProblem("too_large", `it is larger than ${sizeBytesMax / 1_000_000} MB`));
  });
  answer.on("error", reject);
  answer.on("end", () => {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers))
      headers[name] = [value ?? ""].flat().join(", ");
    resolve({ status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
  });
}

/** For connections of other kinds: refuses where an address is written out; `lookUpChecked` does where it is found by name. */
export function refuseLinkLocalHost(url: URL): void {
  refuseHost(url, refuseLinkLocal);
}

function refuseHost({ hostname }: URL, refuse: Refuse): void {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) refuse(host);
}

type Refuse = (address: string) => void;

/** Looks a name up, and at every address it leads to. */
function guarded(refuse: Refuse): LookupFunction {
  return (hostname, options, answer) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return answer(error, "");
      try {
        for (const { address } of found) refuse(address);
      } catch (refusal) {
        return answer(refusal as Error, "");
      }
      const [first] = found;
      if (options.all) return answer(null, found);
      return answer(null, first?.address ?? "", first?.family ?? 4);
    });
  };
}

interface Guard {
  readonly refuse: Refuse;
  readonly lookup: LookupFunction;
}
const NOT_LINK_LOCAL: Guard = { refuse: refuseLinkLocal, lookup: guarded(refuseLinkLocal) };
const PUBLIC_ONLY: Guard = { refuse: refusePrivate, lookup: guarded(refusePrivate) };

/** For connections of other kinds: refuses where a name leads to. */
export const lookUpChecked = NOT_LINK_LOCAL.lookup;

function refuseLinkLocal(address: string): void {
  if (isIn(LINK_LOCAL, address))
    throw new OutboundProblem("link_local", "it is a link-local address, where no identity provider is");
}

function refusePrivate(address: string): void {
  refuseLinkLocal(address);
  if (isIn(PRIVATE, address))
    throw new OutboundProblem("private", "it is a private address, which this environment does not allow");
}

function isIn(list: BlockList, address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return list.check(mapped, isIP(mapped) === 6 ? "ipv6" : "ipv4");
}

import http, { type IncomingMessage } from "node:http";
import { BlockList, isIP, type Socket } from "node:net";
import { Readable } from "node:stream";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Clock } from "#lib/shared/clock.ts";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { plainAddress } from "./doors.ts";
import { Refused } from "./refusal.ts";
import { boundedResolve, type Resolve } from "./resolve.ts";
import { findWay, throughParent } from "./serve.ts";
import { type EgressSettings, egressSettings } from "./settings.ts";
import { connectThrough, connectTo } from "./upstream.ts";

/** By what way a request of the gateway's own went, for the record. */
export interface OwnWay {
  /** Null within the site, where no boundary is crossed. */
  readonly ruleId: string | null;
  readonly purpose: string | null;
  readonly address: string | null;
  readonly tlsVersion: string | null;
  readonly certificateSha256: string | null;
  /** What has gone over the wire so far. */
  bytes(): { in: number; out: number };
}

/** As `fetch`, with what is needed of it: method, headers, signal. A redirect is an answer like any other. */
export type OwnFetch = (url: URL, init: RequestInit, went?: (way: OwnWay) => void) => Promise<Response>;

const LIMITS = { connectMs: 5_000 };

/**
 * Requests of the gateway's own, by the same rules as everybody's: on the address that is then connected, through the parent proxy where
 * there is one. An address inside, written out, is reached directly.
 * @throws Refused where no rule lets it pass, or nothing is reached.
 */
export function ownFetch(
  configuration: () => GatewayConfiguration,
  clock: Clock,
  resolve: Resolve = boundedResolve(),
): OwnFetch {
  let known: { of: GatewayConfiguration; settings: EgressSettings } | null = null;
  const settings = () => {
    const current = configuration();
    const now = clock();
    const endsAt = known?.settings.doors.endsAt;
    if (!known || known.of !== current || (endsAt && endsAt <= now))
      known = { of: current, settings: egressSettings(current, now) };
    return known.settings;
  };
  return async (url, init, went) => {
    const { socket, ruleId } = await reach(url, settings, resolve);
    try {
      const secured = url.protocol === "https:" ? await secure(socket, url.hostname, init.signal) : null;
      went?.({
        ruleId,
        purpose: ruleId && settings().purposeOf(ruleId),
        address: plainAddress(socket.remoteAddress),
        tlsVersion: secured?.getProtocol() ?? null,
        certificateSha256: fingerprintOf(secured),
        bytes: () => ({ in: socket.bytesRead, out: socket.bytesWritten }),
      });
      return responseOf(await send(url, init, secured ?? socket), socket);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
}

async function reach(
  url: URL,
  settings: () => EgressSettings,
  resolve: Resolve,
): Promise<{ socket: Socket; ruleId: string | null }> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const inside = insideAddresses(host);
  if (inside) return { socket: await connectTo(inside, port, LIMITS, () => undefined), ruleId: null };
  const target = isIP(host)
    ? { name: null, address: plainAddress(host), port }
    : { name: host, address: null, port };
  const { parent } = settings();
  const way = await findWay(target, { leadsTo: () => undefined }, { settings, resolve });
  const addresses = way.addresses.map(({ address }) => address);
  const socket = parent
    ? await connectThrough(parent, throughParent(target, way), LIMITS)
    : await connectTo(addresses, port, LIMITS, () => undefined);
  const connected = plainAddress(socket.remoteAddress);
  return {
    socket,
    ruleId: way.addresses.find(({ address }) => address === connected)?.ruleId ?? way.ruleId,
  };
}

// Written out, so that no name server has a say in it. Not link-local ones, where clouds tell a machine its own secrets.
const INSIDE = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  INSIDE.addSubnet(network, prefix, "ipv4");
INSIDE.addAddress("::1", "ipv6");
INSIDE.addSubnet("fc00::", 7, "ipv6");
// Where a cloud has its metadata within the unique local ones.
const NOT_INSIDE = new BlockList();
NOT_INSIDE.addAddress("fd00:ec2::254", "ipv6");

function insideAddresses(host: string): string[] | null {
  if (host === "localhost") return ["127.0.0.1", "::1"];
  const family = isIP(host);
  if (family === 0) return null;
  const kind = family === 6 ? "ipv6" : "ipv4";
  return INSIDE.check(host, kind) && !NOT_INSIDE.check(host, kind) ? [plainAddress(host) ?? host] : null;
}

async function secure(socket: Socket, hostname: string, signal: RequestInit["signal"]): Promise<TLSSocket> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const secured = connectTls({
    socket,
    host,
    servername: isIP(host) ? "" : host,
    ALPNProtocols: ["http/1.1"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const stop = () => reject(signal?.reason ?? new Error("aborted"));
  secured.once("secureConnect", () => resolve(secured));
  secured.on("error", reject);
  secured.once("close", () => reject(new Error("closed")));
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

async function send(url: URL, init: RequestInit, socket: Socket): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = http.request({
    // Instead of an agent's: the connection is made already, to what was decided on.
    createConnection: () => socket,
    method: init.method ?? "GET",
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...(init.headers as Record<string, string>), connection: "close" },
    ...(init.signal ? { signal: init.signal } : {}),
  });
  request.once("response", resolve);
  request.on("error", (error) => reject(init.signal?.aborted ? init.signal.reason : error));
  request.end();
  return await promise;
}

function responseOf(message: IncomingMessage, socket: Socket): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (let at = 0; at < message.rawHeaders.length; at += 2)
    headers.append(message.rawHeaders[at] ?? "", message.rawHeaders[at + 1] ?? "");
  message.once("close", () => socket.destroy());
  if (status < 200 || status > 599) throw new Refused("unreachable");
  const hasNoBody = [204, 205, 304].includes(status);
  if (hasNoBody) message.resume();
  return new Response(hasNoBody ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>), {
    status,
    headers,
  });
}

function fingerprintOf(secured: TLSSocket | null): string | null {
  const print = secured?.getPeerX509Certificate()?.fingerprint256;
  return print ? print.replaceAll(":", "").toLowerCase() : null;
}

import type { Socket } from "node:net";
import { dial } from "./connect.ts";
import { type Head, readHead } from "./http-head.ts";
import { tunnel } from "./proxy.ts";
import type { Site } from "./site.ts";
import { type Handshake, shakeHands } from "./tls.ts";

const BODY_BYTES_MAX = 2 * 1024 * 1024;

export interface Fetched {
  status: number;
  headers: Map<string, string>;
  body: string;
  /** Null where TLS was not spoken. */
  handshake: Omit<Handshake, "socket"> | null;
  /** When the request left, and how long the answer took: what its Date is compared with. */
  sentAt: Date;
  tookMs: number;
}

export type Fetching =
  | { ok: true; fetched: Fetched }
  | {
      ok: false;
      step: "name" | "connect" | "proxy" | "tls" | "answer";
      code: string;
      words: string;
      addresses: string[];
    };

/**
 * Asks for a URL the way the programs of a site do: by the proxy where one is set, following nothing, and reading no more than
 * it has to. The certificate is looked at and not insisted on: whoever asked judges it.
 */
export async function fetchUrl(site: Site, url: URL, method: "GET" | "HEAD" = "GET"): Promise<Fetching> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const way = await openWay(site, host, port);
  if (!way.ok) return way;
  const { addresses } = way;
  const fail = (step: "tls" | "answer", code: string, words: string): Fetching => ({
    ok: false,
    step,
    code,
    words,
    addresses,
  });
  let socket = way.socket;
  let handshake: Handshake | null = null;
  if (url.protocol === "https:") {
    const shake = await shakeHands(socket, host, { timeoutMs: site.timeoutMs, ca: site.extraCertificates });
    if (!shake.ok) return fail("tls", shake.code, shake.words);
    handshake = shake.handshake;
    socket = handshake.socket;
  }
  const sentAt = site.now();
  const started = performance.now();
  const request = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    "Connection: close",
    "Accept: */*",
    "User-Agent: sallyport-doctor",
  ];
  socket.write(`${request.join("\r\n")}\r\n\r\n`);
  const head = await readHead(socket, site.timeoutMs);
  const tookMs = performance.now() - started;
  if (!head) {
    socket.destroy();
    return fail("answer", "ETIMEDOUT", "connected, but no HTTP answer came");
  }
  const body = method === "HEAD" ? "" : await readBody(socket, head, site.timeoutMs);
  socket.destroy();
  const { socket: _, ...shown } = handshake ?? { socket: null };
  return {
    ok: true,
    fetched: {
      status: head.status,
      headers: head.headers,
      body,
      handshake: handshake ? (shown as Omit<Handshake, "socket">) : null,
      sentAt,
      tookMs,
    },
  };
}

type Way =
  | { ok: true; socket: Socket; addresses: string[] }
  | { ok: false; step: "name" | "connect" | "proxy"; code: string; words: string; addresses: string[] };

/** A connection to a host: by the proxy, or to the first of its addresses that answers. */
async function openWay(site: Site, host: string, port: number): Promise<Way> {
  const proxy = site.proxyFor(host);
  if (proxy) {
    const opened = await tunnel(site, proxy, host, port);
    if (opened.ok) return { ok: true, socket: opened.socket, addresses: [] };
    return {
      ok: false,
      step: "proxy",
      code: String(opened.status ?? "EPROXY"),
      words: `the proxy ${opened.words}`,
      addresses: [],
    };
  }
  const { addresses } = await site.resolve(host);
  if (addresses.length === 0)
    return { ok: false, step: "name", code: "ENOTFOUND", words: "its name does not resolve", addresses };
  let last = { code: "EUNKNOWN", words: "no way there" };
  for (const address of [
    ...addresses.slice(0, 2),
    ...addresses.filter((one) => one.includes(":")).slice(0, 1),
  ]) {
    const attempt = await dial(address, port, site.timeoutMs);
    if (attempt.ok) return { ok: true, socket: attempt.socket, addresses };
    last = attempt;
  }
  return { ok: false, step: "connect", code: last.code, words: last.words, addresses };
}

async function readBody(socket: Socket, head: Head, timeoutMs: number): Promise<string> {
  const chunks = [head.rest];
  let size = head.rest.length;
  const length = Number(head.headers.get("content-length") ?? Number.NaN);
  const limit = setTimeout(() => socket.destroy(), timeoutMs);
  try {
    if (!(size >= length)) {
      for await (const chunk of socket) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > BODY_BYTES_MAX || size >= length) break;
      }
    }
  } catch {
    // Cut short: what came is looked at, and found wanting by whoever needs the whole.
  } finally {
    clearTimeout(limit);
  }
  const bytes = Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX);
  return /chunked/i.test(head.headers.get("transfer-encoding") ?? "")
    ? unchunk(bytes).toString("utf8")
    : bytes.toString("utf8");
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (end < 0 || !(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

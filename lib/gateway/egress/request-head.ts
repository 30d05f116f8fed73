import { isIPv4 } from "node:net";
import { readAddress } from "#lib/shared/addresses.ts";
import { readFqdn } from "#lib/shared/hostnames.ts";

/** Where a client asks to be let through to. */
export interface Target {
  /** In lower case; null where an address was asked for. */
  readonly name: string | null;
  /** Canonical; null where a name was asked for, which is yet to be resolved. */
  readonly address: string | null;
  readonly port: number;
}

/** The first request of a connection. What is not read here is carried on as it came, and was looked at all the same. */
export interface RequestHead {
  /** Null where nobody asked in HTTP. */
  readonly method: string | null;
  readonly target: Target;
  /** The path with what follows it, of a request that is carried on; null for a tunnel. */
  readonly path: string | null;
  readonly credentials: string | null;
}

export type HeadReading =
  | { readonly state: "more" }
  | { readonly state: "bad"; readonly reason: HeadFault; readonly status: 400 | 431 }
  | { readonly state: "read"; readonly head: RequestHead; readonly lengthBytes: number };

/** Why a request was not even looked into. Each is a way in which two readers of the same bytes have been made to differ. */
export type HeadFault =
  | "head_too_large"
  | "bare_line_feed"
  | "control_character"
  | "folded_line"
  | "bad_request_line"
  | "bad_header"
  | "length_in_two_ways"
  | "body_in_tunnel_request"
  | "host_missing"
  | "host_differs"
  | "not_a_proxy_request"
  | "bad_target";

export const HEAD_BYTES_MAX = 16_384;
const HEADERS_MAX = 100;
const END = Buffer.from("\r\n\r\n");
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/; // RFC 9110 section 5.6.2

/**
 * Reads the head of a request to a proxy, more strictly than RFC 9112 has to: whatever another reader may take otherwise than we
 * do is refused, so that nobody can hide a second request, or another host, in it. `seenBytes` were there without an end before.
 */
export function readRequestHead(bytes: Buffer, seenBytes = 0): HeadReading {
  const end = bytes.indexOf(END, Math.max(0, seenBytes - END.length + 1));
  if (end > HEAD_BYTES_MAX || (end < 0 && bytes.length > HEAD_BYTES_MAX)) return bad("head_too_large", 431);
  // Whoever ends lines this way waits for an answer, and would never come to the end that is looked for.
  if (end < 0) return hasBareLineFeed(bytes, seenBytes) ? bad("bare_line_feed", 400) : { state: "more" };
  try {
    const head = headOf(bytes.toString("latin1", 0, end));
    return { state: "read", head, lengthBytes: end + END.length };
  } catch (error) {
    if (error instanceof HeadProblem) return bad(error.reason, error.reason === "head_too_large" ? 431 : 400);
    throw error;
  }
}

function hasBareLineFeed(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1))
    if (at === 0 || bytes[at - 1] !== 13) return true;
  return false;
}

class HeadProblem extends Error {
  readonly reason: HeadFault;

  constructor(reason: HeadFault) {
    super(reason);
    this.reason = reason;
  }
}

function bad(reason: HeadFault, status: 400 | 431): HeadReading {
  return { state: "bad", reason, status };
}

function must(holds: boolean, reason: HeadFault): asserts holds {
  if (!holds) throw new HeadProblem(reason);
}

function headOf(text: string): RequestHead {
  const lines = text.split("\r\n");
  // What is left of these two is alone, and some readers end a line there.
  must(!/[\r\n]/.test(lines.join("")), "bare_line_feed");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
  must(!/[\x00-\x08\x0b-\x1f\x7f]/.test(lines.join("")), "control_character");
  const [requestLine = "", ...headerLines] = lines;
  must(headerLines.length <= HEADERS_MAX, "head_too_large");
  const [, method = "", target = "", minor = ""] =
    /^([^ ]+) ([\x21-\x7e]+) HTTP\/1\.([01])$/.exec(requestLine) ?? [];
  must(TOKEN.test(method) && target !== "", "bad_request_line");
  const headers = headersOf(headerLines);
  lengthOf(method, minor, headers);
  const asked = method === "CONNECT" ? tunnelTarget(target) : absoluteTarget(target);
  const hosts = headers.get("host") ?? [];
  // As nearly all clients of tunnels write it.
  if (hosts.length !== 1 || hosts[0] !== target) hostIsTheSame(hosts, asked.target, { method, minor });
  const credentials = headers.get("proxy-authorization") ?? [];
  must(credentials.length <= 1, "bad_header");
  return { method, ...asked, credentials: credentials[0] ?? null };
}

function headersOf(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    must(!/^[ \t]/.test(line), "folded_line"); // RFC 9112 section 5.2
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    must(TOKEN.test(name), "bad_header"); // a blank before the colon, too: section 5.1
    const values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ""));
    headers.set(name, values);
  }
  return headers;
}

/** RFC 9112 section 6.3, without any of its ways to make the best of it. */
function lengthOf(method: string, minor: string, headers: Map<string, string[]>): void {
  const lengths = headers.get("content-length") ?? [];
  const codings = headers.get("transfer-encoding") ?? [];
  must(lengths.length + codings.length <= 1, "length_in_two_ways");
  must(
    lengths.every((length) => /^(0|[1-9][0-9]{0,14})$/.test(length)),
    "bad_header",
  );
  must(
    codings.every((coding) => coding.toLowerCase() === "chunked" && minor === "1"),
    "bad_header",
  );
  // Section 9.3.6 of RFC 9110 gives it no meaning, so that two readers would give it two.
  const hasBody = codings.length > 0 || lengths.some((length) => length !== "0");
  must(method !== "CONNECT" || !hasBody, "body_in_tunnel_request");
}

function tunnelTarget(text: string): { target: Target; path: null } {
  // Absolute-form and origin-form have a "/", and are then not what is asked for.
  must(!text.includes("/"), "not_a_proxy_request");
  return { target: targetOf(text, null), path: null };
}

function absoluteTarget(text: string): { target: Target; path: string } {
  const [, authority = "", path = ""] = /^http:\/\/([^/?#]*)([^#]*)$/i.exec(text) ?? [];
  must(authority !== "", "not_a_proxy_request");
  return { target: targetOf(authority, 80), path: path.startsWith("/") ? path : `/${path}` };
}

/** `name:port`, `192.0.2.7:443` or `[2001:db8::7]:443`. Names as strictly as in rules: all others can be named by none. */
function targetOf(authority: string, portByDefault: number | null): Target {
  const [, host = "", digits] = /^(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?$/.exec(authority) ?? [];
  const port = digits === undefined ? portByDefault : Number(digits);
  must(port !== null && port >= 1 && port <= 65_535, "bad_target");
  // Its one form already, as Node reads it; all else is read at length.
  if (isIPv4(host)) return { name: null, address: host, port };
  const address = readAddress(host.startsWith("[") ? host.slice(1, -1) : host);
  const isBracketed = host.startsWith("[");
  if (address.ok && isBracketed === (address.value.family === 6))
    return { name: null, address: address.value.text, port };
  const name = readFqdn(host);
  must(name.ok && !name.value.startsWith("*"), "bad_target");
  return { name: name.value, address: null, port };
}

function hostIsTheSame(
  hosts: readonly string[],
  target: Target,
  { method, minor }: { method: string; minor: string },
): void {
  const [host] = hosts;
  must(host !== undefined || minor === "0", "host_missing");
  if (host === undefined) return;
  must(hosts.length === 1, "host_differs");
  // Clients of tunnels leave out the port, or write the one of the tunnel; whoever is asked never sees it.
  const said = hostTarget(host, method === "CONNECT" ? target.port : 80);
  must(
    said.name === target.name && said.address === target.address && said.port === target.port,
    "host_differs",
  );
}

function hostTarget(host: string, portByDefault: number): Target {
  try {
    return targetOf(host, portByDefault);
  } catch {
    throw new HeadProblem("host_differs");
  }
}

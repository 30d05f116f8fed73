import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { clean } from "../bounds.ts";
import { dial } from "./connect.ts";
import { readHead } from "./http-head.ts";
import { resolveName } from "./names.ts";
import { type Check, type Finding, type Site, shut } from "./site.ts";

/** An HTTP proxy of the site. Its credentials are sent to it, and told to nobody. */
export interface HttpProxy {
  host: string;
  port: number;
  tls: boolean;
  /** The header's value; null: without. */
  authorization: string | null;
}

export interface ProxySettings {
  proxy: HttpProxy | null;
  /** As in NO_PROXY: names, suffixes, `*`. */
  except: readonly string[];
}

/** Reads a proxy as the environment's variables write it. */
export function readProxy(text: string): HttpProxy | null {
  const written = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(written)) return null;
  const url = new URL(written);
  if (!["http:", "https:"].includes(url.protocol) || url.hostname === "") return null;
  const user = decodeURIComponent(url.username);
  const credentials = Buffer.from(`${user}:${decodeURIComponent(url.password)}`).toString("base64");
  const tls = url.protocol === "https:";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (tls ? 443 : 80)),
    tls,
    authorization: user ? `Basic ${credentials}` : null,
  };
}

/** Whether a host is to be reached without the proxy, as curl reads NO_PROXY. */
export function goesDirect(host: string, except: readonly string[]): boolean {
  return except.some((entry) => {
    const name = entry
      .trim()
      .toLowerCase()
      .replace(/^\*?\./, "")
      .replace(/:\d+$/, "");
    if (name === "*") return true;
    return name !== "" && (host.toLowerCase() === name || host.toLowerCase().endsWith(`.${name}`));
  });
}

export type Tunnel =
  | { ok: true; socket: Socket }
  | { ok: false; step: "reach" | "answer"; status: number | null; words: string; schemes: string };

/** Asks the proxy for a connection to a host. */
export async function tunnel(site: Site, proxy: HttpProxy, host: string, port: number): Promise<Tunnel> {
  const { addresses } = await resolveName(proxy.host, site.resolvers, site.timeoutMs);
  const [address] = addresses;
  const unreached = (words: string): Tunnel => ({
    ok: false,
    step: "reach",
    status: null,
    words,
    schemes: "",
  });
  if (!address) return unreached("its name does not resolve");
  const attempt = await dial(address, proxy.port, site.timeoutMs);
  if (!attempt.ok) return unreached(attempt.words);
  const plain = attempt.socket;
  const socket = proxy.tls
    ? connectTls({ socket: plain, servername: proxy.host, rejectUnauthorized: false })
    : plain;
  socket.on("error", () => undefined);
  const authority = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (proxy.authorization) lines.push(`Proxy-Authorization: ${proxy.authorization}`);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const head = await readHead(socket, site.timeoutMs);
  if (head?.status === 200) return { ok: true, socket };
  socket.destroy();
  if (!head)
    return {
      ok: false,
      step: "answer",
      status: null,
      words: "connected, but it does not answer as a proxy does",
      schemes: "",
    };
  const schemes = (head.headers.get("proxy-authenticate") ?? "")
    .split(",")
    .map((one) => one.trim().split(" ")[0] ?? "");
  const words = `answered ${head.status} ${head.reason}`.trim();
  return {
    ok: false,
    step: "answer",
    status: head.status,
    words: clean(words, 120),
    schemes: clean(schemes.filter(Boolean).join(", "), 80),
  };
}

/** Whether the proxy lets this machine through to a host. */
export function proxyCheck(site: Site, proxy: HttpProxy, host: string, port: number): Check {
  const at = `${proxy.host}:${proxy.port}`;
  return {
    id: `proxy:${at}:${host}:${port}`,
    group: "proxy",
    title: `${at} to ${host}, port ${port}`,
    steps: 3,
    async run(): Promise<Finding> {
      const opened = await tunnel(site, proxy, host, port);
      const expected = "200 to CONNECT";
      if (opened.ok) {
        opened.socket.destroy();
        return { outcome: "passed", code: "proxy_connects", expected, found: "200" };
      }
      if (opened.step === "reach")
        return shut(
          site,
          {
            protocol: "tcp",
            port: proxy.port,
            host: proxy.host,
            purpose: "Reach the HTTP proxy of the site",
          },
          { code: "proxy_unreachable", expected, found: opened.words },
        );
      return {
        outcome: "failed",
        expected,
        found: opened.words,
        ask: "proxy_team",
        ...refusal(opened, proxy, host),
      };
    },
  };
}

function refusal({ status, schemes }: Extract<Tunnel, { ok: false }>, proxy: HttpProxy, host: string) {
  if (status === 407 && proxy.authorization)
    return {
      code: "proxy_credentials",
      mend: `The proxy refuses the name and password it was given${schemes ? ` (it takes ${schemes})` : ""}.`,
    };
  if (status === 407)
    return {
      code: "proxy_authentication",
      mend: `The proxy wants to know who asks${schemes ? ` (${schemes})` : ""}. Programs cannot answer that: have this machine let through to ${host} without, or set a name and password in HTTPS_PROXY.`,
    };
  if (status === 403 || status === 405)
    return {
      code: "proxy_forbids",
      mend: `The proxy's own list refuses ${host}. Have it allowed there as well as at the firewall.`,
    };
  if (status === 502 || status === 503 || status === 504)
    return {
      code: "proxy_cannot_reach",
      mend: `The proxy itself does not reach ${host}: the door has to be open for the proxy's address, too.`,
    };
  return { code: "proxy_refuses", mend: "What answers there is no proxy, or one that forwards no TLS." };
}

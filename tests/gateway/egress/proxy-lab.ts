import { once } from "node:events";
import type { ServerOpts } from "node:net";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { sha256 } from "#lib/gateway/egress/clients.ts";
import { createEgressProxy, type EgressOptions, type EgressProxy } from "#lib/gateway/egress/proxy.ts";
import { egressSettings } from "#lib/gateway/egress/settings.ts";
import type { ConfiguredRule } from "#lib/shared/gateway/configuration.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";

/** A token by which the one client of these proxies is known. */
export const TOKEN = "a-token-of-the-billing-service";
export const AUTHORIZED = `Proxy-Authorization: Bearer ${TOKEN}`;
export const LOOPBACK = "127.0.0.1/32";

type Told = Parameters<typeof egressSettings>[0];

export function rule(
  id: string,
  peer: string,
  ports: number | [number, number],
  over: Partial<ConfiguredRule> = {},
): ConfiguredRule {
  const isNetwork = peer.includes("/");
  const [from, to] = typeof ports === "number" ? [ports, ports] : ports;
  return {
    ...{ id, direction: "egress", protocol: "tcp", ports: { from, to }, carried_by: "application" },
    peer: { kind: isNetwork ? "cidr" : "fqdn", value: peer },
    networks: isNetwork ? [peer] : [],
    ...{ names: [], purpose: `Purpose of ${id}`, expires_at: null },
    ...over,
  };
}

export function told(rules: readonly ConfiguredRule[], over: Partial<Told> = {}): Told {
  return {
    allowlist: { rules: [...rules] },
    clients: [
      {
        ...{ id: "client_1", name: "billing", token_sha256: [sha256(TOKEN)] },
        ...{ certificate_sha256: [], networks: [] },
      },
    ],
    parent_proxy: null,
    ...over,
  };
}

export interface Running extends AsyncDisposable {
  readonly proxy: EgressProxy;
  readonly port: number;
  readonly crossings: Crossing[];
  /** The end of the crossing that is the next to end, counted from the first. */
  ended(count?: number): Promise<Crossing[]>;
  reload(next: Told): void;
}

/** A proxy on a port of this machine, with everything that it wrote down. */
export async function startProxy(
  settings: Told,
  options: Partial<EgressOptions> & { tls?: Parameters<EgressProxy["listen"]>[0]["tls"] } = {},
): Promise<Running> {
  const crossings: Crossing[] = [];
  const written = new EventTarget();
  const failures: unknown[] = [];
  const proxy = createEgressProxy({
    settingsAt: (now) => egressSettings(settings, now),
    record: (crossing) => {
      crossings.push(crossing);
      written.dispatchEvent(new Event("written"));
    },
    clock: () => new Date(),
    failed: (error) => failures.push(error),
    ...options,
  });
  const { port } = await proxy.listen({
    ...{ host: "127.0.0.1", port: 0 },
    ...(options.tls ? { tls: options.tls } : {}),
  });
  return {
    proxy,
    port,
    crossings,
    async ended(count = 1) {
      for (;;) {
        const ended = crossings.filter(({ endedAt }) => endedAt !== null);
        if (ended.length >= count) return ended;
        await once(written, "written");
      }
    },
    reload: (next) => proxy.reload((now) => egressSettings(next, now)),
    async [Symbol.asyncDispose]() {
      await proxy.stop();
      if (failures.length > 0) throw failures[0];
    },
  };
}

export interface Outside extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  readonly sockets: Socket[];
  /** What has arrived on all its connections. */
  readonly received: () => string;
}

/** Something to be connected to: it gives back what it gets, unless it is told otherwise. */
export async function startOutside(
  serve: (socket: Socket) => void = (socket) => socket.pipe(socket),
  options: ServerOpts & { host?: string } = {},
): Promise<Outside> {
  const sockets: Socket[] = [];
  let received = "";
  const server = createServer(options, (socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
    });
    serve(socket);
  });
  server.listen(0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    server,
    sockets,
    received: () => received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A client that says what it is told to say, and keeps what it hears. */
export class Caller {
  readonly socket: Socket;
  #heard = Buffer.alloc(0);
  #isOver = false;

  constructor(port: number, socket: Socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, chunk]);
      socket.emit("heard");
    });
    for (const event of ["end", "close"])
      socket.on(event, () => {
        this.#isOver = true;
        socket.emit("heard");
      });
  }

  async #next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.once("heard", resolve);
    await promise;
  }

  say(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** What was heard, once this is in it or nothing more will be. */
  async hears(text: string): Promise<string> {
    while (!this.#heard.includes(text, 0, "latin1") && !this.#isOver) await this.#next();
    return this.#heard.toString("latin1");
  }

  /** Everything that was heard until the other side ended. */
  async hearsAll(): Promise<string> {
    while (!this.#isOver) await this.#next();
    return this.#heard.toString("latin1");
  }

  async asksFor(target: string, ...headers: string[]): Promise<string> {
    const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`, AUTHORIZED, ...headers, "", ""];
    return await this.say(lines.join("\r\n")).hears("\r\n\r\n");
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type SecureContextOptions } from "node:tls";
import { type Clock, HOUR_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { Attempt } from "./attempt.ts";
import { createCarrier } from "./carried.ts";
import { boundedResolve, type Resolve } from "./resolve.ts";
import { type Manner, type ServeLimits, serve } from "./serve.ts";
import type { EgressSettings } from "./settings.ts";
import { type EgressRecord, type Tally, tally } from "./tally.ts";
import { createTunnelTable, type TableLimits } from "./tunnel-table.ts";
import { SOCKET } from "./upstream.ts";

export interface EgressLimits extends ServeLimits, TableLimits {
  /** For what is open, once the program is to end. */
  readonly graceMs: number;
}

export const EGRESS_LIMITS: EgressLimits = {
  headMs: 10 * SECOND_MS,
  helloMs: 10 * SECOND_MS,
  connectMs: 5 * SECOND_MS,
  watchedAfterMs: 30 * SECOND_MS,
  idleMs: 2 * HOUR_MS,
  halfOpenMs: 60 * SECOND_MS,
  connectionsMax: 20_000,
  connectionsPerClientMax: 10_000,
  waitingPerAddressMax: 256,
  graceMs: 2 * SECOND_MS,
};

export interface EgressOptions {
  /** Made anew for each moment that it is asked for: rules end. */
  readonly settingsAt: (now: Date) => EgressSettings;
  readonly record: EgressRecord;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
  readonly limits?: Partial<EgressLimits>;
  readonly resolve?: Resolve;
}

export interface ListenAt {
  readonly host: string;
  readonly port: number;
  /** `proxy` where nothing is said. */
  readonly manner?: Manner;
  /** Where clients may show a certificate. */
  readonly tls?: SecureContextOptions;
}

export interface Listener extends AddressInfo {
  /** For what is renewed while it listens. */
  setSecureContext(tls: SecureContextOptions): void;
}

/** The way out: a proxy that lets nothing pass but what a rule names, and writes down everything. */
export interface EgressProxy {
  listen(at: ListenAt): Promise<Listener>;
  /** Puts new settings in force. Tunnels stay, but for those that nothing lets through any more. */
  reload(settingsAt: EgressOptions["settingsAt"]): void;
  readonly open: number;
  readonly tally: Tally;
  stop(): Promise<void>;
}

// The longest that a timer of Node's can wait is 24 days.
const LOOK_AGAIN_MS = HOUR_MS;

export function createEgressProxy(options: EgressOptions): EgressProxy {
  const { clock, failed } = options;
  const limits = { ...EGRESS_LIMITS, ...options.limits };
  let settingsAt = options.settingsAt;
  let settings = settingsAt(clock());
  let ending: NodeJS.Timeout | undefined;
  const counted = tally(options.record, clock);
  const tunnels = createTunnelTable(() => settings, clock, limits);
  const service = {
    settings: () => settings,
    resolve: options.resolve ?? boundedResolve(),
    record: counted.record,
    clock,
    limits,
    carrier: createCarrier(limits),
    tunnels,
  };
  const connections = new Set<Socket>();
  let emptied: (() => void) | null = null;
  const servers: Server[] = [];

  const renew = () => {
    settings = settingsAt(clock());
    tunnels.review();
    watchEnd();
  };
  const watchEnd = () => {
    clearTimeout(ending);
    const { endsAt } = settings.doors;
    if (!endsAt) return;
    const leftMs = endsAt.getTime() - clock().getTime();
    ending = setTimeout(renew, Math.min(Math.max(leftMs, 0) + 1, LOOK_AGAIN_MS)).unref();
  };
  watchEnd();

  const accept = (manner: Manner) => (socket: Socket) => {
    connections.add(socket);
    const over = () => {
      connections.delete(socket);
      if (connections.size === 0) emptied?.();
    };
    serve(socket, manner, service, over).catch((error: unknown) => {
      failed(error);
      socket.destroy();
    });
  };
  return {
    async listen({ host, port, tls, manner = "proxy" }) {
      // A client's certificate is known by its hash, so that no authority has to be trusted with more than one of them.
      const server = tls
        ? createTlsServer(
            {
              ...SOCKET,
              minVersion: "TLSv1.2",
              ...tls,
              requestCert: true,
              rejectUnauthorized: false,
              handshakeTimeout: limits.headMs,
            },
            accept(manner),
          )
        : createServer(SOCKET, accept(manner));
      server.on("tlsClientError", (_error: Error, socket: Socket) =>
        new Attempt(socket, counted.record, clock).ends("refused", "bad_handshake"),
      );
      server.listen(port, host);
      await once(server, "listening");
      server.on("error", failed);
      servers.push(server);
      return {
        ...(server.address() as AddressInfo),
        setSecureContext: (renewed) => "setSecureContext" in server && server.setSecureContext(renewed),
      };
    },
    reload(next) {
      settingsAt = next;
      renew();
    },
    get open() {
      return tunnels.open;
    },
    tally: counted,
    async stop() {
      clearTimeout(ending);
      for (const server of servers) server.close();
      const empty = Promise.withResolvers<void>();
      emptied = empty.resolve;
      if (connections.size === 0) empty.resolve();
      const timer = setTimeout(() => {
        tunnels.closeAll("gateway_stopped");
        for (const socket of connections) socket.destroy();
      }, limits.graceMs);
      await empty.promise;
      clearTimeout(timer);
    },
  };
}

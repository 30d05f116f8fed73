import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { cidrOf } from "#lib/shared/addresses.ts";
import { type ConfiguredRule, GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { type Bench, type BenchCase, type Contender, rate, rssMbOf, type Sample } from "./bench.ts";
import { type GatewayProgram, startGatewayProgram } from "./gateway-program.ts";
import { startDurableDatabase } from "./identity-program.ts";
import { numbers } from "./numbers.ts";
import { startProxyChain } from "./proxy-chain.ts";

const RULES = 10_000;
const MESSAGE = Buffer.alloc(64, "m");
const TUNNELS_AT_ONCE = 32;
const STREAMS = 4;
const STREAM_BYTES = 64 * 1024 * 1024;
const IDLE_TUNNELS = 5_000;

/** What is outside: it gives back what it gets, or sends a stream to whoever asks with an exclamation mark. */
async function startOutside(): Promise<Server> {
  const piece = Buffer.alloc(256 * 1024, "s");
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      if (chunk[0] === 33) stream(socket, piece, STREAM_BYTES);
      else socket.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1", 4_096);
  await once(server, "listening");
  return server;
}

function stream(socket: Socket, piece: Buffer, bytes: number): void {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      left -= piece.length;
      if (!socket.write(piece)) return;
    }
    socket.off("drain", more);
  };
  socket.on("drain", more);
  more();
}

/** A network each, all for the port that is asked for; the last of them lets it pass. */
function configuration(port: number): GatewayConfiguration {
  const next = numbers(RULES);
  const networks = Array.from(
    { length: RULES - 1 },
    () => cidrOf({ family: 4, value: BigInt(next(2 ** 31)) + 2n ** 31n }, 16 + next(17)).text,
  );
  const rules = [...networks, "127.0.0.1/32"].map(
    (network, index): ConfiguredRule => ({
      ...{ id: `rule_${index}`, direction: "egress", protocol: "tcp", carried_by: "application" },
      ...{ ports: { from: port, to: port }, peer: { kind: "cidr", value: network }, networks: [network] },
      ...{ names: [], purpose: "Measured", expires_at: null },
    }),
  );
  return GatewayConfiguration.parse({
    format: "sallyport-gateway/v1",
    deployment: { id: "dep_1", name: "Bench", customer_id: "cus_1", mode: "restricted" },
    allowlist: { format: "sallyport-allowlist/v1", change_token: "1", rules },
    clients: [{ id: "client_1", name: "bench", networks: ["127.0.0.0/8"] }],
  });
}

/** A tunnel, when the proxy has said that it is there. */
async function tunnel(proxyPort: number, port: number): Promise<Socket> {
  const socket = connect({ port: proxyPort, host: "127.0.0.1", noDelay: true });
  socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (!answer.toString("latin1").startsWith("HTTP/1.1 200 ")) throw new Error(answer.toString("latin1"));
  return socket;
}

async function roundTrip(socket: Socket): Promise<void> {
  socket.write(MESSAGE);
  let left = MESSAGE.length;
  while (left > 0) left -= ((await once(socket, "data")) as [Buffer])[0].length;
  if (left < 0) throw new Error("More came back than was sent.");
}

async function openAndUse(proxyPort: number, port: number): Promise<void> {
  const socket = await tunnel(proxyPort, port);
  await roundTrip(socket);
  socket.destroy();
}

async function streams(proxyPort: number, port: number): Promise<Sample> {
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: STREAMS }, async () => {
      const socket = await tunnel(proxyPort, port);
      const done = Promise.withResolvers<void>();
      let left = STREAM_BYTES;
      socket.on("data", (chunk: Buffer) => {
        left -= chunk.length;
        if (left === 0) done.resolve();
      });
      socket.on("close", () => done.reject(new Error("A stream was cut short.")));
      socket.write("!");
      await done.promise;
      socket.destroy();
    }),
  );
  const megabytes = (STREAMS * STREAM_BYTES) / 1_000_000;
  return { value: megabytes / ((performance.now() - begun) / 1_000), operations: megabytes };
}

async function roundTrips(proxyPort: number, port: number): Promise<Sample> {
  const socket = await tunnel(proxyPort, port);
  const operations = 10_000;
  const begun = performance.now();
  for (let done = 0; done < operations; done += 1) await roundTrip(socket);
  const value = (performance.now() - begun) / operations;
  socket.destroy();
  return { value, operations };
}

/** Memory with all tunnels open and nothing moving in them. They are opened once, and each is tried at the end of each measure. */
function idle(proxyPort: number, port: number, pid: number): () => Promise<Sample> {
  const sockets: Socket[] = [];
  return async () => {
    while (sockets.length < IDLE_TUNNELS) {
      const more = await Promise.all(Array.from({ length: 50 }, () => tunnel(proxyPort, port)));
      for (const socket of more) await roundTrip(socket);
      sockets.push(...more);
    }
    await sleep(3_000);
    const value = rssMbOf(pid);
    for (const socket of sockets) await roundTrip(socket);
    return { value, operations: IDLE_TUNNELS, rssMb: value };
  };
}

type Work = (proxyPort: number, port: number, pid: number) => () => Promise<Sample>;

async function contender(start: (port: number) => Promise<GatewayProgram>, work: Work): Promise<Contender> {
  const outside = await startOutside();
  const { port } = outside.address() as AddressInfo;
  const program = await start(port);
  return {
    measure: work(program.proxyPort, port, program.pid),
    pids: [program.pid],
    async close() {
      await program.stop();
      outside.close();
    },
  };
}

function proxyCase(name: string, unit: string, better: "higher" | "lower", work: Work): BenchCase {
  return {
    ...{ name, unit, better },
    ours: () =>
      contender(async (port) => {
        const database = await startDurableDatabase();
        const program = await startGatewayProgram(database, configuration(port));
        return {
          ...program,
          async stop() {
            await program.stop();
            await database.stop();
          },
        };
      }, work),
    peer: () => contender(startProxyChain, work),
  };
}

export const bench: Bench = {
  cases: [
    proxyCase("tunnels opened, used and closed", "tunnels/s", "higher", (proxyPort, port) =>
      rate(() => openAndUse(proxyPort, port), 2_000, TUNNELS_AT_ONCE),
    ),
    proxyCase(
      "bytes through four tunnels",
      "MB/s",
      "higher",
      (proxyPort, port) => () => streams(proxyPort, port),
    ),
    proxyCase(
      "a round trip in a tunnel",
      "ms",
      "lower",
      (proxyPort, port) => () => roundTrips(proxyPort, port),
    ),
    proxyCase("5,000 idle tunnels", "MB", "lower", (proxyPort, port, pid) => idle(proxyPort, port, pid)),
  ],
};

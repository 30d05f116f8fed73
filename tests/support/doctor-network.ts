import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type DoctorPlan, emptyPlan, type PlanHost } from "#lib/doctor/plan.ts";
import type { Instruments } from "#lib/doctor/run.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** Something that listens on this machine for a test. */
export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** Where to listen; else on this machine alone, at any port. */
export interface Place {
  port?: number | undefined;
  address?: string | undefined;
}

export type NameAnswer = readonly string[] | "nxdomain" | "servfail" | "silence" | "empty";

/** A name server, over UDP, that answers what a test says for each name. Asked for others, it knows of no such name. */
export async function startDns(
  names: Record<string, NameAnswer>,
  at: Place = {},
): Promise<Listening & { address: string }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const answer = dnsAnswer(query, names);
    if (answer) socket.send(answer, port, address);
  });
  socket.bind(at.port ?? 0, at.address ?? "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  return { port, address: `127.0.0.1:${port}`, close: () => closeSocket(socket) };
}

const A = 1;
const AAAA = 28;

function dnsAnswer(query: Buffer, names: Record<string, NameAnswer>): Buffer | null {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += length + 1;
  }
  const type = query.readUInt16BE(at + 1);
  const said = names[labels.join(".")] ?? "nxdomain";
  if (said === "silence") return null;
  const addresses =
    typeof said === "string" ? [] : said.filter((address) => address.includes(":") === (type === AAAA));
  const code = said === "nxdomain" ? 3 : said === "servfail" ? 2 : 0;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.fill(0, 8);
  const records = addresses.map((address) => {
    const data = type === A ? Buffer.from(address.split(".").map(Number)) : ipv6(address);
    return Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]), data]);
  });
  return Buffer.concat([header, query.subarray(12, at + 5), ...records]);
}

function ipv6(address: string): Buffer {
  const [left = "", right = ""] = address.split("::");
  const groups = (text: string) =>
    text
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(left), groups(right)];
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

/** An HTTPS server with this certificate. */
export async function startHttps(
  files: { certificate: string; key: string },
  answer: RequestListener = (_request, response) => void response.end("well"),
  options: Place & { maxVersion?: "TLSv1.1" } = {},
): Promise<Listening> {
  const { port, address, ...tls } = options;
  const legacy = tls.maxVersion ? { minVersion: "TLSv1" as const, ciphers: "DEFAULT@SECLEVEL=0" } : {};
  const server = createHttps(
    { cert: readFileSync(files.certificate), key: readFileSync(files.key), ...tls, ...legacy },
    answer,
  );
  return await listen(server, { port, address });
}

export async function startHttp(answer: RequestListener): Promise<Listening> {
  return await listen(createHttp(answer));
}

/** An HTTP proxy that connects every name to this machine. */
export async function startProxy(
  decide: (authority: string, authorization: string | undefined) => { status: number; headers?: string[] },
): Promise<Listening & { asked: string[] }> {
  const asked: string[] = [];
  const server = createHttp((_request, response) => void response.writeHead(400).end());
  server.on("connect", (request, client: Socket, head: Buffer) => {
    asked.push(request.url ?? "");
    const { status, headers = [] } = decide(request.url ?? "", request.headers["proxy-authorization"]);
    client.on("error", () => undefined);
    if (status !== 200) return void client.end([`HTTP/1.1 ${status} No`, ...headers, "", ""].join("\r\n"));
    const upstream = connect(Number((request.url ?? "").split(":").at(-1)), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
  });
  return { ...(await listen(server)), asked };
}

/** A time server whose clock is this far ahead of the machine's. */
export async function startNtp(aheadMs: number, at: Place = {}): Promise<Listening> {
  const socket = createSocket("udp4");
  socket.on("message", (request, { port, address }) => {
    const packet = Buffer.alloc(48);
    packet[0] = 0x24;
    packet[1] = 2;
    request.copy(packet, 24, 40, 48);
    const told = Date.now() + aheadMs;
    for (const field of [16, 32, 40]) {
      packet.writeUInt32BE(Math.floor(told / 1000) + 2_208_988_800, field);
      packet.writeUInt32BE(Math.floor(((told % 1000) / 1000) * 2 ** 32), field + 4);
    }
    socket.send(packet, port, address);
  });
  socket.bind(at.port ?? 0, at.address ?? "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, close: () => closeSocket(socket) };
}

/** Accepts connections and never says anything. */
export async function startMute(): Promise<Listening> {
  const held = new Set<Socket>();
  const server = createServer((socket) => void held.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of held) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function listen(server: Server, { port = 0, address = "127.0.0.1" }: Place = {}): Promise<Listening> {
  server.listen(port, address);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function closeSocket(socket: ReturnType<typeof createSocket>): Promise<void> {
  socket.close();
  await once(socket, "close");
}

/** A plan that names only what a test gives it. */
export function planWith(parts: Partial<DoctorPlan>): DoctorPlan {
  return {
    ...emptyPlan(new Date("2026-11-01T00:00:00Z")),
    deployment: { id: "dep_1", name: "Frankfurt", customer: "Example Bank", mode: "restricted" },
    ...parts,
  };
}

export function host(name: string, port: number, parts: Partial<PlanHost> = {}): PlanHost {
  return {
    host: name,
    port,
    tls: true,
    isPublic: true,
    carriedBy: "application",
    purpose: "Call the WorkOS API",
    ...parts,
  };
}

export function instruments(parts: Partial<Instruments> = {}): Instruments {
  return {
    now: systemClock,
    timeoutMs: 3_000,
    resolvers: [],
    proxy: { proxy: null, except: [] },
    extraCertificates: [],
    secrets: { databaseUrl: null, ldapPassword: null },
    ...parts,
  };
}

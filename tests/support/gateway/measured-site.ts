import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect as connectTls } from "node:tls";
import pg from "pg";
import { startDurableDatabase } from "#tests/bench/identity-program.ts";
import { egressRule } from "../gateway-configuration.ts";
import { createTestCa } from "../test-ca.ts";
import { ingressRule, intakeConfiguration } from "./intake.ts";
import { configureSite, gatewayProgram } from "./program.ts";
import { hear } from "./wire.ts";

// A site and its outside in a network namespace of their own, where the kernel counts every byte of every packet between them. It
// writes what the kernel counted, and what the crossings say.

const [HERE, OUTSIDE] = ["192.0.2.1", "192.0.2.2"];
const DATA_OFFSETS = Array.from({ length: 11 }, (_, at) => at + 5);
const TUNNELS = 12;

ip("link", "set", "lo", "up");
for (const address of [HERE, OUTSIDE]) {
  ip("address", "add", `${address}/32`, "dev", "lo");
  // A busy machine answers late, and nothing is lost here: what is only late is not to be sent, and counted, twice.
  ip("route", "replace", "local", address, "dev", "lo", "table", "local", "rto_min", "20s");
}
writeFileSync("/proc/sys/net/ipv4/tcp_early_retrans", "0");

const ca = createTestCa();
const tls = ca.issue(["intake.example.com"]);
const folder = mkdtempSync(join(tmpdir(), "sallyport-measured-"));
const database = await startDurableDatabase();
const site = { databaseUrl: database.gatewayUrl, folder };
const gateway = await gatewayProgram(site, "gateway", "egress,intake", {
  SALLYPORT_GATEWAY_INTAKE_HOST: HERE,
  SALLYPORT_GATEWAY_INTAKE_TLS_CERTIFICATE: tls.certificate,
  SALLYPORT_GATEWAY_INTAKE_TLS_KEY: tls.key,
});
const network = `${OUTSIDE}/32`;
const rule = { networks: [network], peer: { kind: "cidr", value: network } };
configureSite(
  site,
  intakeConfiguration({
    rules: [
      ingressRule(rule),
      egressRule(rule),
      egressRule({ ...rule, id: "rule_2", ports: { from: 8443, to: 8443 } }),
    ],
    clients: [
      { id: "client_1", name: "All", token_sha256: [], certificate_sha256: [], networks: ["127.0.0.0/8"] },
    ],
  }),
);
await gateway.start();
count(gateway.ports.intake);

const told = JSON.stringify({ ...tls, site: HERE, here: OUTSIDE, port: gateway.ports.intake });
const program = join(import.meta.dirname, "outside-world.ts");
const outside: ChildProcessWithoutNullStreams = spawn(
  process.execPath,
  ["--conditions=react-server", program, told],
  { stdio: "pipe" },
);
outside.stderr.pipe(process.stderr);
const said = createInterface({ input: outside.stdout });
await once(said, "line");
const brought = once(said, "line");
outside.stdin.write("12\n");
const tunnels = Array.from({ length: TUNNELS }, (_, at) => tunnel(at % 3 === 2 ? 8443 : 443, at * 40_000));
const echoed = await Promise.all(tunnels);
const refused = await ask(`${OUTSIDE}:22`);
refused.destroy();
const [statuses] = await brought;

outside.kill();
await gateway.end("SIGTERM");
const admin = new pg.Client({ connectionString: database.adminUrl });
await admin.connect();
const { rows } = await admin.query(
  `SELECT direction, sum(bytes_in)::float8 AS "in", sum(bytes_out)::float8 AS "out", count(*)::int AS crossings,
     count(*) FILTER (WHERE outcome = 'allowed')::int AS allowed
   FROM boundary.crossings GROUP BY direction ORDER BY direction`,
);
await admin.end();
console.log(
  JSON.stringify({
    statuses: JSON.parse(statuses),
    echoed,
    recorded: rows,
    counted: counted(),
    repeated: repeated(),
  }),
);
await database.stop();
ca.remove();
rmSync(folder, { recursive: true, force: true });
process.exit();

function ip(...words: string[]): void {
  execFileSync("ip", words);
}

/** What passes the wire, by direction, by who began it, and by how long the head of each segment is. */
function count(intakePort: number): void {
  const began = { egress: "{ 443, 8443, 22 }", ingress: `${intakePort}` };
  const all = (["egress", "ingress"] as const).flatMap((direction) =>
    DATA_OFFSETS.map((offset) => ({ direction, offset, ports: began[direction] })),
  );
  const counters = all.flatMap(({ direction, offset }) =>
    ["in", "out"].map((way) => `counter ${direction}_${way}_${offset} { }`),
  );
  const rules = all.flatMap(({ direction, offset, ports }) =>
    ["in", "out"].map((way) => {
      const isTheirs = (direction === "egress") === (way === "out");
      const where = `tcp ${isTheirs ? "dport" : "sport"} ${ports} tcp doff ${offset}`;
      return `${where} counter name ${direction}_${way}_${offset}`;
    }),
  );
  const table = `table inet measure {
    ${counters.join("\n    ")}
    chain passing { type filter hook output priority 0;
      ${rules.join("\n      ")}
    }
  }`;
  execFileSync("nft", ["-f", "-"], { input: table });
}

/** The bytes of TCP's payload. */
function counted(): Record<string, number> {
  const { nftables } = JSON.parse(execFileSync("nft", ["-j", "list", "counters"], { encoding: "utf8" }));
  const sums: Record<string, number> = {};
  for (const { counter } of nftables) {
    if (!counter) continue;
    const [direction, way, offset] = counter.name.split("_");
    const heads = counter.packets * (20 + 4 * Number(offset));
    const name = `${direction} ${way}`;
    sums[name] = (sums[name] ?? 0) + counter.bytes - heads;
  }
  return sums;
}

/** How many segments were sent again. */
function repeated(): number {
  const [names = "", values = ""] = readFileSync("/proc/net/snmp", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("Tcp:"));
  return Number(values.split(" ")[names.split(" ").indexOf("RetransSegs")]);
}

async function ask(authority: string): Promise<Socket> {
  const socket = connect(gateway.ports.proxy, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  await once(socket, "data");
  return socket;
}

/** Sends so many bytes through the proxy to who sends them back. */
async function tunnel(port: number, bytes: number): Promise<number> {
  const through = await ask(`${OUTSIDE}:${port}`);
  const socket =
    port === 443
      ? connectTls({ socket: through, servername: "outside.example.com", rejectUnauthorized: false })
      : through;
  const heard = hear(socket);
  socket.end(Buffer.alloc(bytes, "a"));
  return (await heard).text.length;
}

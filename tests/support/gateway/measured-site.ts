import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import pg from "pg";
import { startDurableDatabase } from "#tests/bench/identity-program.ts";
import { egressRule } from "../gateway-configuration.ts";
import { createTestCa } from "../test-ca.ts";
import { ingressRule, intakeConfiguration } from "./intake.ts";
import { startNameServer } from "./name-server.ts";
import { configureSite, gatewayProgram } from "./program.ts";
import { hear, throughTunnel } from "./wire.ts";

// A site and its outside in a network namespace of their own, where the kernel counts every byte of every packet between them. It
// writes what the kernel counted, and what the crossings say.

const [HERE, OUTSIDE] = ["192.0.2.1", "192.0.2.2"];
const DATA_OFFSETS = Array.from({ length: 11 }, (_, at) => at + 5);
const TUNNELS = 12;
const EVENTS = 250;
/** As the namespace is told. */
const NAME_SERVER = "198.51.100.53";
const NAMED = "*.named.example";
/** One that is no network for examples or for the inside: names may lead there. It is nowhere but in this namespace. */
const NAMED_OUTSIDE = "1.2.3.4";

ip("link", "set", "lo", "up");
for (const address of [HERE, OUTSIDE, NAMED_OUTSIDE, NAME_SERVER]) {
  ip("address", "add", `${address}/32`, "dev", "lo");
  // A busy machine answers late, and nothing is lost here: what is only late is not to be sent, and counted, twice.
  ip("route", "replace", "local", address, "dev", "lo", "table", "local", "rto_min", "20s");
}
writeFileSync("/proc/sys/net/ipv4/tcp_early_retrans", "0");

const ca = createTestCa();
const names = await startNameServer(NAME_SERVER, {
  "api.named.example": [[NAMED_OUTSIDE]],
  "good.named.example": [[NAMED_OUTSIDE]],
  "inside.named.example": [["10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1"]],
  "mixed.named.example": [["127.0.0.1", NAMED_OUTSIDE]],
  "rebinding.named.example": [[NAMED_OUTSIDE], ["127.0.0.1"]],
  "silent.named.example": [null],
  "good.other.example": [[NAMED_OUTSIDE]],
});
const tls = ca.issue(["intake.example.com", "api.named.example"]);
const folder = mkdtempSync(join(tmpdir(), "sallyport-measured-"));
const database = await startDurableDatabase();
const site = { databaseUrl: database.gatewayUrl, folder };
const gateway = await gatewayProgram(site, "gateway", "egress,intake,relay", {
  NODE_EXTRA_CA_CERTS: ca.file,
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
      ...[8444, 9443].map((port) =>
        egressRule({
          ...{ id: `rule_${port}`, peer: { kind: "fqdn", value: NAMED }, networks: [] },
          ports: { from: port, to: port },
        }),
      ),
    ],
    sources: [
      {
        ...{
          id: "source_1",
          environment_id: "environment_2",
          name: "Cloud",
          url: "https://api.named.example:9443",
        },
        ...{ api_key: "sk_test", events: [], paused: false },
      },
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
const lies = await askForNames();
const brought = once(said, "line");
outside.stdin.write("12\n");
const tunnels = Array.from({ length: TUNNELS }, (_, at) => tunnel(at % 3 === 2 ? 8443 : 443, at * 40_000));
const echoed = await Promise.all(tunnels);
const refused = await ask(`${OUTSIDE}:22`);
refused.destroy();
const [statuses] = await brought;

const admin = new pg.Client({ connectionString: database.adminUrl });
await admin.connect();
const pulled = async () =>
  (await admin.query("SELECT count(*)::int AS count FROM boundary.relay_events")).rows[0].count >= EVENTS;
for (const late = performance.now() + 60_000; !(await pulled()); await sleep(50))
  if (performance.now() > late) throw new Error("Not everything is pulled.");
await gateway.end("SIGTERM");
outside.kill();
const { rows } = await admin.query(
  `SELECT CASE kind WHEN 'pull' THEN kind ELSE direction END AS direction, sum(bytes_in)::float8 AS "in", sum(bytes_out)::float8 AS "out", count(*)::int AS crossings,
     count(*) FILTER (WHERE outcome = 'allowed')::int AS allowed
   FROM boundary.crossings GROUP BY 1 ORDER BY 1`,
);
await admin.end();
console.log(
  JSON.stringify({
    statuses: JSON.parse(statuses),
    echoed,
    recorded: rows,
    lies,
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
  const began = { egress: "{ 443, 8443, 8444, 22 }", ingress: `${intakePort}`, pull: "9443" };
  const all = (["egress", "ingress", "pull"] as const).flatMap((direction) =>
    DATA_OFFSETS.map((offset) => ({ direction, offset, ports: began[direction] })),
  );
  const counters = all.flatMap(({ direction, offset }) =>
    ["in", "out"].map((way) => `counter ${direction}_${way}_${offset} { }`),
  );
  const rules = all.flatMap(({ direction, offset, ports }) =>
    ["in", "out"].map((way) => {
      const isTheirs = (direction !== "ingress") === (way === "out");
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

/** How the proxy answers for names whose name server does not tell the truth, or nothing; and how often that was asked. */
async function askForNames(): Promise<Record<string, { heard: string; asked: number }>> {
  const lies: Record<string, { heard: string; asked: number }> = {};
  const asking = [
    "good.named",
    "inside.named",
    "mixed.named",
    "rebinding.named",
    "silent.named",
    "good.other",
  ].map(async (label) => {
    const name = `${label}.example`;
    const hears = () => throughTunnel(gateway.ports.proxy, `${name}:8444`, "echo");
    const heard = [await hears()];
    if (label === "rebinding.named") heard.push(await hears());
    lies[label] = { heard: heard.map(reasonOf).join(), asked: names.asked.get(name) ?? 0 };
  });
  await Promise.all(asking);
  return lies;
}

function reasonOf(text: string): string {
  return /details="?([a-z_]+)/.exec(text)?.[1] ?? text;
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

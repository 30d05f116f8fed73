import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "#lib/cli/ports.ts";
import {
  end,
  firstAnswer,
  spawnIdentityProgram,
  startDurableDatabase,
} from "#tests/bench/identity-program.ts";
import { crashClient } from "../crash/client.ts";
import { Ledger } from "../crash/ledger.ts";
import { prepareSite } from "../crash/site.ts";
import { changeOrganizations, refreshSessions, signInBySaml, syncPeople, type Work } from "../crash/work.ts";
import { startEndpoint } from "../relay/endpoint.ts";
import { CALLBACK_PATH, intakeConfiguration, WEBHOOK_PATH } from "./intake.ts";
import { configureSite, gatewayProgram } from "./program.ts";
import { sayRaw } from "./wire.ts";

// An air-gapped site, in a network namespace whose only way out is a sink that counts: the identity service with people who sign in,
// directories that provision and applications that work with it, and the gateway, which takes its webhooks, pulls its events, hands
// them over, and is asked for the cloud. It writes what was done, and what the sink saw; and then that the sink sees what goes out.

const SINK = "sink";
ip("link", "set", "lo", "up");
// Nobody reads what goes into it. It is counted on its way there, so that it need not even be carried.
ip("tuntap", "add", SINK, "mode", "tun");
ip("link", "set", SINK, "up");
ip("address", "add", "192.0.2.1/24", "dev", SINK);
ip("route", "add", "default", "dev", SINK);
execFileSync("nft", ["-f", "-"], {
  input: `table inet sink {
    counter left { }
    chain leaving {
      type filter hook output priority 0;
      oifname != "lo" counter name left
    }
  }`,
});

const database = await startDurableDatabase();
const folder = mkdtempSync(join(tmpdir(), "sallyport-air-gapped-"));
const application = await startEndpoint();
const pages = createServer((_request, response) => response.end("Signed in."));
await once(pages.listen(0, "127.0.0.1"), "listening");
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const identity = spawnIdentityProgram(database.identityUrl, port, {
  SALLYPORT_TRUSTED_PROXIES: "1",
  SALLYPORT_LOG_LEVEL: "silent",
});
await firstAnswer(`${url}/ready`, identity);

let over = false;
const client = crashClient(url, () => over);
const gatewaySite = { databaseUrl: database.gatewayUrl, folder };
const gateway = await gatewayProgram(gatewaySite, "gateway", "egress,intake,relay");
const site = await prepareSite(client, `http://127.0.0.1:${gateway.ports.intake}${WEBHOOK_PATH}`);
const { body: endpoints } = await client.insist("/webhook_endpoints", { bearer: site.apiKey });
const configuration = intakeConfiguration(
  {
    deployment: { id: "dep_1", name: "Vault", customer_id: "cus_1", mode: "air_gapped" },
    sources: [
      {
        id: "source_1",
        environment_id: "environment_1",
        name: "Here",
        url,
        api_key: site.apiKey,
        events: [],
        paused: false,
      },
    ],
    endpoints: [
      {
        id: "endpoint_1",
        name: "Application",
        url: application.url,
        signature: "standard",
        secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        events: [],
        environment_ids: [],
        paused: false,
        timeout_seconds: 5,
        in_flight: 16,
        authorities: null,
      },
    ],
    clients: [
      { id: "client_1", name: "All", token_sha256: [], certificate_sha256: [], networks: ["127.0.0.0/8"] },
    ],
  },
  {
    secrets: [endpoints.data[0].secret],
    target: `http://127.0.0.1:${(pages.address() as AddressInfo).port}`,
  },
);
configureSite(gatewaySite, configuration);
await gateway.start();

const work: Work = { client, site, ledger: new Ledger(), signIns: [], sessions: [] };
const working = [changeOrganizations, syncPeople, signInBySaml, refreshSessions].map((kind) => kind(work, 1));
await until(() => work.signIns.length >= 3 && work.ledger.acknowledged() >= 60);
over = true;
await Promise.all(working);

const asked = ["CONNECT api.workos.com:443", "CONNECT 1.1.1.1:443", "GET http://example.com/"];
const refused = await Promise.all(
  asked.map((line) =>
    sayRaw(
      gateway.ports.proxy,
      `${line} HTTP/1.1\r\nHost: ${line.split(/[ /]+/).filter(Boolean).at(-1)}\r\n\r\n`,
    ),
  ),
);
const callback = await sayRaw(gateway.ports.intake, `GET ${CALLBACK_PATH}?code=1 HTTP/1.0\r\n\r\n`);

// What was made last has come all the way, pulled or brought.
const last = await client.insist("/events?order=desc&limit=1&events=organization.created", {
  bearer: site.apiKey,
});
const lastId = last.body.data[0].id;
await until(() => application.received.some(({ id }) => id === lastId));
const quiet = packets();

const socket = createSocket("udp4");
socket.send("?", 9, "198.51.100.1");
await once(socket, "listening");
await lookup("example.com").catch(() => undefined);
await until(() => packets() > quiet);
socket.close();
console.log(
  JSON.stringify({
    signIns: work.signIns.length,
    changes: work.ledger.acknowledged(),
    delivered: new Set(application.received.map(({ id }) => id)).size,
    refused: refused.map(({ status }) => status),
    callback: callback.status,
    packets: quiet,
    packetsWhenAsked: packets(),
    faults: client.faults,
  }),
);
await gateway.end("SIGTERM");
await end(identity);
await application.close();
await database.stop();
rmSync(folder, { recursive: true, force: true });
process.exit();

function ip(...words: string[]): void {
  execFileSync("ip", words);
}

/** What was sent any other way than to this machine itself. */
function packets(): number {
  const { nftables } = JSON.parse(execFileSync("nft", ["-j", "list", "counters"], { encoding: "utf8" }));
  const found = nftables.find(({ counter }: { counter?: object }) => counter);
  return found.counter.packets;
}

async function until(holds: () => boolean): Promise<void> {
  for (const late = performance.now() + 120_000; !holds(); await sleep(20))
    if (performance.now() > late) throw new Error(`${holds} does not hold.`);
}

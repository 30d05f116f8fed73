/** The application that relay-deliver delivers to, in a process of its own. Told `{ expect }`, it says when it has had so many. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readSignature } from "#lib/shared/gateway/webhook-signature.ts";

const SECRET = process.env.SECRET ?? "";
const OBJECTS = Number(process.env.OBJECTS);
/** Each so-and-so-manieth signature is checked; each delivery is counted and its place looked at. */
const CHECK_EVERY = 50;

let expected = Number.POSITIVE_INFINITY;
let received = 0;
let faults: string[] = [];
let seen = new Set<string>();
let latest = new Map<number, number>();
let latencies: number[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const id = String(request.headers["idempotency-key"]);
    const number = Number(id.slice("event_".length));
    received += 1;
    seen.add(id);
    const object = number % OBJECTS;
    if (process.env.ORDERED && (latest.get(object) ?? -1) > number) faults.push(`${id} came too late`);
    latest.set(object, number);
    if (process.env.TIMED)
      latencies.push(Date.now() - Date.parse(JSON.parse(Buffer.concat(chunks).toString()).created_at));
    if (received % CHECK_EVERY === 0) {
      const reading = readSignature(String(request.headers["workos-signature"]), Buffer.concat(chunks), {
        secrets: [SECRET],
        toleranceMs: 60_000,
        now: new Date(),
      });
      if (!reading.ok) faults.push(`${id}: ${reading.problem}`);
    }
    response.end();
    if (seen.size === expected) tell();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on("message", ({ expect }: { expect: number }) => {
  expected = expect;
  received = 0;
  faults = [];
  seen = new Set();
  latest = new Map();
  latencies = [];
  process.send?.("ready");
});

function tell(): void {
  latencies.sort((a, b) => a - b);
  process.send?.({
    received,
    faults: faults.slice(0, 5),
    p50: latencies[Math.floor(latencies.length * 0.5)],
    p99: latencies[Math.floor(latencies.length * 0.99)],
  });
}

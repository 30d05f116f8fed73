import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { BOUNDS } from "#lib/gateway/intake/listener.ts";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  CALLBACK_PATH,
  ingressRule,
  intakeConfiguration,
  SECRET,
  startTestIntake,
  type TestIntake,
  WEBHOOK_PATH,
} from "#tests/support/gateway/intake.ts";
import { hear, sayRaw } from "#tests/support/gateway/wire.ts";
import { createTestCa, type TestCa } from "#tests/support/test-ca.ts";

// What reaches the intake from whoever means it no good, or cannot do it any better.

let gatewayUrl: string;
let ca: TestCa;
let intakes: TestIntake[] = [];

beforeAll(async () => {
  ({ gatewayUrl } = await testDatabase());
  ca = createTestCa();
});
afterEach(async () => {
  for (const intake of intakes) {
    await intake.forgetCrossings();
    await intake.close();
  }
  intakes = [];
});
afterAll(() => ca.remove());

async function start(...[configuration, options]: Partial<Tail<Parameters<typeof startTestIntake>>>) {
  const intake = await startTestIntake(gatewayUrl, configuration ?? intakeConfiguration(), options);
  intakes.push(intake);
  return intake;
}
type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

const reasons = async (intake: TestIntake) =>
  (await intake.crossings()).map(({ outcome, reason }) => `${outcome} ${reason}`);

let made = 0;
function signed(more: string[] = []): string {
  made += 1;
  const body = JSON.stringify({
    id: `event_${made}`,
    event: "user.created",
    data: { id: "user_1" },
    created_at: "2026-03-01T12:00:00.000Z",
  });
  return [
    `POST ${WEBHOOK_PATH} HTTP/1.1`,
    "Host: x",
    `WorkOS-Signature: ${signatureHeader(SECRET, body, new Date())}`,
    `Content-Length: ${body.length}`,
    ...more,
    "",
    body,
  ].join("\r\n");
}

/** Says something every few milliseconds, for as long as anybody listens. */
function trickle(socket: Socket, next: () => string): void {
  const timer = setInterval(() => socket.write(next()), 20);
  socket.once("close", () => clearInterval(timer));
}

test("nobody holds a connection by saying nothing, or little, or by not listening", async () => {
  const bounds = { ...BOUNDS, headWithinMs: 300, requestWithinMs: 1_000, idleMs: 600 };
  const intake = await start(undefined, { limits: { bounds, bodyWithinMs: 400 } });
  const silent = connect(intake.port, "127.0.0.1");
  const slowHead = connect(intake.port, "127.0.0.1");
  const slowBody = connect(intake.port, "127.0.0.1");
  const answers = [silent, slowHead, slowBody].map(hear);
  slowHead.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\n`);
  trickle(slowHead, () => "X-Slow: 1\r\n");
  slowBody.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n`);
  trickle(slowBody, () => "x");
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([408, 408, 408]);
  expect((await reasons(intake)).sort()).toEqual(["refused slow", "refused slow", "refused slow"]);
});

test("a head may have so many bytes, and is answered when it has more", async () => {
  const intake = await start();
  const head = `GET ${CALLBACK_PATH} HTTP/1.1\r\nHost: x\r\n`;
  const { status } = await sayRaw(intake.port, head, `X: ${"x".repeat(20_000)}\r\n\r\n`);
  expect(status).toBe(431);
  const many = Array.from({ length: 3_000 }, (_, at) => `x${at}: 1`).join("\r\n");
  expect((await sayRaw(intake.port, head, `${many}\r\n\r\n`)).status).toBe(431);
  expect(await reasons(intake)).toEqual(["refused head_too_large", "refused head_too_large"]);
});

test("one source is asked to wait when it comes too often, and all of them together", async () => {
  const limits = { ofOneSource: { perSecond: 0.01, burst: 2 }, ofAll: { perSecond: 0.01, burst: 3 } };
  const networks = ["203.0.113.0/24", "2001:db8::/32"];
  const configuration = intakeConfiguration({ rules: [ingressRule({ networks })] });
  const settings = { SALLYPORT_GATEWAY_INTAKE_TRUSTED_PROXIES: "1" };
  const intake = await start(configuration, { limits, settings });
  const from = async (address: string) => await sayRaw(intake.port, signed([`X-Forwarded-For: ${address}`]));
  const [one, other, next, third, fourth] = [
    await from("2001:db8::1"),
    await from("2001:db8::2"),
    await from("2001:db8::3"),
    await from("203.0.113.1"),
    await from("203.0.113.2"),
  ];
  expect([one, other, next, third, fourth].map(({ status }) => status)).toEqual([200, 200, 429, 200, 429]);
  expect(Number(next?.headers["retry-after"])).toBeGreaterThan(0);
  expect((await intake.crossings()).map(({ peer_address }) => peer_address)).toEqual([
    "2001:db8::1",
    "2001:db8::2",
    "2001:db8::3",
    "203.0.113.1",
    "203.0.113.2",
  ]);
});

test("behind a proxy the source is whom the proxy saw, and whoever comes past it is refused", async () => {
  const configuration = intakeConfiguration({ rules: [ingressRule({ networks: ["203.0.113.0/24"] })] });
  const settings = { SALLYPORT_GATEWAY_INTAKE_TRUSTED_PROXIES: "1" };
  const intake = await start(configuration, { settings });
  const ask = async (...headers: string[]) => (await sayRaw(intake.port, signed(headers))).status;
  expect(await ask("X-Forwarded-For: 203.0.113.7")).toBe(200);
  expect(await ask("X-Forwarded-For: 203.0.113.7, 198.51.100.1")).toBe(403);
  expect(await ask("X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 198.51.100.1")).toBe(403);
  expect(await ask()).toBe(400);
  expect(await reasons(intake)).toEqual([
    "allowed null",
    "refused no_rule",
    "refused no_rule",
    "refused source_unknown",
  ]);
});

test("connections are bounded, in all and of one address", async () => {
  for (const bounds of [
    { ...BOUNDS, connections: 2 },
    { ...BOUNDS, connectionsOfOne: 2 },
  ]) {
    const intake = await start(undefined, { limits: { bounds } });
    const held = [connect(intake.port, "127.0.0.1"), connect(intake.port, "127.0.0.1")];
    await Promise.all(held.map((socket) => once(socket, "connect")));
    expect((await sayRaw(intake.port, signed())).status).toBe(0);
    for (const socket of held) socket.destroy();
    await vi.waitUntil(async () => (await sayRaw(intake.port, signed())).status === 200, 30_000);
    expect(await reasons(intake)).toContain("refused too_many");
  }
});

test("bodies of all together hold so much memory and no more, and give it back", async () => {
  const intake = await start(undefined, { limits: { bodiesBytes: 100_000 } });
  const held = connect(intake.port, "127.0.0.1");
  held.write(
    `POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n${"x".repeat(99_990)}`,
  );
  await vi.waitUntil(() => intake.part.budgetFree() < 100, 30_000);
  const busy = await sayRaw(intake.port, signed());
  expect([busy.status, busy.headers["retry-after"]]).toEqual([503, "1"]);
  held.destroy();
  await vi.waitUntil(() => intake.part.budgetFree() === 100_000, 30_000);
  expect((await sayRaw(intake.port, signed())).status).toBe(200);
});

test("whoever asks first whether to send is told after a look at the head, and not asked for a body in vain", async () => {
  const intake = await start();
  const socket = connect(intake.port, "127.0.0.1");
  const heard = hear(socket);
  const [head = "", body = ""] = signed(["Expect: 100-continue"]).split("\r\n\r\n");
  socket.write(`${head}\r\n\r\n`);
  expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1.1 100 Continue/);
  socket.write(body);
  expect((await heard).text).toMatch(/HTTP\/1.1 200 OK/);
  const refused = await sayRaw(intake.port, `${head.replace(WEBHOOK_PATH, "/other")}\r\n\r\n`);
  expect(refused.status).toBe(404);
  const other = `POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\nExpect: more\r\nContent-Length: 0\r\n\r\n`;
  expect((await sayRaw(intake.port, other)).status).toBe(417);
  const proxy = await sayRaw(intake.port, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n");
  expect(proxy.status).toBe(405);
  expect(await reasons(intake)).toEqual([
    "allowed null",
    "refused unknown_path",
    "refused malformed",
    "refused method",
  ]);
});

test("whatever bytes come, the answer is never a fault of ours, every connection is on record, and every byte counted", async () => {
  const intake = await start(intakeConfiguration({}, { target: "http://127.0.0.1:1" }));
  let [connections, bytes] = [0, 0];
  const say = async (...said: Uint8Array[]) => {
    connections += 1;
    bytes += said.reduce((sum, each) => sum + each.length, 0);
    return await sayRaw(intake.port, ...said);
  };
  const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
  const line = fc.oneof(
    fc.tuple(token, fc.string({ unit: "binary-ascii", maxLength: 40 })).map((pair) => pair.join(": ")),
    fc.constantFrom(
      "Transfer-Encoding: chunked",
      "Content-Length: 5",
      "Content-Length: -1",
      "Content-Length: 99999999999999999999",
      "Connection: upgrade",
      "Upgrade: websocket",
      "Expect: 100-continue",
      "WorkOS-Signature: t=1, v1=2",
      "X-Forwarded-For: ,,,",
      " folded",
      "",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const target = fc.oneof(
    fc.constantFrom(WEBHOOK_PATH, `${WEBHOOK_PATH}?a`, "*", "/", "//", "http://x/", `${WEBHOOK_PATH}/..`),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
  const method = fc.oneof(fc.constantFrom("POST", "GET", "PRI", "TRACE", "CONNECT", "post"), token);
  const version = fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "");
  const body = fc.oneof(fc.json(), fc.string({ unit: "binary" }), fc.constant("5\r\nhello\r\n0\r\n\r\n"));
  const request = fc
    .tuple(method, target, version, fc.array(line, { maxLength: 6 }), body)
    .map(([verb, path, spoken, lines, rest]) =>
      Buffer.from(`${verb} ${path} ${spoken}\r\n${lines.join("\r\n")}\r\n\r\n${rest}`),
    );
  // Ended by whoever speaks: what is half said is not waited for.
  const ended = (said: Uint8Array) => {
    connections += 1;
    bytes += said.length;
    const socket = connect(intake.port, "127.0.0.1");
    const heard = hear(socket);
    socket.end(said);
    return heard;
  };
  await fc.assert(
    fc.asyncProperty(fc.oneof(request, fc.uint8Array({ minLength: 1, maxLength: 300 })), async (said) => {
      const { status, text } = await ended(said);
      expect(status >= 500 ? text : "").toBe("");
      expect(text.includes(SECRET) || text.includes("node:")).toBe(false);
    }),
    { numRuns: 400 },
  );
  expect((await say(Buffer.from(signed()))).status).toBe(200);
  const crossings = await intake.crossings();
  expect(crossings).toHaveLength(connections);
  expect(crossings.every(({ ended_at }) => ended_at !== null)).toBe(true);
  expect(crossings.reduce((sum, { bytes_in }) => sum + Number(bytes_in), 0)).toBe(bytes);
});

test("signed events of every shape are taken or refused, and never a fault", async () => {
  const intake = await start();
  const event = fc.record(
    {
      id: fc.oneof(fc.string({ unit: "binary" }), fc.uuid(), fc.jsonValue()),
      event: fc.oneof(fc.string({ unit: "binary" }), fc.constant("user.created")),
      data: fc.oneof(fc.jsonValue({ stringUnit: "binary" }), fc.constant({ "\0": "\0\ud800" })),
      created_at: fc.oneof(
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        fc.string(),
      ),
      context: fc.jsonValue(),
      __proto__: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(event, async (value) => {
      const body = Buffer.from(JSON.stringify(value));
      const head = [
        `POST ${WEBHOOK_PATH} HTTP/1.1`,
        "Host: x",
        `WorkOS-Signature: ${signatureHeader(SECRET, body, new Date())}`,
        `Content-Length: ${body.length}`,
      ].join("\r\n");
      const { status } = await sayRaw(intake.port, `${head}\r\n\r\n`, body);
      statuses.add(status);
      expect([200, 409, 422]).toContain(status);
    }),
    { numRuns: 200 },
  );
  expect(statuses).toContain(422);
});

test("TLS 1.2 and newer, with the certificate that was renewed meanwhile; what is no TLS is on record", async () => {
  const name = "intake.example.com";
  const [before, after] = [ca.issue([name]), ca.issue([name])];
  const settings = {
    SALLYPORT_GATEWAY_INTAKE_TLS_CERTIFICATE: before.certificate,
    SALLYPORT_GATEWAY_INTAKE_TLS_KEY: before.key,
  };
  const intake = await start(undefined, { settings });
  const open = async (more = {}): Promise<TLSSocket> => {
    const socket = connectTls({
      port: intake.port,
      host: "127.0.0.1",
      servername: name,
      ca: readFileSync(ca.file),
      ...more,
    });
    await once(socket, "secureConnect");
    return socket;
  };
  const first = await open();
  const serial = first.getPeerCertificate().serialNumber;
  const heard = hear(first);
  first.write(signed());
  expect((await heard).status).toBe(200);
  const [crossing] = await intake.crossings();
  expect(crossing).toMatchObject({ outcome: "allowed", tls_version: "TLSv1.3", status: 200 });
  // With the handshake, as a look at the wire counts.
  expect(Number(crossing?.bytes_out)).toBeGreaterThan(500);

  await expect(
    open({ maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }),
  ).rejects.toThrow();
  expect((await sayRaw(intake.port, signed())).status).toBe(0);
  expect((await reasons(intake)).slice(1)).toEqual(["refused tls", "refused tls"]);

  copyFileSync(after.certificate, before.certificate);
  copyFileSync(after.key, before.key);
  await vi.waitUntil(
    async () => {
      const socket = await open().catch(() => null);
      const shown = socket?.getPeerCertificate().serialNumber ?? serial;
      socket?.destroy();
      return shown !== serial;
    },
    { timeout: 30_000, interval: 500 },
  );
});

test("a database that is away is no reason to lose an event: it is to be sent again, and is taken then", async () => {
  const intake = await start();
  const query = intake.pool.connect;
  const fails = vi.spyOn(intake.pool, "connect").mockImplementation(() => {
    throw new Error("The database is away.");
  });
  const said = signed();
  const away = await sayRaw(intake.port, said);
  expect([away.status, away.headers["retry-after"]]).toEqual([503, "5"]);
  fails.mockRestore();
  expect(intake.pool.connect).toBe(query);
  // Nothing of it was kept, the signature neither.
  expect((await sayRaw(intake.port, said)).status).toBe(200);
  expect(await reasons(intake)).toEqual(["failed store_unavailable", "allowed null"]);
});

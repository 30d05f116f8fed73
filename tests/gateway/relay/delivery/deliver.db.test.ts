import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { WorkOS } from "@workos-inc/node";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { type Answer, firstSeen, startEndpoint, type TestEndpoint } from "#tests/support/relay/endpoint.ts";
import { putEvents } from "#tests/support/relay/events.ts";
import { RelayBench } from "#tests/support/relay/runner.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

const WAIT = { timeout: 10_000 };
let relay: RelayBench;
const applications: TestEndpoint[] = [];
beforeAll(async () => {
  relay = new RelayBench((await testDatabase()).gatewayUrl);
});
afterAll(() => relay.pool.end());
afterEach(async () => {
  await relay.clear();
  for (const application of applications.splice(0)) await application.close();
});

async function application(answer?: Answer): Promise<TestEndpoint> {
  const started = await startEndpoint(answer);
  applications.push(started);
  return started;
}

/** Each object's events came in their order, and all of them. */
function expectInOrder({ received }: TestEndpoint, count: number): void {
  const seen = firstSeen(received);
  for (const numbers of seen.values()) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect([...seen.values()].flat()).toHaveLength(count);
}

describe("what arrives", () => {
  test("every event once, in the order of its object, and the cursor is at the end", async () => {
    const app = await application();
    const endpoint = relay.endpoint(app.url);
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 500);
    runner.wake();
    await expect.poll(() => app.received.length, WAIT).toBe(500);
    expectInOrder(app, 500);
    await runner.stop();
    expect(await relay.state(endpoint)).toMatchObject({
      atEnd: true,
      delivered: 500,
      waiting: 0,
      heldUntil: null,
    });
    expect(await relay.attempts(endpoint)).toHaveLength(500);
  });

  test("an endpoint begins with what comes after it was made, and not with the past", async () => {
    await putEvents(relay.pool, 5);
    const app = await application();
    const runner = await relay.must(relay.endpoint(app.url));
    await putEvents(relay.pool, 5, { from: 5 });
    runner.wake();
    await expect.poll(() => app.received.length, WAIT).toBe(5);
    expect(app.received.every(({ number }) => number >= 5)).toBe(true);
  });

  test("objects go side by side, the events of one go one after the other", async () => {
    let [open, most] = [0, 0];
    const busy = new Set<string>();
    const app = await application(({ object }, response) => {
      expect(busy.has(object)).toBe(false);
      busy.add(object);
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        busy.delete(object);
        response.end();
      }, 5);
    });
    const runner = await relay.must(relay.endpoint(app.url, { in_flight: 8 }));
    await putEvents(relay.pool, 200, { objects: 20 });
    runner.wake();
    await expect.poll(() => app.received.length, WAIT).toBe(200);
    expect(most).toBe(8);
  });

  test("the official SDK and the verifier of Standard Webhooks accept what is sent, and an event keeps its key", async () => {
    const secret = `whsec_${randomBytes(24).toString("base64")}`;
    const [workos, standard] = [await application(), await application()];
    await relay.must(relay.endpoint(workos.url, { secrets: [secret] }));
    await relay.must(relay.endpoint(standard.url, { signature: "standard", secrets: [secret] }));
    await putEvents(relay.pool, 1);
    relay.pass(0);
    await expect.poll(() => workos.received.length + standard.received.length, WAIT).toBe(2);
    const [first, second] = [workos.received[0], standard.received[0]];
    const { webhooks } = new WorkOS("sk_test", { clientId: "client_test" });
    const sigHeader = String(first?.headers["workos-signature"]);
    const event = await webhooks.constructEvent({ payload: first?.body as never, sigHeader, secret });
    expect(event.id).toBe(first?.headers["idempotency-key"]);
    expect(new Webhook(secret).verify(second?.body ?? "", second?.headers as never)).toMatchObject({
      id: second?.headers["webhook-id"],
    });
  });

  test("what the filter leaves out is passed over, and the cursor with it", async () => {
    const app = await application();
    const endpoint = relay.endpoint(app.url, { events: ["dsync.*"] });
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 10);
    await putEvents(relay.pool, 10, { from: 10, event: "dsync.user.created" });
    await putEvents(relay.pool, 10, { from: 20 });
    runner.wake();
    await expect.poll(() => app.received.length, WAIT).toBe(10);
    await runner.stop();
    expect(await relay.state(endpoint)).toMatchObject({ atEnd: true, delivered: 10 });
  });

  test("while it is paused nothing arrives, and nothing is left out afterwards", async () => {
    const app = await application();
    const endpoint = relay.endpoint(app.url, { paused: true });
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 20);
    runner.wake();
    await runner.replay(async () => null);
    expect(app.received).toHaveLength(0);
    runner.configure({ ...endpoint, paused: false });
    await expect.poll(() => app.received.length, WAIT).toBe(20);
  });
});

describe("what goes wrong", () => {
  test("one object that fails holds up its own events only, and they come in order afterwards", async () => {
    let poisoned = true;
    const app = await application(({ object }, response) => {
      response.statusCode = poisoned && object === "user_3" ? 500 : 200;
      response.end("no");
    });
    const endpoint = relay.endpoint(app.url);
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 100);
    runner.wake();
    await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(90);
    expect(await relay.state(endpoint)).toMatchObject({
      atEnd: true,
      waiting: 10,
      dead: 0,
      restsUntil: null,
    });
    poisoned = false;
    await putEvents(relay.pool, 20, { from: 100 });
    relay.pass(MINUTE_MS);
    await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(120);
    const ofThree = app.received.filter(({ object }) => object === "user_3").map(({ number }) => number);
    expect([...new Set(ofThree)]).toEqual([3, 13, 23, 33, 43, 53, 63, 73, 83, 93, 103, 113]);
    expect(await relay.state(endpoint)).toMatchObject({ waiting: 0, failingSince: null });
  });

  test("an endpoint that answers 500 for a day is asked seldom, and then gets everything, in order", async () => {
    let works = false;
    const app = await application((_received, response) => {
      response.statusCode = works ? 200 : 500;
      response.end('{"error":"no database","password":"hunter2"}');
    });
    const endpoint = relay.endpoint(app.url);
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 300, { objects: 30 });
    runner.wake();
    await expect.poll(async () => (await relay.state(endpoint)).openings, WAIT).toBe(1);
    for (let hours = 0; hours < 24; hours += 1) {
      const before = app.received.length;
      relay.pass(HOUR_MS);
      await expect.poll(() => app.received.length, WAIT).toBe(before + 1);
      await expect
        .poll(async () => (await relay.state(endpoint)).restsUntil > relay.clock(), WAIT)
        .toBe(true);
    }
    expect(await relay.state(endpoint)).toMatchObject({
      delivered: 0,
      dead: 0,
      lastProblem: "It answered 500.",
    });
    works = true;
    relay.pass(HOUR_MS);
    await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(300);
    expectInOrder(app, 300);
    const [attempt] = await relay.attempts(endpoint);
    expect(attempt).toMatchObject({ status: 500, excerpt: '{"error":"no database","password":[hidden]}' });
  });

  test("after three days an event is given up, and its object goes on with the next", async () => {
    const app = await application(({ number }, response) => {
      response.statusCode = number === 0 ? 422 : 200;
      response.end();
    });
    const endpoint = relay.endpoint(app.url);
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 3, { objects: 1 });
    runner.wake();
    await expect.poll(async () => (await relay.state(endpoint))?.waiting, WAIT).toBe(3);
    relay.pass(3 * DAY_MS);
    await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(2);
    expect(await relay.state(endpoint)).toMatchObject({ waiting: 0, dead: 1 });
    const { rows } = await relay.pool.query(
      "SELECT event_id, attempts, status, problem, body->>'id' AS body FROM boundary.relay_deliveries",
    );
    expect(rows).toEqual([
      {
        event_id: "event_0000000000",
        attempts: 2,
        status: 422,
        problem: "It answered 422.",
        body: "event_0000000000",
      },
    ]);
  });

  test.each([
    ["hangs", (() => undefined) as Answer, "It did not answer within 1 seconds."],
    [
      "resets",
      ((_received, response) => void response.socket?.resetAndDestroy()) as Answer,
      "It could not be reached: it reset the connection.",
    ],
    [
      "breaks off",
      ((_received, response) => {
        response.writeHead(200, { "content-length": "10" });
        response.write("12345", () => response.socket?.destroy());
      }) as Answer,
      "It broke off in the middle of its answer.",
    ],
    [
      "redirects",
      ((_received, response) => void response.writeHead(302, { location: "/elsewhere" }).end()) as Answer,
      "It answered 302 and sent us elsewhere. Redirects are not followed: name the address itself.",
    ],
    [
      "answers drop by drop",
      ((_received, response) => {
        response.writeHead(200);
        const drops = setInterval(() => response.write("."), 100);
        response.on("close", () => clearInterval(drops));
      }) as Answer,
      "It did not answer within 1 seconds.",
    ],
  ])("an endpoint that %s has not taken the event, and gets it again", async (_what, fault, problem) => {
    let works = false;
    const app = await application((received, response, request) => {
      if (works) response.end();
      else fault(received, response, request);
    });
    const endpoint = relay.endpoint(app.url, { timeout_seconds: 1 });
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 2, { objects: 1 });
    runner.wake();
    await expect.poll(async () => (await relay.state(endpoint)).lastProblem, WAIT).toBe(problem);
    works = true;
    relay.pass(MINUTE_MS);
    await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(2);
    expect([...new Set(app.received.map(({ number }) => number))]).toEqual([0, 1]);
    expect(app.received.every(({ headers }) => headers["idempotency-key"])).toBe(true);
  });

  test("its certificate is of the authorities that were given, and of no other", async () => {
    const [own, stranger] = [createTestCa("Own"), createTestCa("Stranger")];
    try {
      const { certificate, key } = own.issue(["127.0.0.1"]);
      const seen: string[] = [];
      const server = createServer(
        { cert: readFileSync(certificate), key: readFileSync(key) },
        (request, response) => {
          seen.push(request.url ?? "");
          request.resume().once("end", () => response.end());
        },
      );
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = (path: string) => `https://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
      const pem = (ca: { file: string }) => readFileSync(ca.file, "utf8");
      const good = relay.endpoint(url("good"), { authorities: `${pem(stranger)}${pem(own)}` });
      const wrong = relay.endpoint(url("wrong"), { authorities: pem(stranger) });
      const none = relay.endpoint(url("none"));
      for (const endpoint of [good, wrong, none]) await relay.must(endpoint);
      await putEvents(relay.pool, 1);
      relay.pass(0);
      await expect.poll(() => seen, WAIT).toEqual(["/good"]);
      for (const endpoint of [wrong, none])
        await expect
          .poll(async () => (await relay.state(endpoint)).lastProblem, WAIT)
          .toMatch(/certificate/i);
      expect(seen).toEqual(["/good"]);
      server.closeAllConnections();
      server.close();
    } finally {
      for (const ca of [own, stranger]) ca.remove();
    }
  });

  test("nobody listens; a link-local address is not even tried", async () => {
    const [closed, metadata] = [
      relay.endpoint("http://127.0.0.1:9/events"),
      relay.endpoint("http://169.254.169.254/latest"),
    ];
    await relay.must(closed);
    await relay.must(metadata);
    await putEvents(relay.pool, 1);
    relay.pass(0);
    await expect
      .poll(async () => (await relay.state(closed)).lastProblem, WAIT)
      .toContain("nothing listens there");
    await expect.poll(async () => (await relay.state(metadata)).lastProblem, WAIT).toContain("link-local");
  });

  test("a public address is outside: no delivery goes there that no rule lets out, and each is on record", async () => {
    relay.configuration = exampleConfiguration({ rules: [] });
    const endpoint = relay.endpoint("http://192.88.99.1:9/events", { timeout_seconds: 1 });
    await relay.must(endpoint);
    await putEvents(relay.pool, 1);
    relay.pass(0);
    await expect.poll(async () => (await relay.state(endpoint)).lastProblem, WAIT).toContain("no rule");
    expect(relay.crossings.splice(0)).toMatchObject([
      {
        kind: "delivery",
        outcome: "refused",
        reason: "no_rule",
        peerAddress: "192.88.99.1",
        peerPort: 9,
        bytesOut: 0,
      },
    ]);
    // As if this machine lay outside, and a rule led there.
    const { boundary } = relay;
    relay.boundary = () => ({ ruleId: "rule_1" });
    const app = await application();
    const other = relay.endpoint(app.url);
    await relay.must(other);
    relay.boundary = boundary;
    await putEvents(relay.pool, 1, { from: 1 });
    relay.pass(0);
    await expect
      .poll(() => relay.crossings.find(({ clientId }) => clientId === other.id), WAIT)
      .toMatchObject({
        ...{
          outcome: "allowed",
          reason: null,
          ruleId: "rule_1",
          status: 200,
          method: "POST",
          path: "/events",
        },
        ...{ peerAddress: "127.0.0.1", correlationId: "event_0000000001", environmentId: "environment_1" },
      });
    const crossing = relay.crossings.find(({ clientId }) => clientId === other.id);
    expect(crossing?.bytesOut).toBeGreaterThan(app.received[0]?.body.length ?? 0);
    expect(crossing?.bytesIn).toBeGreaterThan("HTTP/1.1 200 OK".length);
  });

  test("an endpoint says when it wants to be asked again", async () => {
    const app = await application((_received, response) => {
      response.writeHead(429, { "retry-after": "1800" }).end();
    });
    const endpoint = relay.endpoint(app.url);
    const runner = await relay.must(endpoint);
    await putEvents(relay.pool, 1);
    runner.wake();
    await expect.poll(async () => (await relay.state(endpoint)).waiting, WAIT).toBe(1);
    const { rows } = await relay.pool.query<{ next_at: Date }>(
      "SELECT next_at FROM boundary.relay_deliveries",
    );
    const waits = (rows[0]?.next_at.getTime() ?? 0) - relay.clock().getTime();
    expect(waits).toBeGreaterThan(25 * MINUTE_MS);
    expect(waits).toBeLessThanOrEqual(30 * MINUTE_MS);
  });

  test("so many may wait, and then nothing new is begun until fewer do", async () => {
    let works = false;
    const app = await application(({ object }, response) => {
      response.statusCode = works || object !== "user_0" ? 200 : 500;
      response.end();
    });
    const endpoint = relay.endpoint(app.url);
    const runner = await relay.must(endpoint, { waiting: 50 });
    await putEvents(relay.pool, 3_000, { objects: 2 });
    runner.wake();
    await expect.poll(async () => (await relay.state(endpoint)).waiting, WAIT).toBeGreaterThanOrEqual(50);
    await runner.replay(async () => null);
    expect((await relay.state(endpoint)).waiting).toBeLessThan(2_000);
    works = true;
    relay.pass(MINUTE_MS);
    await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(3_000);
    expectInOrder(app, 3_000);
  });

  test("only the latest attempts are kept", async () => {
    const app = await application();
    const endpoint = relay.endpoint(app.url);
    const runner = await relay.must(endpoint, { attempts: 100 });
    await putEvents(relay.pool, 1_000);
    runner.wake();
    await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(1_000);
    await runner.stop();
    const kept = await relay.attempts(endpoint);
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThan(600);
  });
});

describe("a secret that changes", () => {
  test.each(["workos", "standard"] as const)(
    "%s: an application with the former secret and one with the new one both take every event",
    async (signature) => {
      const [fresh, former] = [0, 1].map(() => `whsec_${randomBytes(24).toString("base64")}`) as [
        string,
        string,
      ];
      let secret = former;
      const { webhooks } = new WorkOS("sk_test", { clientId: "client_test" });
      const app = await application(async ({ body, headers }, response) => {
        const sigHeader = String(headers["workos-signature"]);
        const reading =
          signature === "workos"
            ? webhooks.constructEvent({ payload: body as never, sigHeader, secret })
            : Promise.resolve().then(() => new Webhook(secret).verify(body, headers as never));
        response.statusCode = await reading.then(
          () => 200,
          () => 400,
        );
        response.end();
      });
      const endpoint = relay.endpoint(app.url, { signature, secrets: [fresh, former] });
      const runner = await relay.must(endpoint);
      await putEvents(relay.pool, 50);
      runner.wake();
      await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(50);
      secret = fresh;
      await putEvents(relay.pool, 50, { from: 50 });
      runner.wake();
      await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(100);
      expect(await relay.state(endpoint)).toMatchObject({
        waiting: 0,
        failingSince: null,
        lastProblem: null,
      });
    },
  );
});

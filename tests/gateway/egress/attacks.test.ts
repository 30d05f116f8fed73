import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  AUTHORIZED,
  Caller,
  LOOPBACK,
  type Running,
  rule,
  startOutside,
  startProxy,
  told,
} from "./proxy-lab.ts";

/** What a web server in clear text was asked, one line each. */
const asked: string[] = [];
const web = createHttpServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString("latin1");
  });
  request.on("end", () => {
    asked.push(`${request.method} ${request.headers.host} ${request.url} ${body}`);
    response.setHeader("x-seen", JSON.stringify(request.headers));
    response.end("an answer");
  });
});
let port: number;

beforeAll(async () => {
  web.listen(0, "127.0.0.1");
  await once(web, "listening");
  ({ port } = web.address() as AddressInfo);
});
afterAll(() => void web.close());

/** Put in for the port of the web server, which the rows of a table do not know yet. */
const PORT = 65_111;
const request = (lines: readonly string[], body = "") => `${lines.join("\r\n")}\r\n\r\n${body}`;
const start = (options: Parameters<typeof startProxy>[1] = {}) =>
  startProxy(told([rule("web", LOOPBACK, port)]), options);
const get = (path: string, ...headers: string[]) =>
  request([
    `GET http://127.0.0.1:${PORT}${path} HTTP/1.1`,
    `Host: 127.0.0.1:${PORT}`,
    AUTHORIZED,
    ...headers,
  ]);
const post = (headers: readonly string[], body: string) =>
  request(
    [`POST http://127.0.0.1:${PORT}/in HTTP/1.1`, `Host: 127.0.0.1:${PORT}`, AUTHORIZED, ...headers],
    body,
  );

async function answerTo(gateway: Running, text: string): Promise<string> {
  using caller = new Caller(gateway.port);
  return await caller.say(text.replaceAll(String(PORT), String(port))).hearsAll();
}

describe("a request in clear text", () => {
  test("is carried on where a rule names the address, without what is meant for the proxy alone", async () => {
    await using gateway = await start();
    asked.length = 0;
    const answer = await answerTo(
      gateway,
      get(
        "/a?secret=1",
        "Proxy-Connection: keep-alive",
        "Connection: keep-alive, X-Hop",
        "X-Hop: 1",
        "X-Kept: 2",
      ),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain("an answer");
    expect(asked).toEqual([`GET 127.0.0.1:${port} /a?secret=1 `]);
    const seen = JSON.parse(/x-seen: (.*)\r\n/.exec(answer)?.[1] ?? "") as Record<string, string>;
    expect(seen).toEqual({ host: `127.0.0.1:${port}`, connection: "close", "x-kept": "2" });
    expect(await gateway.ended()).toMatchObject([
      { kind: "request", outcome: "allowed", method: "GET", path: "/a", status: 200, ruleId: "web" },
    ]);
    expect(JSON.stringify(gateway.crossings)).not.toContain("secret");
  });

  test.each([
    ["of a length", post(["Content-Length: 4"], "body"), "body"],
    ["in pieces", post(["Transfer-Encoding: chunked"], "2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n"), "body"],
  ])("takes its body with it, %s", async (_what, text, body) => {
    await using gateway = await start();
    asked.length = 0;
    expect(await answerTo(gateway, text)).toContain("an answer");
    expect(asked).toEqual([`POST 127.0.0.1:${port} /in ${body}`]);
    await gateway.ended();
  });

  test("is alone on its connection: what comes behind it is never carried on", async () => {
    await using gateway = await start();
    asked.length = 0;
    const answer = await answerTo(gateway, get("/first") + get("/second"));
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(asked).toEqual([`GET 127.0.0.1:${port} /first `]);
    await gateway.ended();
    expect(gateway.crossings.filter(({ outcome }) => outcome === "open")).toHaveLength(1);
  });

  test("that hides another in its body leaves that there", async () => {
    await using gateway = await start();
    asked.length = 0;
    const hidden = get("/hidden");
    expect(await answerTo(gateway, post([`Content-Length: ${hidden.length}`], hidden))).toContain(
      "an answer",
    );
    expect(asked).toEqual([`POST 127.0.0.1:${port} /in ${hidden.replaceAll(String(PORT), String(port))}`]);
    await gateway.ended();
  });

  test.each([
    [
      "has two lengths",
      post(["Content-Length: 4", "Transfer-Encoding: chunked"], "0\r\n\r\nGET"),
      "length_in_two_ways",
    ],
    ["folds a line", get("/", "X: 1", " Content-Length: 5"), "folded_line"],
    ["ends lines otherwise", get("/").replaceAll("\r\n", "\n"), "bare_line_feed"],
    ["names another host", get("/").replace(/Host: [^\r]+/, "Host: evil.example"), "host_differs"],
    ["has a huge head", get("/", `X: ${"x".repeat(20_000)}`), "head_too_large"],
    ["wants to become a web socket", get("/", "Upgrade: websocket", "Connection: upgrade"), "upgrade"],
  ])("is refused where it %s, and nothing of it goes out", async (_what, text, reason) => {
    await using gateway = await start();
    asked.length = 0;
    expect(await answerTo(gateway, text)).toMatch(new RegExp(`^HTTP/1\\.1 [45]\\d\\d .*"${reason}"`, "s"));
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason, bytesOut: 0 }]);
    expect(asked).toEqual([]);
  });

  test.each([
    ["are longer than they say", "2\r\nbody\r\n0\r\n\r\n"],
    ["have a length that is none", "0x2\r\nbo\r\n0\r\n\r\n"],
    ["end their lines otherwise", "2\nbo\n0\n\n"],
  ])("is broken off where the pieces of its body %s, and is never whole outside", async (_what, body) => {
    await using gateway = await start();
    asked.length = 0;
    await answerTo(gateway, post(["Transfer-Encoding: chunked"], body));
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "bad_body" }]);
    expect(asked).toEqual([]);
  });

  test("must not look whole where its answer was cut short", async () => {
    await using outside = await startOutside((socket) =>
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf ", () =>
          socket.destroy(),
        );
      }),
    );
    await using gateway = await startProxy(told([rule("web", LOOPBACK, outside.port)]));
    const answer = await answerTo(
      gateway,
      request([
        `GET http://127.0.0.1:${outside.port}/ HTTP/1.1`,
        `Host: 127.0.0.1:${outside.port}`,
        AUTHORIZED,
      ]),
    );
    expect(answer).not.toMatch(/0\r\n\r\n$/);
    expect(await gateway.ended()).toMatchObject([{ outcome: "failed", reason: "peer_reset" }]);
  });
});

describe("a client that means harm", () => {
  test("and sends its head a drop at a time is cut off, on record", async () => {
    await using gateway = await start({ limits: { headMs: 150 } });
    using caller = new Caller(gateway.port);
    caller.say("CONNECT 127.0.0.1:443 HTTP/1.1\r\n");
    const drops = setInterval(() => caller.say("X: 1\r\n"), 20);
    expect(await caller.hearsAll()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drops);
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "too_slow", status: 408 }]);
  });

  test("and says nothing has few connections, and keeps nobody else out", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
      limits: { waitingPerAddressMax: 3 },
    });
    const silent = Array.from({ length: 3 }, () => new Caller(gateway.port));
    for (const { socket } of silent) if (socket.connecting) await once(socket, "connect");
    using fourth = new Caller(gateway.port);
    expect(await fourth.hearsAll()).toMatch(/^HTTP\/1\.1 503 .*"too_many_connections"/s);
    expect(await gateway.ended()).toMatchObject([
      { reason: "too_many_connections", clientAddress: "127.0.0.1" },
    ]);
    // Another address is another matter.
    using other = new Caller(
      gateway.port,
      connect({ port: gateway.port, host: "127.0.0.1", localAddress: "127.0.0.2", allowHalfOpen: true }),
    );
    expect(await other.asksFor(`127.0.0.1:${outside.port}`)).toMatch(/^HTTP\/1\.1 200 /);
    for (const caller of silent) caller[Symbol.dispose]();
    await vi.waitFor(async () => {
      using again = new Caller(gateway.port);
      expect(await again.asksFor(`127.0.0.1:${outside.port}`)).toMatch(/^HTTP\/1\.1 200 /);
    });
  });

  test("and opens ever more tunnels has so many, and gets one back for each that ends", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
      limits: { connectionsPerClientMax: 2 },
    });
    const target = `127.0.0.1:${outside.port}`;
    using first = new Caller(gateway.port);
    using second = new Caller(gateway.port);
    using third = new Caller(gateway.port);
    expect(await first.asksFor(target)).toMatch(/ 200 /);
    expect(await second.asksFor(target)).toMatch(/ 200 /);
    expect(await third.asksFor(target)).toMatch(/ 503 /);
    first.socket.destroy();
    await vi.waitFor(async () => {
      using again = new Caller(gateway.port);
      expect(await again.asksFor(target)).toMatch(/ 200 /);
    });
  });

  test("and leaves in the middle of its head leaves nothing behind but a record", async () => {
    await using gateway = await start();
    using caller = new Caller(gateway.port);
    caller.say("CONNECT 127.0.0.1:443 HT");
    caller.socket.end();
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "client_left" }]);
    await caller.hearsAll();
  });

  test("and speaks TLS, SSH or nonsense to the proxy is refused", async () => {
    await using gateway = await start();
    for (const words of [
      "\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n",
      "SSH-2.0-x\r\n\r\n",
      "\u0000".repeat(17_000),
    ])
      expect(await answerTo(gateway, words)).toMatch(/^HTTP\/1\.1 4/);
    expect(await gateway.ended(3)).toHaveLength(3);
  });

  test("does not read what others are told: a refusal names no rule, and no address that a name leads to", async () => {
    await using gateway = await startProxy(told([rule("rule_secret", "*.example.com", 443)]), {
      resolve: async () => ["10.11.12.13"],
    });
    using caller = new Caller(gateway.port);
    const answer = await caller.asksFor("inside.example.com:443");
    expect(answer).not.toMatch(/10\.11\.12\.13|rule_secret/);
    expect(await gateway.ended()).toMatchObject([{ peerAddress: "10.11.12.13" }]);
  });
});

describe("a name server that", () => {
  test.each([
    ["does not answer", "name_server_slow", 504, () => new Promise<string[]>(() => undefined)],
    ["gives something that is no address", "name_unknown", 502, async () => [] as string[]],
  ])("%s holds up nobody for long", async (_what, reason, status, ask) => {
    const { boundedResolve, ResolutionProblem } = await import("#lib/gateway/egress/resolve.ts");
    await using gateway = await startProxy(told([rule("names", "*.example.com", 443)]), {
      resolve: boundedResolve({
        timeoutMs: 50,
        ask: async (name) => {
          const found = await ask();
          if (found.length === 0) throw new ResolutionProblem("name_unknown");
          return found.concat(name);
        },
      }),
    });
    using caller = new Caller(gateway.port);
    expect(await caller.asksFor("slow.example.com:443")).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(await gateway.ended()).toMatchObject([{ outcome: "failed", reason }]);
  });

  test("hangs is asked once for each name, and for so many names", async () => {
    const { boundedResolve } = await import("#lib/gateway/egress/resolve.ts");
    const asks: string[] = [];
    const resolve = boundedResolve({
      timeoutMs: 50,
      namesMax: 2,
      ask: (name) => {
        asks.push(name);
        return new Promise(() => undefined);
      },
    });
    const reasons = await Promise.all(
      ["a.example.com", "a.example.com", "b.example.com", "c.example.com"].map((name) =>
        resolve(name).catch((error: { reason: string }) => error.reason),
      ),
    );
    expect(reasons).toEqual(["name_server_slow", "name_server_slow", "name_server_slow", "name_server_busy"]);
    expect(asks).toEqual(["a.example.com", "b.example.com"]);
  });
});

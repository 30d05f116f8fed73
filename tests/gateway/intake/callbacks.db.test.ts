import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import {
  type AddressInfo,
  connect,
  createServer as createRawServer,
  type Server as RawServer,
} from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import {
  CALLBACK_PATH,
  intakeConfiguration,
  startTestIntake,
  type TestIntake,
} from "#tests/support/gateway/intake.ts";
import { sayRaw } from "#tests/support/gateway/wire.ts";

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let intake: TestIntake;
let application: Server;
let target: string;
let seen: Seen[] = [];
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  const { gatewayUrl } = await testDatabase();
  application = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { method = "", url = "", headers } = request;
    seen.push({ method, url, headers, body });
    answer(response);
  });
  await once(application.listen(0, "127.0.0.1"), "listening");
  target = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
  intake = await startTestIntake(gatewayUrl, intakeConfiguration({}, { target }));
});
afterAll(async () => {
  await intake.close();
  application.closeAllConnections();
  application.close();
});
beforeEach(async () => {
  seen = [];
  answer = (response) => response.writeHead(302, { location: "/home", "set-cookie": ["a=1", "b=2"] }).end();
  intake.configure(intakeConfiguration({}, { target }));
  await intake.forgetCrossings();
});

const ask = (lines: string[], body = "") => sayRaw(intake.port, `${lines.join("\r\n")}\r\n\r\n${body}`);

test("a redirect that a browser carries reaches the application, and its answer the browser", async () => {
  const answered = await ask([
    `GET ${CALLBACK_PATH}?code=abc&state=x%20y HTTP/1.1`,
    "Host: vault.example.com",
    "Cookie: session=1",
    "Accept-Language: de",
  ]);
  expect(answered.status).toBe(302);
  expect(answered.headers.location).toBe("/home");
  expect(answered.text.match(/set-cookie: (a=1|b=2)/gi)).toHaveLength(2);
  expect(seen).toMatchObject([
    {
      method: "GET",
      url: `${CALLBACK_PATH}?code=abc&state=x%20y`,
      headers: {
        host: new URL(target).host,
        cookie: "session=1",
        "accept-language": "de",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
      },
    },
  ]);
  const [crossing] = await intake.crossings();
  expect(crossing).toMatchObject({
    kind: "callback",
    outcome: "allowed",
    rule_id: "rule_browsers",
    purpose: "Sign-in callbacks",
    client_id: "in_2",
    status: 302,
    // The code is in the query, which is never kept.
    path: CALLBACK_PATH,
  });
  expect(seen[0]?.headers["x-sallyport-crossing"]).toBe(crossing?.id);
  expect(Number(crossing?.bytes_out)).toBe(Buffer.byteLength(answered.text));
});

test("a form that a browser posts arrives whole, with its length, in one piece or many", async () => {
  const form = `SAMLResponse=${"PHNhbWw+".repeat(5_000)}`;
  const head = [
    `POST ${CALLBACK_PATH} HTTP/1.1`,
    "Host: x",
    "Content-Type: application/x-www-form-urlencoded",
  ];
  expect((await ask([...head, `Content-Length: ${form.length}`], form)).status).toBe(302);
  const chunks = `${form.length.toString(16)}\r\n${form}\r\n0\r\nTrailing: header\r\n\r\n`;
  expect((await ask([...head, "Transfer-Encoding: chunked"], chunks)).status).toBe(302);
  expect(seen.map(({ body }) => body === form)).toEqual([true, true]);
  expect(seen.map(({ headers }) => headers["content-length"])).toEqual(Array(2).fill(String(form.length)));
  expect(seen.map(({ headers }) => headers["transfer-encoding"])).toEqual([undefined, undefined]);
});

test("what a browser says of hosts, hops and addresses does not reach the application", async () => {
  await ask([
    `GET ${CALLBACK_PATH} HTTP/1.1`,
    "Host: evil.example.com",
    "X-Forwarded-For: 10.0.0.1",
    "X-Forwarded-Host: evil.example.com",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Prefix: /admin",
    "Forwarded: for=10.0.0.1",
    "X-Real-IP: 10.0.0.1",
    "X-Original-URL: /admin",
    "X-Rewrite-URL: /admin",
    "X-HTTP-Method-Override: DELETE",
    "X-Sallyport-Crossing: crs_forged",
    "Proxy-Authorization: Basic abc",
    "TE: trailers",
    "Keep-Alive: timeout=5",
    "X-Hop: for this hop",
    "Connection: keep-alive, X-Hop, Cookie",
    "Cookie: named=1",
  ]);
  const { headers } = seen[0] as Seen;
  expect(JSON.stringify(headers)).not.toMatch(
    /evil|10\.0\.0\.1|admin|DELETE|forged|Basic|trailers|for this hop|named/,
  );
  expect(Object.keys(headers).sort()).toEqual([
    "connection",
    "host",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-sallyport-crossing",
  ]);
});

test("what the application says to its own neighbour goes no further", async () => {
  answer = (response) =>
    response
      .writeHead(200, {
        connection: "X-Inner",
        "x-inner": "1",
        "keep-alive": "timeout=99",
        "proxy-authenticate": "Basic",
      })
      .end("hello");
  const { headers, body, status } = await ask([`GET ${CALLBACK_PATH} HTTP/1.0`]);
  expect([status, body.includes("hello")]).toEqual([200, true]);
  expect(Object.keys(headers).filter((name) => /inner|keep-alive|proxy/.test(name))).toEqual([]);
});

test("the application's own path is used where one is set, and nothing the browser says changes it", async () => {
  intake.configure(intakeConfiguration({}, { target: `${target}/inner/return` }));
  await ask([`GET ${CALLBACK_PATH}?next=/../admin HTTP/1.1`, "Host: x"]);
  expect(seen.map(({ url }) => url)).toEqual(["/inner/return?next=/../admin"]);
  for (const path of [
    `${CALLBACK_PATH}/admin`,
    `${CALLBACK_PATH}/../admin`,
    "/inner/return",
    `http://x${CALLBACK_PATH}`,
  ])
    expect([400, 404]).toContain((await ask([`GET ${path} HTTP/1.1`, "Host: x"])).status);
  expect(seen).toHaveLength(1);
});

test("one request for each connection: what stands behind it is not asked", async () => {
  const one = `GET ${CALLBACK_PATH}?n=1 HTTP/1.1\r\nHost: x\r\n\r\n`;
  const { text, headers } = await sayRaw(intake.port, one + one.replace("n=1", "n=2"));
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(headers.connection).toBe("close");
  expect(seen.map(({ url }) => url)).toEqual([`${CALLBACK_PATH}?n=1`]);
  expect(await intake.crossings()).toHaveLength(1);
});

test("a request that two readers would take for two is none", async () => {
  const smuggled = "0\r\n\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n";
  const heads = [
    ["Content-Length: 4", "Transfer-Encoding: chunked"],
    ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding : chunked"],
    ["Transfer-Encoding:\tchunked", "Content-Length: 3"],
    ["Content-Length: 4", "Content-Length: 5"],
    ["Content-Length: +4"],
    ["Content-Length: 4, 4"],
    ["Content-Length: 0x4"],
    ["X: a\nTransfer-Encoding: chunked", "Content-Length: 4"],
  ];
  for (const head of heads) {
    const { status } = await ask([`POST ${CALLBACK_PATH} HTTP/1.1`, "Host: x", ...head], smuggled);
    expect([0, 400, 408], head.join()).toContain(status);
  }
  expect(seen.map(({ url }) => url)).toEqual([]);
  const crossings = await intake.crossings();
  expect(crossings).toHaveLength(heads.length);
  expect(crossings.every(({ outcome }) => outcome === "refused")).toBe(true);
});

test("an application that is away, hangs up or answers nonsense is no fault of the browser, and on record as a failure", async () => {
  const raw: RawServer = createRawServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end("HELLO\r\n\r\n"));
  });
  await once(raw.listen(0, "127.0.0.1"), "listening");
  const nonsense = `http://127.0.0.1:${(raw.address() as AddressInfo).port}`;
  for (const place of ["http://127.0.0.1:1", nonsense]) {
    intake.configure(intakeConfiguration({}, { target: place }));
    expect((await ask([`GET ${CALLBACK_PATH} HTTP/1.1`, "Host: x"])).status).toBe(502);
  }
  intake.configure(intakeConfiguration({}, { target }));
  answer = (response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    response.socket?.destroySoon();
  };
  expect((await ask([`GET ${CALLBACK_PATH} HTTP/1.1`, "Host: x"])).body).toBe("half");
  expect((await intake.crossings()).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    "failed application_unreachable",
    "failed application_unreachable",
    "failed answer_cut",
  ]);
  raw.close();
});

test("a browser that leaves takes its request to the application with it", async () => {
  const asked = new Promise<ServerResponse>((resolve) => {
    answer = resolve;
  });
  const socket = connect(intake.port, "127.0.0.1");
  socket.write(`GET ${CALLBACK_PATH} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const response = await asked;
  const gone = once(response, "close");
  socket.destroy();
  await gone;
  expect(await intake.crossings()).toMatchObject([{ outcome: "failed", kind: "callback" }]);
});

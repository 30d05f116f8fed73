import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { leavingEnvironment } from "#lib/shared/gateway/leave.ts";
import { rule, startProxy, TOKEN, told } from "./proxy-lab.ts";

const run = promisify(execFile);

/** A web server at an address of this machine that is not one of those which are never proxied. */
async function startWeb() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end("an answer");
  });
  server.listen(0, "127.0.0.2");
  await once(server, "listening");
  return {
    asked,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Asks in the ways that Node has, in a program of its own, and says which of them got an answer. */
const PROGRAM = `
  const url = process.argv[1];
  const { get } = await import("node:http");
  const byFetch = await fetch(url + "by-fetch").then((answer) => answer.status, () => 0);
  const byGet = await new Promise((resolve) =>
    get(url + "by-get", (answer) => answer.resume().once("end", () => resolve(answer.statusCode)))
      .on("error", () => resolve(0)));
  console.log(JSON.stringify({ byFetch, byGet }));
  process.exit(0);`;

/** As the identity service fetches metadata, sends webhooks and asks identity providers. */
const IDENTITY_PROGRAM = `
  const { ask } = await import("#lib/identity-service/outbound.ts");
  const said = await ask(process.argv[1] + "metadata", { timeoutMs: 10_000, sizeBytesMax: 1_000 }).then(
    ({ status, body }) => ({ status, body: String(body) }), (error) => ({ status: 0, body: error.message }));
  console.log(JSON.stringify(said));
  process.exit(0);`;

async function askAsIdentityService(web: { port: number }, gateway: { port: number }) {
  const proxy = `http://billing:${TOKEN}@127.0.0.1:${gateway.port}`;
  const words = ["--input-type=module", "-e", IDENTITY_PROGRAM, `http://127.0.0.2:${web.port}/`];
  const { stdout } = await run(process.execPath, words, {
    env: { ...process.env, ...leavingEnvironment(proxy, []) },
    cwd: resolve(import.meta.dirname, "../../.."),
  });
  return JSON.parse(stdout) as { status: number; body: string };
}

async function ask(web: { port: number }, gateway: { port: number }, direct: readonly string[] = []) {
  const proxy = `http://billing:${TOKEN}@127.0.0.1:${gateway.port}`;
  const words = ["--input-type=module", "-e", PROGRAM, `http://127.0.0.2:${web.port}/`];
  const env = { ...process.env, ...leavingEnvironment(proxy, direct) };
  const { stdout } = await run(process.execPath, words, { env });
  return JSON.parse(stdout) as { byFetch: number; byGet: number };
}

describe("what the identity service asks of addresses that somebody chose", () => {
  test("leaves through the gateway, by its rules and on its record", async () => {
    await using web = await startWeb();
    await using gateway = await startProxy(told([rule("web", "127.0.0.2/32", web.port)]));
    expect(await askAsIdentityService(web, gateway)).toEqual({ status: 200, body: "an answer" });
    expect(web.asked).toEqual(["GET /metadata"]);
    expect((await gateway.ended())[0]).toMatchObject({
      ruleId: "web",
      clientId: "client_1",
      outcome: "allowed",
    });
  });

  test("does not get out where no rule lets it", async () => {
    await using web = await startWeb();
    await using gateway = await startProxy(told([]));
    expect((await askAsIdentityService(web, gateway)).status).not.toBe(200);
    expect(web.asked).toEqual([]);
    expect((await gateway.ended())[0]).toMatchObject({ outcome: "refused", reason: "inner_address" });
  });
});

describe("a program that was started to leave through the gateway", () => {
  test("is let through and written down, whatever way of Node's it asks by", async () => {
    await using web = await startWeb();
    await using gateway = await startProxy(told([rule("web", "127.0.0.2/32", web.port)]));
    expect(await ask(web, gateway)).toEqual({ byFetch: 200, byGet: 200 });
    expect(web.asked).toEqual(["GET /by-fetch", "GET /by-get"]);
    const opened = gateway.crossings.filter(({ outcome }) => outcome === "open");
    expect(opened).toMatchObject([
      { ruleId: "web", clientId: "client_1" },
      { ruleId: "web", clientId: "client_1", path: "/by-get" },
    ]);
  });

  test("does not get out where no rule lets it, nor by going past", async () => {
    await using web = await startWeb();
    await using gateway = await startProxy(told([]));
    const answered = await ask(web, gateway);
    expect(answered.byFetch).not.toBe(200);
    expect(answered.byGet).toBe(403);
    expect(web.asked).toEqual([]);
    expect(gateway.crossings.length).toBeGreaterThanOrEqual(2);
    expect(gateway.crossings.every(({ reason }) => reason === "inner_address")).toBe(true);
  });

  test("reaches what is inside directly", async () => {
    await using web = await startWeb();
    await using gateway = await startProxy(told([]));
    expect(await ask(web, gateway, ["127.0.0.2"])).toEqual({ byFetch: 200, byGet: 200 });
    expect(gateway.crossings).toEqual([]);
  });
});

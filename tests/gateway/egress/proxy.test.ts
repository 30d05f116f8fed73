import { once } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { clientHello } from "./client-hellos.ts";
import { AUTHORIZED, Caller, LOOPBACK, rule, startOutside, startProxy, told } from "./proxy-lab.ts";

describe("a tunnel", () => {
  test("is carried both ways where a rule names the address, and is on record from its beginning to its end", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    using caller = new Caller(gateway.port);
    expect(await caller.asksFor(`127.0.0.1:${outside.port}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(gateway.crossings).toMatchObject([
      { outcome: "open", endedAt: null, peerAddress: "127.0.0.1", ruleId: "rule_1" },
    ]);
    expect(await caller.say("twelve bytes").hears("twelve bytes")).toContain("twelve bytes");
    caller.socket.end();
    const [crossing] = await gateway.ended();
    expect(crossing).toMatchObject({
      ...{ direction: "egress", kind: "connection", outcome: "allowed", reason: null },
      ...{ ruleId: "rule_1", purpose: "Purpose of rule_1", method: "CONNECT", path: null },
      ...{ peerName: null, peerAddress: "127.0.0.1", peerPort: outside.port },
      ...{ clientId: "client_1", clientName: "billing", clientAddress: "127.0.0.1" },
      ...{ bytesIn: 12, bytesOut: 12, latencyMs: expect.any(Number) },
    });
    expect(crossing?.id).toBe(gateway.crossings[0]?.id);
    expect(crossing?.beganAt).toEqual(gateway.crossings[0]?.beganAt);
  });

  test("leads by IPv6 as well", async () => {
    await using outside = await startOutside(undefined, { host: "::1" });
    await using gateway = await startProxy(told([rule("rule_6", "::1/128", outside.port)]));
    using caller = new Caller(gateway.port);
    await caller.asksFor(`[::1]:${outside.port}`);
    expect(await caller.say("six").hears("six")).toMatch(/^HTTP\/1\.1 200 .*six$/s);
    expect(gateway.crossings[0]).toMatchObject({ peerAddress: "::1", ruleId: "rule_6" });
  });

  test("passes on megabytes unchanged, either way, and counts each byte", async () => {
    const size = 8_000_000;
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    using caller = new Caller(gateway.port);
    const greeting = await caller.asksFor(`127.0.0.1:${outside.port}`);
    const sent = Buffer.alloc(size);
    for (let at = 0; at < size; at += 1) sent[at] = (at * 31 + (at >> 8)) & 0xff;
    caller.socket.end(sent);
    const heard = Buffer.from(await caller.hearsAll(), "latin1").subarray(greeting.length);
    expect(heard.equals(sent)).toBe(true);
    expect((await gateway.ended())[0]).toMatchObject({ bytesIn: size, bytesOut: size, outcome: "allowed" });
  });

  test("keeps what it reads for many slow clients at once apart", async () => {
    const size = 2_000_000;
    const streamOf = (letter: string) => Buffer.alloc(size, `${letter}${"-".repeat(250)}`);
    await using outside = await startOutside((socket) => {
      socket.once("data", (asked: Buffer) => socket.end(streamOf(asked.toString("latin1"))));
    });
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    await using open = new AsyncDisposableStack();
    const callers: { letter: string; caller: Caller }[] = [];
    for (const letter of "abcdefgh") {
      const caller = new Caller(gateway.port);
      open.defer(() => caller[Symbol.dispose]());
      await caller.asksFor(`127.0.0.1:${outside.port}`);
      callers.push({ letter, caller });
    }
    // Nobody takes anything, so that the system is full and what comes after has to wait in the proxy.
    for (const { letter, caller } of callers) caller.say(letter).socket.pause();
    await vi.waitFor(() => expect(outside.received()).toHaveLength(callers.length));
    for (const { letter, caller } of callers) {
      caller.socket.resume();
      const heard = Buffer.from(await caller.hearsAll(), "latin1");
      expect(heard.subarray(-size).equals(streamOf(letter))).toBe(true);
      caller.socket.end();
    }
    const ended = await gateway.ended(callers.length);
    expect(ended.map(({ bytesIn }) => bytesIn)).toEqual(callers.map(() => size));
  });

  test("is closed when nothing has moved for too long, also after the system was asked to watch it", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
      limits: { watchedAfterMs: 20, idleMs: 60 },
    });
    using caller = new Caller(gateway.port);
    await caller.asksFor(`127.0.0.1:${outside.port}`);
    await caller.hearsAll();
    expect((await gateway.ended())[0]).toMatchObject({ outcome: "allowed", reason: "idle" });
  });

  test("may be half closed: the other side still finishes what it has to say", async () => {
    await using outside = await startOutside(
      (socket) => void socket.once("end", () => socket.end("goodbye")),
      { allowHalfOpen: true },
    );
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    using caller = new Caller(gateway.port);
    await caller.asksFor(`127.0.0.1:${outside.port}`);
    caller.socket.end("hello");
    expect(await caller.hearsAll()).toMatch(/goodbye$/);
    expect(outside.received()).toBe("hello");
  });

  test("is closed where one side has ended and the other neither speaks nor ends", async () => {
    await using outside = await startOutside(() => undefined, { allowHalfOpen: true });
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
      limits: { halfOpenMs: 50 },
    });
    using caller = new Caller(gateway.port);
    await caller.asksFor(`127.0.0.1:${outside.port}`);
    caller.socket.end("hello");
    expect((await gateway.ended())[0]).toMatchObject({ outcome: "allowed", reason: "idle", bytesOut: 5 });
    await vi.waitFor(() => expect(gateway.proxy.open).toBe(0));
  });

  test("says so on record where the other side breaks it", async () => {
    await using outside = await startOutside(
      (socket) => void socket.once("data", () => socket.resetAndDestroy()),
    );
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    using caller = new Caller(gateway.port);
    await caller.asksFor(`127.0.0.1:${outside.port}`);
    caller.say("hello");
    await caller.hearsAll();
    expect((await gateway.ended())[0]).toMatchObject({ outcome: "failed", reason: "peer_reset" });
  });

  test("takes what the client sent behind its request for the tunnel's, and never for a request", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    using caller = new Caller(gateway.port);
    const second = `GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n${AUTHORIZED}\r\n\r\n`;
    caller.say(
      `CONNECT 127.0.0.1:${outside.port} HTTP/1.1\r\nHost: 127.0.0.1:${outside.port}\r\n${AUTHORIZED}\r\n\r\n${second}`,
    );
    expect(await caller.hears(second)).toContain(second);
    expect(outside.received()).toBe(second);
    caller.socket.end();
    expect(await gateway.ended()).toHaveLength(1);
  });
});

describe("nothing passes", () => {
  test.each([
    ["without a rule", "8.8.8.8:443", 403, "no_rule", "refused"],
    ["to a private address by a rule for everything", "10.0.0.1:8443", 403, "inner_address", "refused"],
    [
      "to a name without a rule, which no name server is asked about",
      "exfil.evil.example:25",
      403,
      "no_rule",
      "refused",
    ],
    [
      "to an address inside that a named name leads to",
      "inside.example.com:443",
      403,
      "inner_address",
      "refused",
    ],
    [
      "to the address at which a cloud tells secrets",
      "metadata.example.com:443",
      403,
      "inner_address",
      "refused",
    ],
    ["to a name that has no address", "unknown.example.com:443", 502, "name_unknown", "failed"],
    ["to where nobody listens", "127.0.0.1:1", 502, "unreachable", "failed"],
  ])("%s", async (_what, target, status, reason, outcome) => {
    const asked: string[] = [];
    await using gateway = await startProxy(
      told([
        rule("names", "*.example.com", 443),
        rule("everything", "0.0.0.0/0", 8443),
        rule("closed", LOOPBACK, 1),
      ]),
      {
        resolve: async (name) => {
          asked.push(name);
          return name === "inside.example.com" ? ["10.0.0.5"] : ["169.254.169.254", "fd00:ec2::254"];
        },
        ...(reason === "name_unknown" ? { resolve: undefined as never } : {}),
      },
    );
    using caller = new Caller(gateway.port);
    expect(await caller.asksFor(target)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"${reason}"`, "s"));
    await caller.hearsAll();
    expect(await gateway.ended()).toMatchObject([{ outcome, reason, status, ruleId: null, bytesOut: 0 }]);
    expect(asked).not.toContain("exfil.evil.example");
  });

  test.each([
    ["with nothing shown", ""],
    ["with another token", "Proxy-Authorization: Bearer another\r\n"],
  ])("of a client %s", async (_what, header) => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    using caller = new Caller(gateway.port);
    const target = `127.0.0.1:${outside.port}`;
    caller.say(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${header}\r\n`);
    expect(await caller.hearsAll()).toMatch(/^HTTP\/1\.1 407 .*Proxy-Authenticate: Basic/s);
    expect(await gateway.ended()).toMatchObject([
      { outcome: "refused", reason: "client_unknown", clientId: null, peerAddress: "127.0.0.1", status: 407 },
    ]);
    expect(outside.sockets).toHaveLength(0);
  });

  test("of what a client sends behind a request that is refused", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]));
    using caller = new Caller(gateway.port);
    const allowed = `CONNECT 127.0.0.1:${outside.port} HTTP/1.1\r\nHost: 127.0.0.1:${outside.port}\r\n${AUTHORIZED}\r\n\r\n`;
    caller.say(`CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n${AUTHORIZED}\r\n\r\n${allowed}`);
    expect((await caller.hearsAll()).match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(await gateway.ended()).toHaveLength(1);
    expect(outside.sockets).toHaveLength(0);
  });
});

describe("a name is resolved once", () => {
  test("and the address that was decided on is the one that is connected", async () => {
    await using outside = await startOutside();
    let times = 0;
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
      resolve: async () => {
        times += 1;
        // A name server that answers well the first time, and otherwise ever after.
        return times === 1 ? ["127.0.0.1"] : ["10.0.0.1"];
      },
    });
    using caller = new Caller(gateway.port);
    await caller.asksFor(`rebinding.example.com:${outside.port}`);
    expect(await caller.say("once").hears("once")).toMatch(/once$/);
    expect(times).toBe(1);
    expect(gateway.crossings[0]).toMatchObject({
      ...{ peerName: "rebinding.example.com", peerAddress: "127.0.0.1", ruleId: "rule_1" },
    });
  });

  test("and of many addresses only those that a rule lets pass are tried", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), {
      resolve: async () => ["10.0.0.1", "192.0.2.1", "127.0.0.1"],
    });
    using caller = new Caller(gateway.port);
    await caller.asksFor(`many.example.com:${outside.port}`);
    expect(await caller.say("through").hears("through")).toMatch(/through$/);
  });
});

describe("TLS in a tunnel", () => {
  const asks = async (port: number, hello: Buffer | string, name = "api.example.com") => {
    const gateway = await startProxy(
      told([rule("name", "api.example.com", port), rule("address", LOOPBACK, port)]),
      { resolve: async () => ["127.0.0.1"], limits: { helloMs: 100 } },
    );
    const caller = new Caller(gateway.port);
    await caller.asksFor(`${name}:${port}`);
    caller.say(hello);
    return { gateway, caller };
  };

  test("passes where it names whom the tunnel was asked for", async () => {
    await using outside = await startOutside();
    const hello = clientHello({ names: ["api.example.com"] });
    const { gateway, caller } = await asks(outside.port, hello);
    await caller.hears(hello.toString("latin1"));
    expect(outside.received()).toBe(hello.toString("latin1"));
    caller.socket.destroy();
    await using _ = gateway;
  });

  test.each([
    ["names another", clientHello({ names: ["evil.example"] }), "sni_differs"],
    ["names nobody", clientHello({ names: [] }), "sni_missing"],
    ["names two", clientHello({ names: ["api.example.com", "evil.example"] }), "bad_hello"],
    ["never comes to an end", clientHello({ names: ["api.example.com"] }).subarray(0, 20), "too_slow"],
  ])("is refused before a byte of it goes out where it %s", async (_what, hello, reason) => {
    await using outside = await startOutside();
    const { gateway, caller } = await asks(outside.port, hello);
    // A fatal alert, so that whoever looks at it sees more than a connection that broke.
    expect((await caller.hearsAll()).slice(-7)).toBe("\u0015\u0003\u0003\u0000\u0002\u0002\u0070");
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason, bytesOut: 0 }]);
    expect(outside.received()).toBe("");
    await using _ = gateway;
  });

  test("may name anybody where the tunnel was asked for by an address; the record says whom", async () => {
    await using outside = await startOutside();
    const hello = clientHello({ names: ["other.example"] });
    const { gateway, caller } = await asks(outside.port, hello, "127.0.0.1");
    await caller.hears(hello.toString("latin1"));
    caller.socket.end();
    expect(await gateway.ended()).toMatchObject([{ outcome: "allowed", peerName: "other.example" }]);
    await using _ = gateway;
  });

  test("is not asked of other protocols than TLS on other ports than 443, which may begin on the other side", async () => {
    await using outside = await startOutside((socket) => void socket.write("220 mail.example ESMTP\r\n"));
    const { gateway, caller } = await asks(outside.port, "");
    expect(await caller.hears("ESMTP")).toContain("220 mail.example");
    caller.say("EHLO client.example\r\n");
    const [socket] = outside.sockets;
    while (!outside.received().includes("EHLO") && socket) await once(socket, "data");
    caller.socket.destroy();
    await using _ = gateway;
  });
});

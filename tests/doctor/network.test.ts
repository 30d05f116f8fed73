import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import { inspectorOf } from "#lib/doctor/checks/certificate.ts";
import { judgeName, resolveName } from "#lib/doctor/checks/names.ts";
import { readProxy } from "#lib/doctor/checks/proxy.ts";
import type { DoctorPlan, PlanRule } from "#lib/doctor/plan.ts";
import type { CheckResult, DoctorReport } from "#lib/doctor/report.ts";
import { type Instruments, runDoctor } from "#lib/doctor/run.ts";
import {
  host,
  instruments,
  type Listening,
  planWith,
  startDns,
  startHttp,
  startHttps,
  startMute,
  startNtp,
  startProxy,
} from "#tests/support/doctor-network.ts";
import { createTestCa, type TestCa } from "#tests/support/test-ca.ts";

let ca: TestCa;
let inspector: TestCa;
let nameServer: Awaited<ReturnType<typeof startDns>>;
const open: Listening[] = [];

beforeAll(async () => {
  ca = createTestCa("Example Bank Root");
  inspector = createTestCa("Zscaler Intermediate Root CA (zscaler.net)");
  nameServer = await startDns({
    "site.example.com": ["127.0.0.1"],
    "other.example.com": ["127.0.0.1"],
    "both.example.com": ["127.0.0.1", "::1"],
    "time.example.com": ["127.0.0.1"],
    "real.example.com": ["104.18.2.1", "2606:4700::1"],
    "broken.example.com": "servfail",
    "silent.example.com": "silence",
    "empty.example.com": [],
    "hole.example.com": ["0.0.0.0"],
    "umbrella.example.com": ["146.112.61.106"],
    "inside.example.com": ["10.1.2.3"],
  });
});
afterAll(async () => {
  await Promise.all([nameServer, ...open].map((one) => one.close()));
  ca.remove();
  inspector.remove();
});

async function opened<Server extends Listening>(starting: Promise<Server>): Promise<Server> {
  const server = await starting;
  open.push(server);
  return server;
}

function look(parts: Partial<DoctorPlan>, with_: Partial<Instruments> = {}): Promise<DoctorReport> {
  return runDoctor(planWith(parts), instruments({ resolvers: [nameServer.address], ...with_ }));
}

function lineOf(report: DoctorReport, id: string): CheckResult {
  const line = report.checks.find((check) => check.id === id);
  if (!line) throw new Error(`No line ${id} among ${report.checks.map((check) => check.id).join(", ")}.`);
  return line;
}

const rule = (parts: Partial<PlanRule>): PlanRule => ({
  ...{
    id: "rule_1",
    direction: "egress",
    protocol: "tcp",
    portFrom: 443,
    portTo: 443,
    text: "",
    purpose: "Call",
  },
  ...{ names: [], cidrs: [], ...parts },
});

describe("names", () => {
  const judged = async (name: string, resolvers = [nameServer.address]) => {
    const resolved = await resolveName(name, resolvers, 1_000);
    return judgeName({ plan: planWith({}) }, name, true, resolved);
  };

  test.each([
    ["real.example.com", "passed", "dns_resolves"],
    ["gone.example.com", "failed", "dns_nxdomain"],
    ["broken.example.com", "failed", "dns_servfail"],
    ["empty.example.com", "failed", "dns_empty"],
    ["hole.example.com", "failed", "dns_sinkhole"],
    ["umbrella.example.com", "failed", "dns_sinkhole"],
    ["inside.example.com", "warning", "dns_private"],
  ] as const)("%s: %s, %s", async (name, outcome, code) => {
    const finding = await judged(name);
    expect(finding).toMatchObject({ outcome, code });
    expect(finding.ask).toBe(outcome === "passed" ? undefined : "dns_team");
  });

  test("that leads out of an air-gapped site is a warning, wherever it is named", async () => {
    const resolved = await resolveName("real.example.com", [nameServer.address], 1_000);
    const deployment = { ...planWith({}).deployment, mode: "air_gapped" as const };
    const finding = judgeName({ plan: planWith({ deployment }) }, "real.example.com", false, resolved);
    expect(finding).toMatchObject({ outcome: "warning", code: "dns_public", ask: "dns_team" });
    expect(finding.mend).toContain("104.18.2.1");
    const inside = await resolveName("inside.example.com", [nameServer.address], 1_000);
    expect(judgeName({ plan: planWith({ deployment }) }, "inside.example.com", false, inside)).toMatchObject({
      outcome: "passed",
    });
  });

  test("tells which name server said what, for both kinds of address", async () => {
    const { found } = await judged("real.example.com");
    expect(found).toContain(`A 104.18.2.1 (by ${nameServer.address})`);
    expect(found).toContain(`AAAA 2606:4700::1 (by ${nameServer.address})`);
  });

  test("one of two name servers that does not know the name is a warning", async () => {
    const second = await opened(startDns({}));
    const finding = await judged("real.example.com", [nameServer.address, second.address]);
    expect(finding).toMatchObject({ outcome: "warning", code: "dns_uneven" });
  });

  test("a name server that says nothing is a shut door, with the rule for DNS", async () => {
    const { port } = nameServer;
    const dns = rule({
      id: "rule_dns",
      protocol: "udp",
      portFrom: port,
      portTo: port,
      cidrs: ["127.0.0.1/32"],
    });
    const report = await look({ hosts: [host("silent.example.com", 9)], rules: [dns] }, { timeoutMs: 1_000 });
    expect(lineOf(report, "name:silent.example.com")).toMatchObject({
      ...{ outcome: "failed", code: "dns_silent", ask: "firewall_team" },
      door: { ruleId: "rule_dns", direction: "egress", protocol: "udp", port, peer: "127.0.0.1" },
    });
  });
});

describe("connections and certificates", () => {
  const trusted = () => ({ extraCertificates: [readFileSync(ca.file, "utf8")] });
  const inside = (name: string, port: number) => ({ hosts: [host(name, port, { isPublic: false })] });

  test("a server whose certificate this machine was taught to trust passes", async () => {
    const { port } = await opened(startHttps(ca.issue(["site.example.com"])));
    const line = lineOf(
      await look(inside("site.example.com", port), trusted()),
      `reach:site.example.com:${port}`,
    );
    expect(line).toMatchObject({ outcome: "passed", code: "tls_good" });
    expect(line.found).toMatch(/^TLSv1\.3, site\.example\.com, by Example Bank Root, until \d{4}-/);
  });

  test.each([
    ["tls_expired", "failed", () => ca.issue(["site.example.com"], -1), "application_owner"],
    ["tls_expires_soon", "warning", () => ca.issue(["site.example.com"], 5), "application_owner"],
    ["tls_wrong_name", "failed", () => ca.issue(["elsewhere.example.com"]), "application_owner"],
    ["tls_inspected", "failed", () => inspector.issue(["site.example.com"]), "firewall_team"],
  ] as const)("%s", async (code, outcome, files, ask) => {
    const { port } = await opened(startHttps(files()));
    const report = await look(inside("site.example.com", port), trusted());
    expect(lineOf(report, `reach:site.example.com:${port}`)).toMatchObject({ outcome, code, ask });
  });

  test("a certificate of an authority that nobody here knows, and one signed by itself", async () => {
    const unknown = await opened(startHttps(ca.issue(["site.example.com"])));
    const own = await opened(startHttps({ certificate: ca.file, key: ca.file.replace(/pem$/, "key") }));
    const report = await look({
      hosts: [unknown, own].map(({ port }) => host("site.example.com", port, { isPublic: false })),
    });
    const codes = [unknown, own].map(({ port }) => lineOf(report, `reach:site.example.com:${port}`).code);
    expect(codes).toEqual(["tls_incomplete", "tls_self_signed"]);
  });

  test("a host of the Internet with a certificate of no public authority is being listened to, whatever its name says", async () => {
    const borrowed = createTestCa("ISRG Root X1");
    const { port } = await opened(startHttps(borrowed.issue(["site.example.com"])));
    borrowed.remove();
    const report = await look({ hosts: [host("site.example.com", port)] });
    expect(lineOf(report, `reach:site.example.com:${port}`)).toMatchObject({
      outcome: "failed",
      code: "tls_inspected",
    });
  });

  test("an inspection that this machine trusts is a warning, and names the hosts it opens", async () => {
    const [first, second] = [
      await opened(startHttps(inspector.issue(["site.example.com"]))),
      await opened(startHttps(inspector.issue(["other.example.com"]))),
    ];
    const hosts = [host("site.example.com", first.port), host("other.example.com", second.port)];
    const report = await look({ hosts }, { extraCertificates: [readFileSync(inspector.file, "utf8")] });
    expect(lineOf(report, `reach:site.example.com:${first.port}`)).toMatchObject({
      outcome: "warning",
      code: "tls_inspected_trusted",
    });
    const line = lineOf(report, "inspection");
    expect(line).toMatchObject({ outcome: "warning", code: "inspection_all", ask: "firewall_team" });
    expect(line.found).toContain("opened: site.example.com, other.example.com, by one authority");
    expect(line.mend).toContain("Zscaler");
  });

  test("TLS 1.1 is too old", async () => {
    const { port } = await opened(
      startHttps(ca.issue(["site.example.com"]), undefined, { maxVersion: "TLSv1.1" }),
    );
    const report = await look(inside("site.example.com", port), trusted());
    expect(lineOf(report, `reach:site.example.com:${port}`)).toMatchObject({ outcome: "failed" });
    expect(lineOf(report, `reach:site.example.com:${port}`).code).toMatch(/^tls_(old|fails)$/);
  });

  test("where nothing listens, and where nothing is said, the door and its rule are named", async () => {
    const closed = await freePort();
    const mute = await opened(startMute());
    const rules = [rule({ id: "rule_api", portFrom: closed, portTo: closed, names: ["site.example.com"] })];
    const hosts = [host("site.example.com", closed), host("other.example.com", mute.port)];
    const report = await look({ hosts, rules }, { timeoutMs: 500 });
    const shut = lineOf(report, `reach:site.example.com:${closed}`);
    expect(shut).toMatchObject({ outcome: "failed", code: "tcp_refused", ask: "firewall_team" });
    expect(shut.door).toEqual({
      ruleId: "rule_api",
      direction: "egress",
      protocol: "tcp",
      port: closed,
      peer: "site.example.com",
      purpose: "Call",
    });
    const swallowed = lineOf(report, `reach:other.example.com:${mute.port}`);
    expect(swallowed).toMatchObject({
      outcome: "failed",
      code: "tls_fails",
      door: { ruleId: null, peer: "other.example.com" },
    });
    expect(swallowed.mend).toContain("No rule of the allowlist names it");
  });

  test("what browsers open is a warning where this machine does not reach it", async () => {
    const port = await freePort();
    const report = await look({ hosts: [host("site.example.com", port, { carriedBy: "user_browser" })] });
    const line = lineOf(report, `reach:site.example.com:${port}`);
    expect(line).toMatchObject({ outcome: "warning", code: "tcp_refused", ask: "firewall_team" });
    expect(line.mend).toMatch(/^People's browsers open this/);
  });

  test("IPv6 that does not answer where IPv4 does is a warning", async () => {
    const { port } = await opened(startHttps(ca.issue(["both.example.com"])));
    const report = await look(inside("both.example.com", port), trusted());
    expect(lineOf(report, `reach:both.example.com:${port}`)).toMatchObject({
      outcome: "warning",
      code: "tcp_one_family",
    });
  });

  test.each([
    ["FortiGate CA, Fortinet", "Fortinet"],
    ["Netskope, ca.acme.goskope.com", "Netskope"],
    ["Cisco Umbrella Secondary SubCA", "Cisco Umbrella"],
    ["Cloudflare Inc ECC CA-3", null],
    ["DigiCert Global Root G2", null],
  ])("%s is %s", (issuer, product) => {
    const link = { subject: "x", issuer, fingerprint: "", notBefore: new Date(), notAfter: new Date() };
    expect(inspectorOf([link])).toBe(product);
  });
});

describe("proxy", () => {
  const behind = (port: number, user = "") => ({
    proxy: { proxy: readProxy(`http://${user}127.0.0.1:${port}`), except: [] },
    extraCertificates: [readFileSync(ca.file, "utf8")],
  });

  test("lets through what it is asked for, and TLS is looked at through it", async () => {
    const server = await opened(startHttps(ca.issue(["behind.example.com"])));
    const proxy = await opened(startProxy(() => ({ status: 200 })));
    const report = await look(
      { hosts: [host("behind.example.com", server.port, { isPublic: false })] },
      behind(proxy.port),
    );
    expect(lineOf(report, `proxy:127.0.0.1:${proxy.port}:behind.example.com:${server.port}`).outcome).toBe(
      "passed",
    );
    expect(lineOf(report, `reach:behind.example.com:${server.port}`)).toMatchObject({
      outcome: "passed",
      code: "tls_good",
    });
    expect(proxy.asked).toContain(`behind.example.com:${server.port}`);
    expect(report.checks.filter(({ group }) => group === "names")).toEqual([]);
  });

  test.each([
    [
      407,
      ["Proxy-Authenticate: Negotiate", "Proxy-Authenticate: NTLM"],
      "proxy_authentication",
      /Negotiate, NTLM/,
    ],
    [403, [], "proxy_forbids", /list refuses/],
    [502, [], "proxy_cannot_reach", /does not reach/],
    [400, [], "proxy_refuses", /no proxy/],
  ] as const)("%d", async (status, headers, code, mend) => {
    const proxy = await opened(startProxy(() => ({ status, headers: [...headers] })));
    const report = await look({ hosts: [host("x.example.com", 443)] }, behind(proxy.port));
    const line = lineOf(report, `proxy:127.0.0.1:${proxy.port}:x.example.com:443`);
    expect(line).toMatchObject({ outcome: "failed", code, ask: "proxy_team" });
    expect(line.mend).toMatch(mend);
  });

  test("gives the name and password of the environment, and tells neither", async () => {
    const server = await opened(startHttps(ca.issue(["behind.example.com"])));
    const wanted = `Basic ${Buffer.from("build:hunter2!").toString("base64")}`;
    const proxy = await opened(
      startProxy((_, authorization) => ({ status: authorization === wanted ? 200 : 407 })),
    );
    const plan = { hosts: [host("behind.example.com", server.port, { isPublic: false })] };
    const report = await look(plan, behind(proxy.port, "build:hunter2%21@"));
    expect(report.checks.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(JSON.stringify(report)).not.toMatch(/hunter2|YnVpbGQ6/);
    const refused = await look(plan, behind(proxy.port, "build:wrong@"));
    expect(refused.checks).toContainEqual(expect.objectContaining({ code: "proxy_credentials" }));
  });

  test("a proxy that is not there is a shut door to the proxy", async () => {
    const port = await freePort();
    const report = await look({ hosts: [host("x.example.com", 443)] }, behind(port));
    expect(lineOf(report, `proxy:127.0.0.1:${port}:x.example.com:443`)).toMatchObject({
      ...{ code: "proxy_unreachable", ask: "firewall_team" },
      door: { port, peer: "127.0.0.1" },
    });
  });
});

describe("clock", () => {
  const at = async (...ahead: number[]) => {
    const servers = await Promise.all(ahead.map((ms) => opened(startNtp(ms))));
    return servers.map(({ port }) => `time.example.com:${port}`);
  };

  test("peers that agree with this machine", async () => {
    const report = await look({ timeServers: await at(0, 300, -200) });
    expect(lineOf(report, "clock")).toMatchObject({ outcome: "passed", code: "clock_right" });
  });

  test("tells the one peer that disagrees", async () => {
    const timeServers = await at(0, 0, 600_000);
    const report = await look({ timeServers });
    expect(lineOf(report, "clock").outcome).toBe("passed");
    expect(lineOf(report, `clock:ntp:${timeServers[2]}`)).toMatchObject({
      outcome: "warning",
      code: "clock_peer_differs",
    });
  });

  test("when all agree with each other it is this machine's clock that is wrong", async () => {
    const report = await look({ timeServers: await at(-400_000, -400_100, -400_050) });
    const line = lineOf(report, "clock");
    expect(line).toMatchObject({ outcome: "failed", code: "clock_wrong", ask: "machine_admin" });
    expect(line.found).toContain("7 min behind this machine, as 3 of 3 say");
  });

  test("peers of which no two agree prove nothing", async () => {
    const report = await look({ timeServers: await at(0, 200_000, 900_000) });
    expect(lineOf(report, "clock")).toMatchObject({ outcome: "warning", code: "clock_disagreement" });
  });

  test("a time server that is not let through is a shut door", async () => {
    const timeServers = [`time.example.com:${await freePort()}`];
    const report = await look({ timeServers }, { timeoutMs: 500 });
    expect(lineOf(report, `clock:ntp:${timeServers[0]}`)).toMatchObject({
      ...{ outcome: "failed", code: "ntp_silent", ask: "firewall_team" },
      door: { protocol: "udp", peer: "time.example.com" },
    });
  });

  test("the Date of an HTTP answer counts as well", async () => {
    const late = (_: unknown, response: { setHeader(name: string, value: string): void; end(): void }) => {
      response.setHeader("Date", new Date(Date.now() - 3_600_000).toUTCString());
      response.end();
    };
    const { port } = await opened(startHttps(ca.issue(["site.example.com"]), late));
    const report = await look({ hosts: [host("site.example.com", port, { isPublic: false })] });
    expect(lineOf(report, "clock")).toMatchObject({ outcome: "failed", code: "clock_wrong" });
  });
});

describe("redirect URIs", () => {
  const proven = async (uri: string, with_: Partial<Instruments> = {}) => {
    const report = await look({ redirectUris: [{ id: "uri_1", uri, environment: "Production" }] }, with_);
    return lineOf(report, "redirect_uri:uri_1");
  };
  const trusted = () => ({ extraCertificates: [readFileSync(ca.file, "utf8")] });

  test("is proven where the application answers, with any answer but an error, and nothing is followed", async () => {
    const asked: string[] = [];
    const { port } = await opened(
      startHttps(ca.issue(["site.example.com"]), (request, response) => {
        asked.push(request.url ?? "");
        response.writeHead(302, { location: "/elsewhere" }).end();
      }),
    );
    const line = await proven(`https://site.example.com:${port}/callback`, trusted());
    expect(line).toMatchObject({
      outcome: "passed",
      code: "uri_answers",
      found: "answers 302",
      redirectUriId: "uri_1",
    });
    expect(asked).toEqual(["/callback"]);
  });

  test("is not proven where the name, the machine, the page or the certificate is missing", async () => {
    const error = await opened(
      startHttps(ca.issue(["site.example.com"]), (_, response) => void response.writeHead(503).end()),
    );
    const missing = await opened(
      startHttps(ca.issue(["site.example.com"]), (_, response) => void response.writeHead(404).end()),
    );
    expect(await proven("https://gone.example.com/callback")).toMatchObject({
      outcome: "failed",
      code: "uri_no_address",
    });
    expect(await proven(`https://site.example.com:${await freePort()}/callback`)).toMatchObject({
      outcome: "failed",
      code: "uri_unreached",
    });
    expect(await proven(`https://site.example.com:${error.port}/callback`)).toMatchObject({
      outcome: "failed",
      code: "tls_incomplete",
    });
    expect(await proven(`https://site.example.com:${error.port}/callback`, trusted())).toMatchObject({
      outcome: "failed",
      code: "uri_error",
    });
    expect(await proven(`https://site.example.com:${missing.port}/callback`, trusted())).toMatchObject({
      outcome: "warning",
      code: "uri_no_page",
    });
  });

  test.each([
    ["https://*.example.com/callback", "uri_wildcard"],
    ["com.example.app:/callback", "uri_application"],
    ["http://localhost:3000/callback", "uri_local"],
  ])("%s is nothing to be proven from here", async (uri, code) => {
    expect(await proven(uri)).toMatchObject({ outcome: "skipped", code });
  });

  test("plain http answers, and is said to be plain", async () => {
    const { port } = await opened(startHttp((_, response) => void response.end("well")));
    expect(await proven(`http://site.example.com:${port}/`)).toMatchObject({
      outcome: "warning",
      code: "uri_plain_http",
    });
  });
});

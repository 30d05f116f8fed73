import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import type { DoctorPlan, PlanIdentityProvider } from "#lib/doctor/plan.ts";
import type { CheckResult } from "#lib/doctor/report.ts";
import { type Instruments, runDoctor } from "#lib/doctor/run.ts";
import {
  instruments,
  type Listening,
  planWith,
  startDns,
  startHttp,
  startHttps,
} from "#tests/support/doctor-network.ts";
import { ADMIN, type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";
import { createTestCa, type TestCa } from "#tests/support/test-ca.ts";

let ca: TestCa;
let nameServer: Awaited<ReturnType<typeof startDns>>;
const open: Listening[] = [];

beforeAll(async () => {
  ca = createTestCa();
  nameServer = await startDns({ "idp.example.com": ["127.0.0.1"] });
});
afterAll(async () => {
  await Promise.all([nameServer, ...open].map((one) => one.close()));
  ca.remove();
});

async function linesOf(parts: Partial<DoctorPlan>, with_: Partial<Instruments> = {}): Promise<CheckResult[]> {
  const trusted = { resolvers: [nameServer.address], extraCertificates: [readFileSync(ca.file, "utf8")] };
  const { checks } = await runDoctor(planWith(parts), instruments({ ...trusted, ...with_ }));
  return checks;
}

async function lineOf(
  id: string,
  parts: Partial<DoctorPlan>,
  with_: Partial<Instruments> = {},
): Promise<CheckResult> {
  const lines = await linesOf(parts, with_);
  const line = lines.find((check) => check.id === id);
  if (!line) throw new Error(`No line ${id} among ${lines.map((check) => check.id).join(", ")}.`);
  return line;
}

/** Answers with this at every path, over https. */
async function serving(body: string, status = 200): Promise<string> {
  const server = await startHttps(
    ca.issue(["idp.example.com"]),
    (_, response) => void response.writeHead(status).end(body),
  );
  open.push(server);
  return `https://idp.example.com:${server.port}`;
}

const provider = (parts: Partial<PlanIdentityProvider>): PlanIdentityProvider => ({
  ...{
    id: "conn_1",
    name: "Okta",
    kind: "saml",
    metadataUrl: null,
    issuer: null,
    endpoints: [],
    certificates: [],
  },
  ...parts,
});

function metadata(certificate: string, role = "IDPSSODescriptor"): string {
  const base64 = readFileSync(certificate, "utf8").replace(/-----[^-]+-----|\s/g, "");
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/entity"><md:${role}>
    <ds:X509Certificate>${base64}</ds:X509Certificate></md:${role}></md:EntityDescriptor>`;
}

describe("identity providers", () => {
  const saml = async (body: string, status?: number) => {
    const metadataUrl = `${await serving(body, status)}/metadata`;
    return await lineOf("idp:conn_1:document", { identityProviders: [provider({ metadataUrl })] });
  };

  test("metadata that is in order passes, and says until when", async () => {
    const line = await saml(metadata(ca.file));
    expect(line).toMatchObject({ outcome: "passed", code: "idp_metadata" });
    expect(line.found).toMatch(/^https:\/\/idp\.example\.com\/entity, 1 certificate, until 20/);
  });

  test.each([
    ["idp_html", "failed", (): string => "<!DOCTYPE html><html><title>Sign in</title></html>"],
    ["idp_no_metadata", "failed", (): string => "<nothing/>"],
    ["idp_not_an_idp", "failed", (): string => metadata(ca.file, "SPSSODescriptor")],
    ["idp_no_certificate", "failed", (): string => metadata(ca.file).replace(/<ds.*>/, "")],
    ["idp_certificate_expired", "failed", (): string => metadata(ca.issue(["x"], -1).certificate)],
    ["idp_certificate_soon", "warning", (): string => metadata(ca.issue(["x"], 9).certificate)],
  ] as const)("%s", async (code, outcome, body) => {
    expect(await saml(body())).toMatchObject({ outcome, code, ask: "idp_owner" });
  });

  test("an address at which there is no metadata any more", async () => {
    expect(await saml("gone", 404)).toMatchObject({
      outcome: "failed",
      code: "idp_refuses",
      found: "answers 404",
    });
  });

  test("metadata over http is a warning", async () => {
    const server = await startHttp((_, response) => void response.end(metadata(ca.file)));
    open.push(server);
    const identityProviders = [provider({ metadataUrl: `http://idp.example.com:${server.port}/metadata` })];
    expect(await lineOf("idp:conn_1:document", { identityProviders })).toMatchObject({
      outcome: "warning",
      code: "idp_plain_http",
    });
  });

  test("the discovery document of an issuer, and one that names another", async () => {
    let origin = "";
    const server: Listening = await startHttps(ca.issue(["idp.example.com"]), (request, response) => {
      const issuer: string = request.url?.startsWith("/other") ? "https://else.example.com" : origin;
      const at = (path: string): string => `${origin}${path}`;
      response.end(
        JSON.stringify({
          issuer,
          authorization_endpoint: at("/a"),
          token_endpoint: at("/t"),
          jwks_uri: at("/k"),
        }),
      );
    });
    open.push(server);
    origin = `https://idp.example.com:${server.port}`;
    const of = (issuer: string) =>
      lineOf("idp:conn_1:document", { identityProviders: [provider({ kind: "oidc", issuer })] });
    expect(await of(origin)).toMatchObject({ outcome: "passed", code: "idp_discovery" });
    expect(await of(`${origin}/other`)).toMatchObject({
      outcome: "failed",
      code: "idp_other_issuer",
      ask: "idp_owner",
    });
  });

  test("a sign-in page that this machine cannot reach is a warning: browsers open it", async () => {
    const url = `https://idp.example.com:${await freePort()}/sso`;
    const identityProviders = [provider({ endpoints: [{ label: "Sign-in page", url }] })];
    const line = await lineOf("idp:conn_1:Sign-in page", { identityProviders });
    expect(line).toMatchObject({
      outcome: "warning",
      code: "idp_unreached",
      door: { protocol: "tcp", peer: "idp.example.com" },
    });
  });

  test("a certificate that the connection trusts and that has expired", async () => {
    const certificates = [{ subject: "idp.example.com", notAfter: "2026-01-01T00:00:00.000Z" }];
    const line = await lineOf("idp:conn_1:certificate:0", {
      identityProviders: [provider({ certificates })],
    });
    expect(line).toMatchObject({
      outcome: "failed",
      code: "idp_certificate_expired",
      found: "expired 2026-01-01",
    });
  });
});

describe.skipIf(!slapdInstalled())("LDAP", () => {
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd(
      `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n`,
    );
  });
  afterAll(() => slapd.close());

  const bound = async (
    parts: Partial<DoctorPlan["ldapServers"][number]>,
    ldapPassword: string | null = ADMIN.password,
  ) => {
    const server = {
      id: "dir_1",
      name: "Staff",
      url: slapd.ldaps,
      bindDn: ADMIN.dn,
      baseDn: SUFFIX,
      caCertificates: readFileSync(slapd.ca.file, "utf8"),
      ...parts,
    };
    const secrets = { databaseUrl: null, ldapPassword };
    return await lineOf(
      `ldap:dir_1:${server.url}`,
      { ldapServers: [server] },
      { secrets, extraCertificates: [] },
    );
  };

  test("binds over TLS and over StartTLS", async () => {
    expect(await bound({})).toMatchObject({ outcome: "passed", code: "ldap_binds" });
    expect(await bound({ url: slapd.ldap })).toMatchObject({ outcome: "passed", code: "ldap_binds" });
  });

  test("without a password it sees whether the server answers, and says what it did not try", async () => {
    expect(await bound({}, null)).toMatchObject({ outcome: "warning", code: "ldap_not_bound" });
  });

  test("tells a wrong password, a missing base and a certificate nobody trusts apart, and never repeats the password", async () => {
    const wrong = await bound({}, "not-the-password");
    expect(wrong).toMatchObject({ outcome: "failed", code: "ldap_refuses_bind", ask: "directory_owner" });
    expect(JSON.stringify(wrong)).not.toContain("not-the-password");
    expect(await bound({ baseDn: "dc=nowhere" })).toMatchObject({ outcome: "failed", code: "ldap_no_base" });
    const untrusted = await bound({ caCertificates: "" });
    expect(untrusted.outcome).toBe("failed");
    expect(untrusted.code).toMatch(/^tls_(untrusted|incomplete)$/);
  });

  test("a server that is not let through is a shut door", async () => {
    const port = await freePort();
    expect(await bound({ url: `ldaps://127.0.0.1:${port}` })).toMatchObject({
      ...{ code: "ldap_unreached", ask: "firewall_team" },
      door: { protocol: "tcp", port, peer: "127.0.0.1" },
    });
  });
});

describe("this machine", () => {
  test("room on the disk, and too little of it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "doctor-"));
    const enough = await lineOf(`disk:${folder}`, { disk: [{ path: folder, freeBytes: 1 }] });
    const little = await lineOf(`disk:${folder}`, { disk: [{ path: folder, freeBytes: 10 ** 15 }] });
    rmSync(folder, { recursive: true });
    expect(enough.code).toMatch(/^disk_(room|full)$/);
    expect(little).toMatchObject({ outcome: "failed", code: "disk_full", ask: "machine_admin" });
    expect(await lineOf(`disk:${folder}`, { disk: [{ path: folder, freeBytes: 1 }] })).toMatchObject({
      outcome: "warning",
      code: "disk_unread",
    });
  });

  test("a port that is free, one that Sallyport uses, and one that another program uses", async () => {
    const free = await freePort();
    const ours = await startHttp((_, response) => void response.end("ok"));
    open.push(ours);
    const other = createServer((socket) => socket.end("SSH-2.0"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const taken = (other.address() as { port: number }).port;
    const ports = [free, ours.port, taken].map((port) => ({ port, purpose: "Console" }));
    const lines = await linesOf({ ports });
    other.close();
    const codes = ports.map(({ port }) => lines.find(({ id }) => id === `port:${port}`)?.code);
    expect(codes).toEqual(["port_free", "port_ours", "port_taken"]);
  });
});

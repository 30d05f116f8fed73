import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import { testDatabase } from "#tests/support/database.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";
import { createTestCa } from "#tests/support/test-ca.ts";
import { startTlsProgram, type TlsProgram } from "#tests/support/tls-program.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ca = createTestCa();
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = (await testDatabase()).identityUrl;
});
afterAll(() => ca.remove());

test("serves a renewed certificate without a restart, and no TLS below 1.2", async () => {
  const files = ca.issue(["identity.example"]);
  const port = await freePort();
  const url = "https://identity.example";
  const program = await startTlsProgram({
    databaseUrl,
    url,
    host: "127.0.0.1",
    port,
    ...files,
    caFile: ca.file,
  });
  try {
    const before = await program.handshake();
    expect(["TLSv1.2", "TLSv1.3"]).toContain(before.protocol);
    await expect(oldHandshake(port)).rejects.toMatchObject({
      code: expect.stringMatching(/PROTOCOL|ALERT|ECONN/),
    });
    const renewed = ca.issue(["identity.example"]);
    // The certificate alone is half a renewal: what was served is served on.
    copyFileSync(renewed.certificate, files.certificate);
    copyFileSync(renewed.key, files.key);
    await expect
      .poll(async () => (await program.handshake()).serial, { timeout: 30_000 })
      .not.toBe(before.serial);
  } finally {
    await program.stop();
  }
});

const canMount =
  process.getuid?.() === 0 &&
  spawnSync("unshare", ["--mount", "mount", "--bind", "/etc/hosts", "/etc/hosts"]).status === 0;

// Port 443 and a hosts file of its own need root; elsewhere the same is tried by whoever runs this as root, CI among them.
test.runIf(canMount)("an application with no setting of ours signs somebody in", async () => {
  const host = "127.0.0.77";
  const url = "https://api.workos.com";
  const files = ca.issue(["api.workos.com"]);
  const program = await startTlsProgram({ databaseUrl, url, host, port: 443, ...files, caFile: ca.file });
  try {
    const site = await prepareSite(program);
    const application = startApplication(site, host);
    const begun = new URL((await application.next()).url ?? "");
    expect(begun.origin).toBe(url);
    const { location } = await program.ask("GET", `${begun.pathname}${begun.search}`);
    const relayState = location?.searchParams.get("RelayState") ?? "";
    const SAMLResponse = await samlResponse(site.idp, ADA, {
      audience: site.entityId,
      acsUrl: site.acsUrl,
      inResponseTo: relayState,
    });
    const form = new URLSearchParams({ SAMLResponse, RelayState: relayState });
    const back = await program.ask("POST", new URL(site.acsUrl).pathname, { body: form });
    application.tell(back.location?.searchParams.get("code") ?? "");
    expect(await application.next()).toEqual({
      email: "ada@example.com",
      organizationId: site.organizationId,
    });
  } finally {
    await program.stop();
  }
});

async function prepareSite(program: TlsProgram) {
  const idp = idpSettings();
  const { body: environment } = await program.ask("POST", "/sallyport/v1/environments", {
    body: { name: "Unchanged", kind: "production" },
  });
  const home = `/sallyport/v1/environments/${environment.id}`;
  const { body: key } = await program.ask("POST", `${home}/api_keys`, { body: { name: "application" } });
  await program.ask("POST", `${home}/redirect_uris`, { body: { uri: "http://127.0.0.1:9999/callback" } });
  const apiKey = key.value ?? "";
  const { body: organization } = await program.ask("POST", "/organizations", {
    key: apiKey,
    body: { name: "Example", domain_data: [{ domain: "example.com", state: "verified" }] },
  });
  const made = await program.ask("POST", `${home}/connections`, {
    body: {
      organization_id: organization.id,
      connection_type: "GenericSAML",
      name: "Example SAML",
      state: "active",
      saml: {
        idp_entity_id: idp.entityId,
        idp_sso_url: "https://idp.example.com/sso",
        idp_certificates: [idp.certificate],
      },
    },
  });
  const sp = made.body.sp as unknown as { entity_id: string; acs_url: string };
  return {
    idp,
    apiKey,
    clientId: environment.client_id ?? "",
    organizationId: organization.id ?? "",
    entityId: sp.entity_id,
    acsUrl: sp.acs_url,
  };
}

/** Where the application runs, and nowhere else, `api.workos.com` is this machine. */
function startApplication({ apiKey, clientId }: { apiKey: string; clientId: string }, host: string) {
  const hosts = join(ca.file, "../hosts");
  writeFileSync(hosts, `${readFileSync("/etc/hosts", "utf8")}\n${host} api.workos.com\n`);
  const inside = `mount --bind ${hosts} /etc/hosts && exec "$@"`;
  const program = [process.execPath, "tests/support/unchanged-application.ts"];
  const child = spawn("unshare", ["--mount", "sh", "-c", inside, "sh", ...program], {
    cwd: ROOT,
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      WORKOS_API_KEY: apiKey,
      WORKOS_CLIENT_ID: clientId,
      NODE_EXTRA_CA_CERTS: ca.file,
    },
  });
  child.stderr.pipe(process.stderr);
  return conversation(child);
}

function conversation(child: ChildProcessWithoutNullStreams) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next(): Promise<Record<string, string>> {
      const line = await Promise.race([lines.next(), sleep(30_000, null, { ref: false })]);
      if (!line || line.done) throw new Error("The application said nothing.");
      return JSON.parse(line.value);
    },
    tell(line: string): void {
      child.stdin.end(`${line}\n`);
    },
  };
}

function oldHandshake(port: number): Promise<void> {
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  return new Promise((connected, failed) => {
    const socket = connect({
      host: "127.0.0.1",
      port,
      ca: readFileSync(ca.file),
      servername: "identity.example",
      ...old,
    });
    socket.once("secureConnect", () => {
      socket.destroy();
      connected();
    });
    socket.once("error", failed);
  });
}

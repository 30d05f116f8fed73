import { generateKeyPairSync } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tellWhatIsDue } from "#lib/identity-service/due.ts";
import { selfSignedCertificate } from "#lib/identity-service/keys/certificate.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
  visit,
} from "#tests/support/identity-service.ts";
import { idpSettings } from "#tests/support/saml-idp.ts";
import { connectSaml } from "#tests/support/sso-sessions.ts";

const DAY_MS = 86_400_000;
const idp = idpSettings();
let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const told = (name: string) => eventsOf(admin, here.id, name);
/** As the clock goes on, on two instances at once. */
async function later(ms: number): Promise<void> {
  const then = new Date(Date.now() + ms);
  await Promise.all([tellWhatIsDue(service.parts.db, then), tellWhatIsDue(service.parts.db, then)]);
}

test("a sign-in that nobody comes back from is told as timed out, once, and cannot be finished any more", async () => {
  const connection = await connectSaml(service, here, idp);
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    connection: connection.id,
  });
  await visit(`${service.url}/sso/authorize?${query}`);
  await later(5 * 60_000);
  expect(await told("authentication.sso_timed_out")).toEqual([]);
  await later(12 * 60_000);
  await later(13 * 60_000);
  const [started] = await told("authentication.sso_started");
  expect(await told("authentication.sso_timed_out")).toEqual([
    expect.objectContaining({
      status: "timed_out",
      sso: (started as { sso: unknown }).sso,
      error: { code: "expired", message: expect.any(String) },
    }),
  ]);
});

test("a domain that nobody proved for thirty days is told as failed, once, and can be begun again", async () => {
  const { body: domain } = await callWire(service, here, "POST", "/organization_domains", {
    organization_id: here.organizationId,
    domain: "never-proven.example",
  });
  await later(29 * DAY_MS);
  expect(await told("organization_domain.verification_failed")).toEqual([]);
  await later(31 * DAY_MS);
  await later(32 * DAY_MS);
  expect(await told("organization_domain.verification_failed")).toMatchObject([
    {
      reason: "domain_verification_period_expired",
      organization_domain: { id: domain.id, state: "failed" },
    },
  ]);
  const again = await callWire(service, here, "POST", `/organization_domains/${domain.id}/verify`);
  expect(again.body.state).toBe("pending");
});

describe("an identity provider's certificate", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const renewals = async (id: string) =>
    (await told("connection.saml_certificate_renewal_required")).filter(
      (each) => (each.connection as { id: string }).id === id,
    );
  /** The day it ends, as the certificate says. */
  async function connected() {
    const made = new Date();
    const certificate = selfSignedCertificate(privateKey, "idp.example.com", made);
    const { id } = await connectSaml(service, here, { ...idp, certificate });
    const { body } = await service.manage<{ certificates: { not_after: string }[] }>(
      "GET",
      `/environments/${here.id}/connections/${id}`,
    );
    return { id, ends: new Date(body.certificates[0]?.not_after ?? "").getTime() - Date.now() };
  }

  test("is told to be renewed thirty days before it ends, seven days before, and when it has ended", async () => {
    const { id, ends } = await connected();
    await later(ends - 31 * DAY_MS);
    expect(await renewals(id)).toEqual([]);
    for (const left of [29.5, 20, 6.5, 2, -1, -5]) await later(ends - left * DAY_MS);
    expect(await renewals(id)).toMatchObject([
      { days_until_expiry: 29, certificate: { certificate_type: "ResponseSigning", is_expired: false } },
      { days_until_expiry: 6, connection: { organization_id: here.organizationId } },
      { days_until_expiry: 0, certificate: { is_expired: true } },
    ]);
  });

  test("is told once to whoever was away for all of that", async () => {
    const { id, ends } = await connected();
    await later(ends + DAY_MS);
    expect(await renewals(id)).toHaveLength(1);
  });

  test("is told as renewed when one that ends later takes its place, and is due anew", async () => {
    const { id, ends } = await connected();
    await later(ends - 10 * DAY_MS);
    const next = selfSignedCertificate(privateKey, "idp.example.com", new Date(Date.now() + 3 * DAY_MS));
    await service.manage("PATCH", `/environments/${here.id}/connections/${id}`, {
      saml: { idp_certificates: [next] },
    });
    const renewed = (await told("connection.saml_certificate_renewed")).filter(
      (each) => (each.connection as { id: string }).id === id,
    );
    expect(renewed).toMatchObject([{ certificate: { certificate_type: "ResponseSigning" } }]);
    await later(ends - 10 * DAY_MS);
    expect(await renewals(id)).toHaveLength(2);
  });
});

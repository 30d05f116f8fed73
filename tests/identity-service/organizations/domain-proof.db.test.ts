import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { tellWhatIsDue } from "#lib/identity-service/due.ts";
import { proveDomains } from "#lib/identity-service/organizations/domain-proof.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { type NameServer, startNameServer } from "#tests/support/name-server.ts";

let service: RunningIdentityService;
let site: TestEnvironment;
let names: NameServer;
let admin: pg.Client;

beforeAll(async () => {
  names = await startNameServer();
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
beforeEach(async () => {
  names.records.clear();
  site = await prepareEnvironment(service);
});
afterAll(async () => {
  await service.close();
  await admin.end();
  await names.close();
});

const domains = () => sdkFor(service, site).organizationDomains;
const look = () => proveDomains(service.parts.db);

interface Domain {
  id: string;
  name: string;
  token: string;
  prefix: string;
}

async function addDomain(name: string): Promise<Domain> {
  const made = await domains().createOrganizationDomain({
    domain: name,
    organizationId: site.organizationId,
  });
  return { id: made.id, name, token: made.verificationToken ?? "", prefix: made.verificationPrefix ?? "" };
}

const stateOf = async ({ id }: Domain) => (await domains().getOrganizationDomain(id)).state;

async function told(domain: Domain): Promise<string[]> {
  const { rows } = await admin.query(
    `SELECT name FROM identity.events WHERE environment_id = $1
       AND coalesce(data->'organization_domain'->>'id', data->>'id') = $2 ORDER BY position`,
    [site.id, domain.id],
  );
  return rows.map((row) => row.name.replace("organization_domain.", ""));
}

test.each([
  [
    "under its prefix",
    ({ prefix, name, token }: Domain) => [`${prefix}.${name}`, `verification_token=${token}`],
  ],
  ["at the domain itself", ({ name, token }: Domain) => [name, `verification_token=${token}`]],
  ["bare, among other records", ({ name, token }: Domain) => [name, "v=spf1 -all", token]],
])("a record %s, at the site's own name server, proves the domain", async (_where, publish) => {
  const domain = await addDomain("proven.example");
  expect((await domains().verifyOrganizationDomain(domain.id)).state).toBe("pending");
  const [at = "", ...records] = publish(domain);
  names.records.set(at, records);
  expect((await domains().verifyOrganizationDomain(domain.id)).state).toBe("verified");
  expect(await told(domain)).toEqual(["created", "updated", "updated", "verified"]);
  await expect(domains().verifyOrganizationDomain(domain.id)).rejects.toMatchObject({
    status: 400,
    code: "domain_already_verified",
  });
});

test("a record that comes later is found without anybody asking, and told once, however many look", async () => {
  const [late, waiting] = [await addDomain("late.example"), await addDomain("waiting.example")];
  await look();
  expect([await stateOf(late), await told(late)]).toEqual(["pending", ["created"]]);
  names.records.set(late.name, [`verification_token=${late.token}`]);
  await Promise.all([look(), look(), look()]);
  await look();
  expect([await stateOf(late), await told(late)]).toEqual(["verified", ["created", "updated", "verified"]]);
  expect([await stateOf(waiting), await told(waiting)]).toEqual(["pending", ["created"]]);
});

test("neither another domain's token proves, nor that of the same name in another environment", async () => {
  const [first, second] = [await addDomain("first.example"), await addDomain("second.example")];
  site = await prepareEnvironment(service);
  const foreign = await addDomain("first.example");
  names.records.set(first.name, [
    `verification_token=${second.token}`,
    `verification_token=${foreign.token}`,
  ]);
  await look();
  expect(await stateOf(foreign)).toBe("verified");
  const { rows } = await admin.query("SELECT state FROM identity.organization_domains WHERE id = ANY($1)", [
    [first.id, second.id],
  ]);
  expect(rows).toEqual([{ state: "pending" }, { state: "pending" }]);
});

test("a domain asked about again keeps its token, for its record may be on its way", async () => {
  const domain = await addDomain("on-its-way.example");
  expect(await domains().verifyOrganizationDomain(domain.id)).toMatchObject({
    state: "pending",
    verificationToken: domain.token,
  });
});

test("a domain that was given up is begun again with another token, and its old record proves nothing", async () => {
  const domain = await addDomain("forgotten.example");
  await tellWhatIsDue(service.parts.db, new Date(Date.now() + 31 * DAY_MS));
  names.records.set(domain.name, [`verification_token=${domain.token}`]);
  await look();
  expect(await stateOf(domain)).toBe("failed");
  names.records.clear();
  const again = await domains().verifyOrganizationDomain(domain.id);
  expect(again.state).toBe("pending");
  expect(again.verificationToken).not.toBe(domain.token);
  names.records.set(domain.name, [`verification_token=${again.verificationToken}`]);
  await look();
  expect(await stateOf(domain)).toBe("verified");
});

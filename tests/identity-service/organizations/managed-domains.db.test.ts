import { promises } from "node:dns";
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

beforeAll(async () => {
  names = await startNameServer();
  service = await startIdentityService((await testDatabase()).identityUrl);
});
beforeEach(async () => {
  names.records.clear();
  site = await prepareEnvironment(service);
});
afterAll(async () => {
  await service.close();
  await names.close();
});

interface Domain {
  id: string;
  state: string;
  verification_strategy: string;
  verification_token: string;
  organization_name: string;
  record: { type: string; name: string; value: string };
  last_look: null | {
    verdict: string;
    resolvers: string[];
    names: { name: string; outcome: string; records: string[] }[];
  };
}

const home = () => `/environments/${site.id}/organization_domains`;
const add = async (domain: string) =>
  (
    await service.manage<Domain>("POST", home(), {
      organization_id: site.organizationId,
      domain,
    })
  ).body;
const check = async ({ id }: Domain) => (await service.manage<Domain>("POST", `${home()}/${id}/check`)).body;
const read = async ({ id }: Domain) => (await service.manage<Domain>("GET", `${home()}/${id}`)).body;

test("a domain that is added shows the record to publish, and that nobody has looked yet", async () => {
  const domain = await add("Corp.EXAMPLE");
  expect(domain).toMatchObject({
    state: "pending",
    record: { type: "TXT", value: `verification_token=${domain.verification_token}` },
    last_look: null,
  });
  expect(domain.record.name).toMatch(/-domain-verification-\w+\.corp\.example$/);
  expect(await read(domain)).toEqual(domain);
});

test.each<[string, (domain: Domain) => [string, string[]][], string]>([
  ["nothing at all", () => [], "no_such_domain"],
  ["the domain without the record", () => [["corp.example", ["v=spf1 -all"]]], "no_record"],
  [
    "another value under the name",
    ({ record }) => [[record.name, ["verification_token=other"]]],
    "wrong_value",
  ],
  ["the value in quotes", ({ record }) => [[record.name, [`"${record.value}"`]]], "wrong_value"],
  [
    "another site's token at the domain",
    () => [["corp.example", ["verification_token=other", "v=spf1 -all"]]],
    "wrong_value",
  ],
  [
    "the record twice the domain deep",
    ({ record }) => [[`${record.name}.corp.example`, [record.value]]],
    "doubled_name",
  ],
])("says what it saw instead: %s", async (_what, publish, verdict) => {
  const domain = await add("corp.example");
  const published = publish(domain);
  for (const [name, records] of published) names.records.set(name, records);
  const looked = await check(domain);
  expect(looked).toMatchObject({
    state: "pending",
    verification_token: domain.verification_token,
    last_look: { verdict, resolvers: promises.getServers() },
  });
  const seen = new Map(looked.last_look?.names.map((one) => [one.name, one]));
  expect([...seen.keys()].slice(0, 2)).toEqual([domain.record.name, "corp.example"]);
  for (const [name, records] of published)
    expect(seen.get(name)).toEqual({ name, outcome: "records", records });
  for (const { name, outcome, records } of seen.values())
    if (!names.records.has(name))
      expect({ outcome, records }).toEqual({ outcome: "no_such_name", records: [] });
});

test("the right record verifies at once, and a look from time to time is written down too", async () => {
  const [domain, waiting] = [await add("right.example"), await add("waiting.example")];
  names.records.set(domain.record.name, [domain.record.value]);
  expect(await check(domain)).toMatchObject({
    state: "verified",
    verification_strategy: "dns",
    last_look: { verdict: "found" },
  });
  await proveDomains(service.parts.db);
  expect(await read(waiting)).toMatchObject({ state: "pending", last_look: { verdict: "no_such_domain" } });
});

test("what is verified stays so when its record goes, and says that it is gone", async () => {
  const domain = await add("gone.example");
  names.records.set(domain.record.name, [domain.record.value]);
  await check(domain);
  names.records.clear();
  expect(await check(domain)).toMatchObject({ state: "verified", last_look: { verdict: "no_such_domain" } });
});

test("a domain that was given up is begun again with another token", async () => {
  const domain = await add("late.example");
  await tellWhatIsDue(service.parts.db, new Date(Date.now() + 31 * DAY_MS));
  expect((await read(domain)).state).toBe("failed");
  const again = await check(domain);
  expect(again.state).toBe("pending");
  expect(again.verification_token).not.toBe(domain.verification_token);
});

test("name servers that do not answer are no proof of anything, and are said to be silent", async () => {
  const domain = await add("silent.example");
  const before = promises.getServers();
  promises.setServers(["127.0.0.1:9"]);
  try {
    expect((await check(domain)).last_look).toMatchObject({
      verdict: "no_answer",
      resolvers: ["127.0.0.1:9"],
    });
  } finally {
    promises.setServers(before);
  }
});

test("by hand a domain is verified without its record, once, and the application sees it as it always did", async () => {
  const domain = await add("by-hand.example");
  const verify = () => service.manage<Domain>("POST", `${home()}/${domain.id}/verify_by_hand`);
  const { body } = await verify();
  expect(body).toMatchObject({ state: "verified", verification_strategy: "manual", last_look: null });
  expect((await verify()).body).toEqual(body);
  const seen = await sdkFor(service, site).organizationDomains.getOrganizationDomain(domain.id);
  expect(seen).toMatchObject({ state: "verified", verificationStrategy: "manual" });
  expect(Object.keys(seen)).not.toContain("lastLook");
});

test("another organization's domain is refused, and lists are narrowed", async () => {
  const domain = await add("held.example");
  const other = await sdkFor(service, site).organizations.createOrganization({ name: "Fabrikam" });
  const taken = await service.manage("POST", home(), { organization_id: other.id, domain: "held.example" });
  expect([taken.status, taken.body.code]).toEqual([409, "domain_already_exists"]);
  const { body: own } = await service.manage<Domain>("POST", home(), {
    organization_id: other.id,
    domain: "fabrikam.example",
  });
  const list = async (query: string) =>
    (await service.manage<{ data: Domain[] }>("GET", `${home()}?limit=100&${query}`)).body.data.map(
      ({ id }) => id,
    );
  expect((await list("")).slice(0, 2)).toEqual([own.id, domain.id]);
  expect(await list(`organization_id=${other.id}`)).toEqual([own.id]);
  expect(await list("search=held")).toEqual([domain.id]);
  expect(await list("search=%25")).toEqual([]);
  expect(await list("state=verified")).not.toContain(domain.id);
  expect((await service.manage("DELETE", `${home()}/${domain.id}`)).status).toBe(204);
  expect(await list("")).not.toContain(domain.id);
});

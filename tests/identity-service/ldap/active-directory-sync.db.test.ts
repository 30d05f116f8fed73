import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type FakeAnswer, type FakeLdap, type FakeRequest, startFakeLdap } from "#tests/support/fake-ldap.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";
import { ldapDirectories } from "#tests/support/ldap-directory.ts";
import { SERVICE } from "#tests/support/ldap-people.ts";

// What only Active Directory does, by a server that answers as it does: pages that are empty, members in ranges, counted changes.
const BASE = "DC=example,DC=com";
const MEMBERS = 3_200;
const RANGE = 1_500;

let domain: ReturnType<typeof newDomain>;
let fake: FakeLdap;
let service: RunningIdentityService;
let ldap: ReturnType<typeof ldapDirectories>;

beforeAll(async () => {
  domain = newDomain();
  fake = await startFakeLdap((request) => domain.answer(request));
  service = await startIdentityService((await testDatabase()).identityUrl);
  ldap = ldapDirectories(service, await prepareEnvironment(service));
});
afterAll(async () => {
  await service?.close();
  await fake?.close();
});

interface Account {
  name: string;
  usn: number;
}

/** A domain controller with people, and one group that has them all. */
function newDomain() {
  const state = {
    server: "CN=NTDS Settings,CN=DC1",
    usn: 10_000,
    accounts: Array.from(
      { length: MEMBERS },
      (_, index): Account => ({ name: `user${index}`, usn: index + 1 }),
    ),
    groupUsn: 5_000,
    /** What happens when members are asked for behind the first range. */
    rangesBreak: false,
  };
  const entryOf = ({ name, usn }: Account) => ({
    dn: `CN=${name},OU=People,${BASE}`,
    attributes: {
      objectGUID: [guid(name)],
      sAMAccountName: [name],
      mail: [`${name}@example.com`],
      userAccountControl: ["512"],
      uSNChanged: [String(usn)],
    },
  });
  const range = (from: number, attributes: Record<string, string[]>) => {
    const to = Math.min(from + RANGE, state.accounts.length);
    const name = `member;range=${from}-${to === state.accounts.length ? "*" : to - 1}`;
    const members = state.accounts.slice(from, to).map((account) => entryOf(account).dn);
    return { dn: `CN=Everybody,OU=Groups,${BASE}`, attributes: { ...attributes, [name]: members } };
  };
  const search = (request: FakeRequest & { kind: "search" }): FakeAnswer => {
    if (request.base === "")
      return {
        entries: [
          { dn: "", attributes: { highestCommittedUSN: [String(state.usn)], dsServiceName: [state.server] } },
        ],
      };
    const since = Number(/\(usnchanged>=(\d+)\)/i.exec(request.filter)?.[1] ?? 0);
    const asked = request.attributes.find((name) => name.startsWith("member;range="));
    if (asked) return state.rangesBreak ? {} : { entries: [range(Number(/\d+/.exec(asked)?.[0]), {})] };
    if (/objectclass=group/i.test(request.filter)) {
      const about = {
        objectGUID: [guid("Everybody")],
        cn: ["Everybody"],
        uSNChanged: [String(state.groupUsn)],
      };
      if (state.groupUsn < since) return {};
      const wantsMembers = request.attributes.includes("member");
      const group = wantsMembers
        ? range(0, about as never)
        : { dn: `CN=Everybody,OU=Groups,${BASE}`, attributes: about };
      return { entries: [group] as never };
    }
    // The first page is empty, and not the last.
    const from = Number(request.cookie || -1);
    if (from < 0) return { entries: [], cookie: "0" };
    const found = state.accounts.filter(({ usn }) => usn >= since);
    const next = from + 1_000;
    return {
      entries: found.slice(from, next).map(entryOf),
      ...(next < found.length ? { cookie: String(next) } : {}),
    };
  };
  return Object.assign(state, {
    answer: (request: FakeRequest): FakeAnswer => (request.kind === "search" ? search(request) : {}),
  });
}

function guid(name: string): Buffer {
  return Buffer.from(name.padEnd(16, "\0").slice(0, 16));
}

const settings = () => ({
  kind: "active_directory",
  servers: [fake.url],
  allow_unencrypted: true,
  bind_dn: SERVICE.dn,
  bind_password: SERVICE.password,
  base_dn: BASE,
  page_size: 1_000,
});

function filtersHeard(): string[] {
  return fake.heard.flatMap((request) =>
    request.kind === "search" && /objectcategory=person/i.test(request.filter) ? [request.filter] : [],
  );
}

test("empty pages are no end and members that come in ranges are all read", async () => {
  const directory = await ldap.make(settings());
  await ldap.runDue();
  expect(await ldap.show(directory.id)).toMatchObject({
    last_error: null,
    sync: { kind: "full", users: MEMBERS, groups: 1 },
  });
  const [everybody] = await ldap.groups(directory.id);
  const answer = await ldap.count(everybody?.id ?? "");
  expect(answer).toBe(MEMBERS);
});

test("an incremental sync asks only for what the server counted since, and another server is read whole", async () => {
  const directory = await ldap.make({ ...settings(), servers: [fake.url] });
  await ldap.runDue();
  domain.usn = 10_002;
  domain.accounts.push({ name: "newcomer", usn: 10_001 });
  fake.heard.length = 0;
  expect((await ldap.sync(directory.id)).sync).toMatchObject({ kind: "incremental", users: 1, groups: 0 });
  expect(filtersHeard()[0]).toContain("(usnchanged>=10001)");
  fake.heard.length = 0;
  expect((await ldap.sync(directory.id)).sync).toMatchObject({ kind: "incremental", users: 0 });
  expect(filtersHeard()[0]).toContain("(usnchanged>=10003)");
  domain.server = "CN=NTDS Settings,CN=DC2";
  domain.usn = 17;
  fake.heard.length = 0;
  expect((await ldap.sync(directory.id)).sync).toMatchObject({ kind: "full", users: MEMBERS + 1 });
  expect(filtersHeard()[0]).not.toContain("usnchanged");
});

test("members that cannot be read to the end are not taken for gone", async () => {
  const directory = await ldap.make(settings());
  await ldap.runDue();
  const [everybody] = await ldap.groups(directory.id);
  const before = await ldap.count(everybody?.id ?? "");
  domain.rangesBreak = true;
  const failed = await ldap.sync(directory.id, { kind: "full" });
  domain.rangesBreak = false;
  expect(failed.last_error).toContain("more members, and they could not be read");
  expect(await ldap.count(everybody?.id ?? "")).toBe(before);
});

test("a server that is lost in the middle of a sync is left for the next, which is read whole", async () => {
  let searches = 0;
  const dying = await startFakeLdap((request, socket) => {
    if (request.kind === "search" && request.base !== "") searches += 1;
    if (searches < 3) return domain.answer(request);
    socket.destroy();
    return "silence";
  });
  const gone = `ldap://127.0.0.1:${await freePort()}`;
  const directory = await ldap.make({ ...settings(), servers: [gone, dying.url, fake.url] });
  await ldap.runDue();
  await dying.close();
  expect(searches).toBe(3);
  expect(await ldap.show(directory.id)).toMatchObject({
    last_error: null,
    state: "linked",
    sync: { kind: "full", users: domain.accounts.length },
  });
});

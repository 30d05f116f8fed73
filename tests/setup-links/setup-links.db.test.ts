import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEnvironment } from "#lib/environments/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { createSetupLink, finishSetup, recordStep, revokeSetupLink } from "#lib/setup-links/commands.ts";
import { lookAtLink, openSetupLink } from "#lib/setup-links/opening.ts";
import { findOpenSetup, listSetupLinks } from "#lib/setup-links/queries.ts";
import { CreateSetupLinkInput, type SetupLinkQuery } from "#lib/setup-links/schema.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
const NOW = new Date("2026-11-28T08:00:00Z");
const VISITOR = { ip: null, userAgent: "Firefox" };

let site: Site;
let environmentId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});

const make = async (organizationName: string, over: Record<string, unknown> = {}, now = NOW) => {
  const about = { environmentId, organizationId: "new", organizationName, purposes: ["dsync", "sso"] };
  const made = await createSetupLink(owner, CreateSetupLinkInput.parse({ ...about, ...over }), now);
  return { ...made, token: new URL(made.url).pathname.split("/").at(-1) ?? "" };
};
const open = async (key: { token: string } | { code: string }, browser: string | null = null, now = NOW) => {
  const opened = await openSetupLink(key, browser, VISITOR, now);
  if (opened.state === "closed") throw new Error(`It is closed: ${opened.why}`);
  return opened.kept?.secret ?? "";
};
const eventsAbout = (targetId: string) =>
  asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId }, orderBy: { id: "asc" } }),
  );
const list = (over: Partial<SetupLinkQuery> = {}, now = NOW) =>
  listSetupLinks(
    owner,
    site.deploymentId,
    {
      ...{ page: 1, pageSize: 100, sort: "created", direction: "desc", search: "" },
      filters: { state: [], environment: [], purpose: [] },
      ...over,
    },
    now,
  );
const organizationOf = (linkId: string) =>
  asSystem(
    "a test looks",
    async (tx) => (await tx.setupLink.findUniqueOrThrow({ where: { id: linkId } })).organizationId,
  );

test("a link is opened by the browser that presses the button, and by no other", async () => {
  const made = await make("Contoso", { note: "Please by Friday." });
  const key = { token: made.token };
  // Looking, however often, opens nothing.
  for (let time = 0; time < 3; time++)
    expect(await lookAtLink(key, null, VISITOR, NOW)).toMatchObject({ state: "waiting" });

  const secret = await open(key);
  expect(await lookAtLink(key, secret, VISITOR, NOW)).toMatchObject({ state: "open" });
  for (const stranger of [null, "the secret of another browser"])
    expect(await openSetupLink(key, stranger, VISITOR, NOW)).toMatchObject({
      ...{ state: "closed", why: "other_browser" },
      link: { organizationName: "Contoso", openedAt: NOW },
    });

  const setup = await findOpenSetup(secret, VISITOR, NOW);
  expect(setup).toMatchObject({
    state: "open",
    link: { id: made.id, environmentId, purposes: ["sso", "dsync"], note: "Please by Friday." },
    actor: { kind: "link", id: made.id, customers: [site.customerId] },
  });
  const actions = (await eventsAbout(made.id)).map(({ action, actorKind, actorId }) => [
    action,
    actorKind,
    actorId,
  ]);
  expect(actions).toEqual([
    ["setup_link.create", "person", owner.id],
    ["setup_link.open", "link", made.id],
    ["setup_link.refuse", "link", made.id],
    ["setup_link.refuse", "link", made.id],
  ]);
});

test("two browsers that press at once: one of them has it", async () => {
  const { token } = await make("Two browsers");
  const both = await Promise.all([1, 2].map(() => openSetupLink({ token }, null, VISITOR, NOW)));
  expect(both.map(({ state }) => state).sort()).toEqual(["closed", "opened"]);
});

test("the typed code is as good as the link, in any case and spacing", async () => {
  const { code, id } = await make("Typed");
  const secret = await open({ code: code.toLowerCase().replaceAll("-", " ") });
  expect(await findOpenSetup(secret, VISITOR, NOW)).toMatchObject({ state: "open", link: { id } });
});

test("nothing that is kept opens a link", async () => {
  const made = await make("Kept");
  const secret = await open({ token: made.token });
  const rows = await asSystem("a test looks for secrets", (tx) =>
    Promise.all([tx.setupLink.findMany(), tx.auditEvent.findMany(), tx.operation.findMany()]),
  );
  const kept = JSON.stringify(rows);
  for (const word of [made.token, made.code, made.code.replaceAll("-", ""), secret])
    expect(kept).not.toContain(word);
});

describe("says exactly why it leads nowhere", () => {
  const why = async (key: { token: string } | { code: string }, browser: string | null = null, now = NOW) => {
    const look = await lookAtLink(key, browser, VISITOR, now);
    return look.state === "closed" ? look.why : look.state;
  };

  test("expired, to the one who opened it too", async () => {
    const made = await make("Late", { days: 1 });
    const secret = await open({ token: made.token });
    const later = new Date(NOW.getTime() + DAY_MS);
    expect(await why({ token: made.token }, secret, later)).toBe("expired");
    expect(await why({ code: made.code }, null, later)).toBe("expired");
    expect(await findOpenSetup(secret, VISITOR, later)).toMatchObject({
      ...{ state: "closed", why: "expired" },
      link: { createdByName: owner.name },
    });
  });

  test("revoked, at the very next step", async () => {
    const made = await make("Revoked");
    const secret = await open({ token: made.token });
    await revokeSetupLink(owner, { setupLinkId: made.id }, NOW);
    expect(await why({ token: made.token }, secret)).toBe("revoked");
    expect(await findOpenSetup(secret, VISITOR, NOW)).toMatchObject({
      ...{ state: "closed", why: "revoked", link: { revokedByName: owner.name } },
    });
    await expect(revokeSetupLink(owner, { setupLinkId: made.id }, NOW)).rejects.toMatchObject({
      kind: "conflict",
    });
  });

  test("replaced: one link stands for an organization at a time, however many are made at once", async () => {
    const first = await make("Replaced");
    const organizationId = await organizationOf(first.id);
    const more = await Promise.all([1, 2, 3].map(() => make("Replaced", { organizationId })));
    expect(await why({ token: first.token })).toBe("replaced");
    const rest = await Promise.all(more.map(({ token }) => why({ token })));
    expect(rest.sort()).toEqual(["replaced", "replaced", "waiting"]);
  });

  test("not complete, of another site, unknown", async () => {
    const { token, code } = await make("Words");
    expect(await why({ token: token.slice(0, -1) })).toBe("malformed");
    expect(await why({ token: `${token.slice(0, -3)}/..` })).toBe("malformed");
    expect(await why({ token: `ZZZZZZ${token.slice(6)}` })).toBe("other_site");
    expect(await why({ token: `${token.slice(0, 6)}${"A".repeat(43)}` })).toBe("unknown");
    expect(await why({ code: code.slice(0, -1) })).toBe("malformed");
    const [mark = "", next = ""] = code;
    const swapped = mark === next ? `${mark}-${code}` : `${next}${mark}${code.slice(2)}`;
    expect(await why({ code: swapped })).toBe("malformed");
  });

  test("and a browser without one is told that there is none", async () => {
    for (const browser of [null, "", "never given out"])
      expect(await findOpenSetup(browser, VISITOR, NOW)).toEqual({
        state: "closed",
        why: "none",
        link: null,
      });
  });
});

test("guessing codes from one address is slowed down, good ones are not counted", async () => {
  const visitor = { ip: "198.51.100.9", userAgent: null };
  const { code } = await make("Guessed");
  for (let time = 0; time < 12; time++) await lookAtLink({ code }, null, visitor, NOW);
  const guesses = async () => {
    for (let time = 0; time < 12; time++) await lookAtLink({ code: "0000-0000-0000" }, null, visitor, NOW);
  };
  await expect(guesses()).rejects.toMatchObject({ kind: "rate_limited" });
});

test("a step is written down once, with its time and its event", async () => {
  const made = await make("Steps");
  const setup = await findOpenSetup(await open({ token: made.token }), VISITOR, NOW);
  if (setup.state !== "open") throw new Error("It is open.");
  const later = new Date(NOW.getTime() + 60_000);
  await recordStep(setup.actor, "sign_in.provider", NOW);
  await Promise.all([1, 2, 3].map(() => recordStep(setup.actor, "sign_in.values", later)));
  const row = await asSystem("a test looks", (tx) =>
    tx.setupLink.findUniqueOrThrow({ where: { id: made.id } }),
  );
  expect(row.progress).toEqual({
    "sign_in.provider": NOW.toISOString(),
    "sign_in.values": later.toISOString(),
  });
  const steps = (await eventsAbout(made.id)).filter(({ action }) => action === "setup_link.step");
  expect(steps.map(({ detail, actorName }) => [detail, actorName])).toEqual([
    [{ step: "sign_in.provider" }, "Set-up link for Steps"],
    [{ step: "sign_in.values" }, "Set-up link for Steps"],
  ]);
  // A person's session is no link: it records nothing.
  await recordStep(owner, "sign_in.metadata", later);
  expect(await eventsAbout(owner.id)).toEqual([]);
});

test("a set-up that is finished closes its link, once, and what was done stays to be read", async () => {
  const made = await make("Done");
  const secret = await open({ token: made.token });
  const setup = await findOpenSetup(secret, VISITOR, NOW);
  if (setup.state !== "open") throw new Error("It is open.");
  await recordStep(setup.actor, "sign_in.provider", NOW);
  await Promise.all([1, 2].map(() => finishSetup(setup.actor, NOW)));
  expect(await findOpenSetup(secret, VISITOR, NOW)).toMatchObject({
    ...{ state: "closed", why: "finished" },
    link: { finishedAt: NOW, progress: { "sign_in.provider": NOW.toISOString() } },
  });
  // Nothing more is done through it, not even with the actor that a page still holds.
  await recordStep(setup.actor, "sign_in.values", NOW);
  const actions = (await eventsAbout(made.id)).map(({ action }) => action);
  expect(actions.slice(2)).toEqual(["setup_link.step", "setup_link.finish"]);
  await expect(revokeSetupLink(owner, { setupLinkId: made.id }, NOW)).rejects.toMatchObject({
    kind: "conflict",
  });
});

test("the list tells states apart, searches and filters", async () => {
  const { rows } = await list();
  const states = new Map(rows.map((row) => [row.organizationName, row.state]));
  expect(states.get("Contoso")).toBe("open");
  expect(states.get("Words")).toBe("waiting");
  expect(states.get("Revoked")).toBe("revoked");
  for (const state of ["waiting", "open", "revoked", "replaced", "expired", "finished"] as const) {
    const filters = { state: [state], environment: [], purpose: [] };
    const found = await list({ filters }, new Date(NOW.getTime() + 2 * DAY_MS));
    expect(
      found.rows.every((row) => row.state === state),
      state,
    ).toBe(true);
  }
  expect((await list({ search: "friday" })).rows.map((row) => row.organizationName)).toEqual(["Contoso"]);
  expect((await list({ search: "100%" })).total).toBe(0);
});

test("an environment at WorkOS has its links from there", async () => {
  const where = { id: environmentId };
  const set = (driver: "workos" | "offline") =>
    asSystem("a test changes a driver", (tx) => tx.environment.update({ where, data: { driver } }));
  await set("workos");
  await expect(make("Cloud")).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringContaining("WorkOS"),
  });
  await set("offline");
});

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Actor, actorOf, linkActor } from "#lib/access/actor.ts";
import { PURPOSES, type Purpose, purposesCan, ROLES, type Role, roleCan } from "#lib/access/permissions.ts";
import { PATIENCE } from "#lib/drivers/transport.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { newId } from "#lib/shared/ids.ts";
import { testDatabase } from "#tests/support/database.ts";
import { ANALYSIS } from "./analysis-rows.ts";
import { BOARD } from "./board-rows.ts";
import { BUNDLES } from "./bundle-rows.ts";
import { CHANGE_REQUESTS } from "./change-request-rows.ts";
import { CROSSINGS } from "./crossing-rows.ts";
import { DOCTOR } from "./doctor-rows.ts";
import { DOMAINS } from "./domain-rows.ts";
import { ENVIRONMENTS } from "./environment-rows.ts";
import { EXPORTS } from "./export-rows.ts";
import { DRIFT } from "./fleet-drift-rows.ts";
import { FLEET } from "./fleet-rows.ts";
import { GATEWAYS } from "./gateway-rows.ts";
import { PEOPLE } from "./people-rows.ts";
import { REVISIONS } from "./revision-rows.ts";
import type { People, Row, Rows } from "./rows.ts";
import { SETS } from "./set-rows.ts";
import { SETUP_LINKS } from "./setup-link-rows.ts";
import { aWorld, somePeople, type World } from "./world.ts";

/** Add the rows of a new room here; the first test fails until every query and command has one. */
const ROWS: Rows = {
  ...FLEET,
  ...ENVIRONMENTS,
  ...DOCTOR,
  ...DOMAINS,
  ...BOARD,
  ...BUNDLES,
  ...PEOPLE,
  ...SETUP_LINKS,
  ...EXPORTS,
  ...GATEWAYS,
  ...REVISIONS,
  ...ANALYSIS,
  ...SETS,
  ...CHANGE_REQUESTS,
  ...DRIFT,
  ...CROSSINGS,
};

let foreign: World & People;
/** For what must change nothing: refused calls, and those that reach for the foreign customer. */
let untouched: World & People;

beforeAll(async () => {
  // As many tries as ever, without the pauses between them: nothing in here ever answers.
  PATIENCE.sleep = async () => undefined;
  await testDatabase();
  foreign = await aFullWorld();
  untouched = await aFullWorld();
});
afterAll(closeDatabase);

test("every query and command has its row", () => {
  expect(Object.keys(ROWS).sort()).toEqual(exportedFunctions().sort());
});

describe.each(Object.entries(ROWS))("%s", (name, row: Row) => {
  const allowed = ROLES.filter((role) => row.needs === null || roleCan(role, row.needs));
  const refused = ROLES.filter((role) => !allowed.includes(role));

  if (refused.length > 0) {
    test("refuses the roles that lack the permission, whoever's things they are", async () => {
      for (const role of refused) {
        const actor = await somebody(role, untouched.customerId);
        for (const world of [untouched, foreign])
          expect.soft(await kindOf(row, actor, world), role).toBe("forbidden");
      }
    });
  }

  test("lets the roles in that hold it, to the things of their own customer", async () => {
    for (const role of allowed) {
      const own = name.includes("/queries.") ? untouched : await aFullWorld();
      const whole = row.foreign === "none" && row.needs !== null;
      const actor = await somebody(role, whole ? "all" : own.customerId);
      expect.soft(["forbidden", "not_found"], role).not.toContain(await kindOf(row, actor, own));
    }
  });

  test("lets a set-up link in for its purposes only, and to its own customer's things", async () => {
    const { needs } = row;
    const nothing = aLink(untouched.customerId, []);
    if (needs !== null) expect.soft(await kindOf(row, nothing, untouched), "no purpose").toBe("forbidden");
    const everything = aLink(untouched.customerId, PURPOSES);
    if (needs !== null && !purposesCan(PURPOSES, needs))
      for (const world of [untouched, foreign])
        expect.soft(await kindOf(row, everything, world), "every purpose").toBe("forbidden");
    else if (row.foreign === "not_found")
      expect.soft(await kindOf(row, everything, foreign)).toBe("not_found");
  });

  if (row.foreign === "not_found") {
    test("knows nothing of another customer's things", async () => {
      for (const role of allowed) {
        const actor = await somebody(role, untouched.customerId);
        expect.soft(await kindOf(row, actor, foreign), role).toBe("not_found");
      }
    });
  }

  if (row.foreign === "unseen") {
    test("answers with nothing of another customer's", async () => {
      for (const role of allowed) {
        const actor = await somebody(role, untouched.customerId);
        const answer = JSON.stringify(await row.call(actor, foreign));
        for (const id of Object.values(foreign)) expect.soft(answer, role).not.toContain(id);
      }
    });
  }
});

async function aFullWorld(): Promise<World & People> {
  return { ...(await aWorld()), ...(await somePeople()) };
}

/** A person of this role, who is really there and signed in, and sees this customer only. */
async function somebody(role: Role, customer: string): Promise<Actor> {
  const [id, sessionId] = [newId("per"), newId("ses")];
  const name = `The ${role}`;
  const all = customer === "all";
  const expiresAt = new Date(Date.now() + 3_600_000);
  await asSystem("a test prepares an actor", async (tx) => {
    const scopes = all ? {} : { scopes: { create: [{ customerId: customer }] } };
    const email = `${id.toLowerCase()}@example.com`;
    await tx.person.create({ data: { id, name, email, role, allCustomers: all, ...scopes } });
    const session = { id: sessionId, personId: id, tokenHash: fingerprint(sessionId), method: "password" };
    await tx.session.create({ data: { ...session, expiresAt } });
  });
  const customers = all ? ("all" as const) : [customer];
  return actorOf({ id, name, kind: "person", role, customers, sessionId, ip: "192.0.2.1" });
}

function aLink(customerId: string, purposes: readonly Purpose[]): Actor {
  return linkActor({ id: newId("slk"), name: "A set-up link", customerId, purposes, ip: "192.0.2.1" });
}

/** How a call was refused; null when it was not. What a lost line or a state in the way says is not a refusal. */
async function kindOf(row: Row, actor: Actor, world: World & People): Promise<unknown> {
  try {
    await row.call(actor, world);
    return null;
  } catch (error) {
    if (error instanceof Error && "kind" in error) return error.kind;
    throw error;
  }
}

/** `room/file.function` for each exported function of each queries.ts and commands.ts that an actor is passed to. */
function exportedFunctions(): string[] {
  const root = join(import.meta.dirname, "../..");
  return globSync("lib/**/{queries,commands}.ts", { cwd: root }).flatMap((path) => {
    const source = readFileSync(join(root, path), "utf8");
    const names = source.matchAll(/^export (?:async )?function (\w+)\(\s*actor: Actor/gm);
    return [...names].map(([, name]) => `${path.replace(/^lib\/|\.ts$/g, "")}.${name}`);
  });
}

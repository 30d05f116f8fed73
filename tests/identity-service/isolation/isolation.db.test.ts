import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { everyKindOfId, type Ids } from "#tests/support/every-kind-of-id.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";
import { type RegisteredRoute, registeredRoutes } from "#tests/support/registered-routes.ts";
import { type Answer, ask, type Caller, type Form, formsOf, neverLike, without } from "./asking.ts";
import { isWalled, KINDS, parametersOf } from "./kinds.ts";
import { FILLS, OWN_REFUSALS } from "./requests.ts";

let service: RunningIdentityService;
let admin: pg.Client;
let routes: RegisteredRoute[];
/** Whose things are asked for, and who asks. */
let theirs: Ids;
let them: Caller;
let ours: Ids;
let us: Caller;

beforeAll(async () => {
  const { identityUrl, adminUrl } = await testDatabase();
  // One instance: each looks up for itself what it may remember.
  service = await startIdentityService(identityUrl, { instances: 1 });
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const prepare = async (mark: string): Promise<[Ids, Caller]> => {
    const site = await prepareEnvironment(service);
    const ids = await everyKindOfId(service, site, { adminUrl, mark });
    const { body } = await service.manage("POST", "/management_tokens", {
      name: mark,
      environments: [site.id],
    });
    return [ids, { site, scimToken: ids.scim_token ?? "", managementToken: body.value ?? "" }];
  };
  [theirs, them] = await prepare("theirs");
  [ours, us] = await prepare("ours");
  routes = (await registeredRoutes(service.parts)).filter(({ method }) => method !== "OPTIONS");
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

test("a new parameter in an address has to be given a kind, of which everybody has one", () => {
  const walled = routes.filter(({ url }) => isWalled(url));
  const parameters = walled.flatMap(({ method, url }) =>
    parametersOf(url).map((parameter) => ({ route: `${method} ${url}`, ...parameter })),
  );
  expect(parameters.filter(({ kind }) => kind === undefined)).toEqual([]);
  expect(parameters.length).toBeGreaterThan(200);
  const used = new Set(formsOf(routes, ours).flatMap(({ kinds }) => kinds));
  expect([...used, ...Object.values(KINDS)].filter((kind) => ours[kind] === undefined)).toEqual([]);
  expect([...used].filter((kind) => ours[kind] === theirs[kind])).toEqual([]);
  const names = new Set(formsOf(routes, ours).map(({ name }) => name));
  expect(Object.keys({ ...FILLS, ...OWN_REFUSALS }).filter((name) => !names.has(name))).toEqual([]);
});

// Where something in the address that is not there is answered otherwise than with 404.
const NOT_FOUND_AS: Readonly<Record<string, number>> = {
  directory_key: 401,
  // No relay is set, whichever message is meant.
  "POST /sallyport/v1/environments/:env/messages/:id/send_again message": 409,
};
// That somebody came to its address with a token that is not good there is put on record, as is anybody's knock.
const KNOCKED_AT = "directory_failures";
// A name that whoever asks chooses: what is made under it is their own.
const CHOSEN = "POST /audit_logs/actions/:action/schemas";

interface Trial {
  answer: Answer;
  /** What was asked of the database: as long as it is the same, the time that it takes says nothing. No clock is asked here. */
  statements: string[];
}

test("what another environment has is answered as what never was, by every operation, and stays as it is", async () => {
  const statements = watchStatements();
  const before = await contentsOf(them.site.id);
  const trial = async (form: Form, kind: string, id: string): Promise<Trial> => {
    statements.splice(0);
    const answer = await ask(service, form, { ...ours, [kind]: id }, us);
    return { answer: without(answer, id), statements: statements.splice(0) };
  };
  let trials = 0;
  for (const form of formsOf(routes, ours).filter(({ name }) => name !== CHOSEN)) {
    const inAddress = new Set(parametersOf(form.route.url).map(({ kind }) => kind));
    for (const kind of form.kinds) {
      const id = theirs[kind] ?? "";
      const what = { name: form.name, kind };
      // Once before: what is looked up the first time and remembered is nobody's secret.
      await trial(form, kind, neverLike(id));
      const there = await trial(form, kind, id);
      expect({ ...what, ...there }).toEqual({ ...what, ...(await trial(form, kind, neverLike(id))) });
      const status = NOT_FOUND_AS[`${form.name} ${kind}`] ?? NOT_FOUND_AS[kind] ?? 404;
      if (inAddress.has(kind)) expect({ ...what, status: there.answer.status }).toEqual({ ...what, status });
      trials += 1;
    }
    const changed = form.route.method === "GET" ? [] : await changesSince(before);
    expect({ name: form.name, changed }).toEqual({ name: form.name, changed: [] });
  }
  expect(trials).toBeGreaterThan(350);
});

// The ids are real and the requests good, so that what is refused above is refused for whose it is.
test("the same requests are granted to whom the things belong", async () => {
  const forms = formsOf(routes, theirs).filter(
    ({ route, kinds }) => kinds.length > 0 && !ASKS_A_NAME_SERVER.test(route.url),
  );
  for (const form of forms.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const { status, text } = await ask(service, form, theirs, them);
    const expected = OWN_REFUSALS[form.name] ?? (status < 400 ? status : "a success");
    const what = { name: form.name, text: text.slice(0, 300) };
    expect({ ...what, status }).toEqual({ ...what, status: expected });
  }
});

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
// What holds others is removed behind them.
const REMOVED_LAST = [
  /^\/vault/,
  /\/environments\/:env\/\w+\/:/,
  /^\/(directories|connections|connect|webhook)/,
  /^\/user_management\/users\/:id$/,
  /^\/organizations\/:id$/,
  /\/environments\/:env$/,
];

function rankOf({ route: { method, url } }: Form): number {
  const rank = 1_000 * METHODS.indexOf(method);
  if (method !== "DELETE") return rank;
  return rank + 100 * (REMOVED_LAST.findIndex((pattern) => pattern.test(url)) + 1) - url.split("/").length;
}

const ASKS_A_NAME_SERVER = /\/organization_domains\/:id\/(verify|check)$/;

function watchStatements(): string[] {
  const seen: string[] = [];
  const { db } = service.parts;
  const { query, transaction } = db;
  db.query = (scope, statement, values) => {
    seen.push(statement.name);
    return query(scope, statement, values);
  };
  db.transaction = (scope, work) =>
    transaction(scope, (run) =>
      work((statement, values) => {
        seen.push(statement.name);
        return run(statement, values);
      }),
    );
  return seen;
}

type Contents = ReadonlyMap<string, string>;

/** One figure for all that an environment has in each table. */
async function contentsOf(environmentId: string): Promise<Contents> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'identity' AND table_type = 'BASE TABLE' AND column_name = 'environment_id'`,
  );
  const each = rows.map(
    ({ name }) =>
      `SELECT '${name}' AS name, md5(string_agg(t::text, ',' ORDER BY t::text)) AS figure
       FROM identity."${name}" AS t WHERE environment_id = $1`,
  );
  const figures = await admin.query(each.join(" UNION ALL "), [environmentId]);
  return new Map(figures.rows.map(({ name, figure }) => [name, figure]));
}

async function changesSince(before: Contents): Promise<string[]> {
  const now = await contentsOf(them.site.id);
  return [...now]
    .filter(([name, figure]) => name !== KNOCKED_AT && before.get(name) !== figure)
    .map(([name]) => name);
}

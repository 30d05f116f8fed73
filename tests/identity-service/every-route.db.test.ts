import { Agent, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { prepareDirectory, type TestDirectory } from "#tests/support/directories.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { registeredRoutes } from "#tests/support/registered-routes.ts";

type Route = [method: string, path: string];

let service: RunningIdentityService;
let here: TestEnvironment;
let directory: TestDirectory;
let routes: Route[];
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  directory = await prepareDirectory(service, here);
  const registered = await registeredRoutes(service.parts);
  const named = registered.map(({ method, url }) => `${method} ${url.replace(/:[^/]+/g, "*")}`);
  routes = [...new Set(named)].map((name) => name.split(" ") as Route);
});
afterAll(async () => {
  agent.destroy();
  await service.close();
});

interface Sent {
  body?: Buffer;
  type?: string;
  headers?: Record<string, string>;
  /** Says that the body is this long, and never sends it all. */
  announced?: number;
}
interface Answered {
  status: number;
  type: string;
  text: string;
}

/** As `fetch` would never send it. */
async function send(
  method: string,
  path: string,
  { body, type, headers = {}, announced }: Sent = {},
): Promise<Answered> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${service.url}${path}`, {
      method,
      agent: announced ? false : agent,
      headers: {
        authorization: `Bearer ${credentialFor(path)}`,
        ...(type === undefined ? {} : { "content-type": type }),
        ...(body ? { "content-length": announced ?? body.length } : {}),
        ...headers,
      },
    });
    asked.on("response", resolve).on("error", reject);
    if (announced) asked.write(body);
    else asked.end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  if (announced) answer.socket.destroy();
  return {
    status: answer.statusCode ?? 0,
    type: answer.headers["content-type"] ?? "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

function credentialFor(path: string): string {
  if (path.startsWith("/sallyport/")) return service.managementToken;
  return path.startsWith("/scim/") ? directory.token : here.apiKey;
}

/** The address with `text` for each id, beneath an environment or a directory that there is. */
function at(path: string, text: string): string {
  return path
    .replace("/environments/*", (found) =>
      path === `/sallyport/v1${found}` ? found : `/environments/${here.id}`,
    )
    .replace("/scim/v2.0/*", new URL(directory.scimUrl).pathname)
    .replaceAll("*", text);
}

/** The sentence in a refusal, in whichever of the wire's shapes it comes; nothing where it is in none. */
function saidIn({ type, text }: Answered): unknown {
  if (type.startsWith("text/html")) return text.includes("<h1") ? "a page" : null;
  const { message, error_description, error, detail } = JSON.parse(text);
  return message ?? error_description ?? detail ?? error;
}

function requireRefusal(what: object, answer: Answered, status: number): void {
  const { status: found } = answer;
  expect({ ...what, status: found, said: saidIn(answer) }).toEqual({
    ...what,
    status,
    said: expect.stringMatching(/./),
  });
}

// More than a bulk request of SCIM may have, which has the highest limit.
const OVERSIZE_BYTES = 20_000_000;
const JSON_TYPE = "application/json";
const deep = (levels: number) => Buffer.from(`{"name":${"[".repeat(levels)}${"]".repeat(levels)}}`);

test("what cannot be read is refused by every route that takes a body, in the wire's own shape", async () => {
  const taking = routes.filter(([method]) => ["POST", "PUT", "PATCH"].includes(method));
  expect(taking.length).toBeGreaterThan(120);
  for (const [method, path] of taking) {
    const address = at(path, "something");
    const what = { method, path };
    const none = Buffer.from("{}");
    const [malformed, invalid, xml, huge] = await Promise.all([
      send(method, address, { body: Buffer.from('{"name":'), type: JSON_TYPE }),
      send(method, address, {
        body: Buffer.from([0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
        type: JSON_TYPE,
      }),
      send(method, address, { body: Buffer.from("<name/>"), type: "application/xml" }),
      send(method, address, { body: none, type: JSON_TYPE, announced: OVERSIZE_BYTES }),
    ]);
    requireRefusal({ ...what, sent: "malformed" }, malformed, 400);
    requireRefusal({ ...what, sent: "invalid UTF-8" }, invalid, 400);
    requireRefusal({ ...what, sent: "xml" }, xml, 415);
    requireRefusal({ ...what, sent: "far too much" }, huge, 413);
  }
});

test("no route answers 5xx to a body of the wrong type, however deep, with or without an Idempotency-Key", async () => {
  for (const [method, path] of routes) {
    if (method === "GET" || method === "OPTIONS") continue;
    const address = at(path, "something");
    const bodies = ["[]", '"text"', "7", "null", "true", '{"__proto__":{"name":1}}', "[[[]]]", "", "{}"].map(
      (text) => Buffer.from(text),
    );
    const answers = await Promise.all(
      [...bodies, deep(50_000)].flatMap((body, index) => [
        send(method, address, { body, type: JSON_TYPE }),
        send(method, address, { body, type: JSON_TYPE, headers: { "idempotency-key": `wrong-${index}` } }),
      ]),
    );
    expect({ method, path, failed: answers.filter(({ status }) => status >= 500) }).toEqual({
      method,
      path,
      failed: [],
    });
  }
});

const NAUGHTY = [
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\u202ename",
  "'; DROP TABLE identity.users; --",
  "%_\\",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "x".repeat(10_000),
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  null,
  true,
  {},
  [],
  ["\u0000"],
  { "\u0000": "\ud800" },
] as const;

/** Fields that a refusal names as missing or wrong are tried next. */
function fieldsIn(text: string): string[] {
  const { errors } = text.startsWith("{") ? (JSON.parse(text) as { errors?: unknown }) : {};
  if (!Array.isArray(errors)) return [];
  return errors.flatMap(({ field }) => (typeof field === "string" && /^\w+$/.test(field) ? [field] : []));
}

const FIELDS = [
  "email",
  "name",
  "slug",
  "code",
  "token",
  "external_id",
  "metadata",
  "organization_id",
  "user_id",
];

test("no field of any body makes a route answer 5xx", async () => {
  for (const [method, path] of routes) {
    if (method === "GET" || method === "OPTIONS") continue;
    const address = at(path, "something");
    const fields = new Set(FIELDS);
    const bodyOf = (value: unknown) => {
      const body = JSON.stringify(Object.fromEntries([...fields].map((field) => [field, value])));
      return { body: Buffer.from(body), type: JSON_TYPE };
    };
    for (const field of fieldsIn(
      (await send(method, address, { body: Buffer.from("{}"), type: JSON_TYPE })).text,
    ))
      fields.add(field);
    const answers = await Promise.all(
      NAUGHTY.map(async (value) => ({ value, ...(await send(method, address, bodyOf(value))) })),
    );
    expect({ method, path, failed: answers.filter(({ status }) => status >= 500) }).toEqual({
      method,
      path,
      failed: [],
    });
  }
});

const PARAMETERS = [
  "search email organization_id user_id directory group idp_id domain domains connection connection_type state",
  "client_id redirect_uri events range_start range_end permission_slug resource_id nonce statuses filter",
  "parent_resource_id startIndex count sortBy code screen_hint login_hint provider token",
].flatMap((names) => names.split(" "));
const PAGES = ["limit", "order", "before", "after"];

/** All that narrows a list at once, and what pages it by itself: a wrong page is refused before anything else is looked at. */
function queriesOf(address: string, text: string): string[] {
  const all = PARAMETERS.map((name) => `${name}=${text}`).join("&");
  return [`${address}?${all}`, ...PAGES.map((name) => `${address}?${name}=${text}`)];
}

test("no text in an address or a query makes a route answer 5xx", async () => {
  const texts = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF",
    "..%2f..%2f",
    "%F0%9F%92%A9",
    "'--",
    "x".repeat(300),
    "-1",
    "1e308",
  ];
  for (const [method, path] of routes) {
    const places = texts.map((text) => at(path, text));
    const queries = method === "GET" ? texts.flatMap((text) => queriesOf(at(path, "something"), text)) : [];
    const answers = await Promise.all(
      [...places, ...queries].map(async (address) => ({
        address: address.slice(0, 200),
        status: (await send(method, address)).status,
      })),
    );
    const failed = answers.filter(({ status }) => status >= 500);
    expect({ method, path, failed }).toEqual({ method, path, failed: [] });
  }
});

test("brackets within text are no depth, however the text is quoted", async () => {
  const create = async (name: string) => {
    const body = Buffer.from(JSON.stringify({ name }));
    return (await send("POST", "/organizations", { body, type: JSON_TYPE })).status;
  };
  expect(await create(`"\\"${"[".repeat(240)}\\ 😀`)).toBe(201);
  const deepAfterText = Buffer.from(`{"name":"\\\\","metadata":${"[".repeat(201)}${"]".repeat(201)}}`);
  const answer = await send("POST", "/organizations", { body: deepAfterText, type: JSON_TYPE });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("nested too deep")]);
});

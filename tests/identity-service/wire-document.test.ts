import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { OPERATIONS } from "#lib/identity-service/wire/operations.ts";
import { violationsOf } from "#tests/support/wire-document/check.ts";
import { operationOf, wireDocument } from "#tests/support/wire-document/document.ts";
import { takeViolations, watchAnswers } from "#tests/support/wire-document/watch.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const ORGANIZATION = {
  object: "organization",
  id: "org_1",
  name: "Example",
  domains: [],
  metadata: {},
  external_id: null,
  created_at: "2026-01-15T12:00:00.000Z",
  updated_at: "2026-01-15T12:00:00.000Z",
};
const { external_id: _left, ...WITHOUT_EXTERNAL_ID } = ORGANIZATION;

function problems(method: string, url: string, status: number, body: unknown, type = JSON_TYPE): string[] {
  const operation = operationOf(method, url);
  if (!operation) throw new Error(`No such operation: ${method} ${url}`);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return violationsOf(operation, { status, type, text }).map(({ what }) => what);
}

test("the document's operations are the ones the service answers for", () => {
  const declared = Object.keys(wireDocument.operations).map((name) => name.replace(/\{[^}]+\}/g, "*"));
  const known = OPERATIONS.flatMap((line) => {
    const [path, ...methods] = line.split(" ");
    return methods.map((method) => `${method} ${path}`);
  });
  expect(declared.toSorted()).toEqual(known.toSorted());
});

test.each([
  ["GET", "/organizations/external_id/x", "GET /organizations/external_id/{external_id}"],
  ["GET", "/organizations/x?limit=1", "GET /organizations/{id}"],
  ["GET", "/user_management/invitations/by_token/x", "GET /user_management/invitations/by_token/{token}"],
  ["DELETE", "/connect/client_secrets/x/", "DELETE /connect/client_secrets/{id}"],
  ["GET", "/sallyport/v1/capabilities", undefined],
])("%s %s is the operation %s", (method, url, name) => {
  expect(operationOf(method, url)?.name).toBe(name);
});

test("an answer as the document declares it passes, with keys of its own too", () => {
  expect(problems("GET", "/organizations/org_1", 200, ORGANIZATION)).toEqual([]);
  expect(problems("GET", "/organizations/org_1", 200, { ...ORGANIZATION, more: 1 })).toEqual([]);
});

test.each<[what: string, status: number, body: unknown, expected: string]>([
  ["a key that is missing", 200, WITHOUT_EXTERNAL_ID, "/ must have required property 'external_id'"],
  ["null where there is none", 200, { ...ORGANIZATION, name: null }, "/name must be string"],
  [
    "another object",
    200,
    { ...ORGANIZATION, object: "org" },
    '/object must be equal to constant "organization"',
  ],
  [
    "a time that is none",
    200,
    { ...ORGANIZATION, created_at: "today" },
    '/created_at must match format "date-time"',
  ],
  ["a status of its own", 201, ORGANIZATION, "the status is not declared"],
  ["a failure", 500, { message: "Something went wrong." }, "the status is not declared"],
  ["no body", 200, "", "the body is not JSON"],
  [
    "a refusal without a sentence",
    404,
    { code: "entity_not_found" },
    "/ must have required property 'message'",
  ],
  [
    "a refusal that an SDK takes for OAuth's",
    400,
    { message: "Bad", error: "Bad Request" },
    "/error boolean schema is false",
  ],
])("refuses %s", (_what, status, body, expected) => {
  expect(problems("GET", "/organizations/org_1", status, body)).toEqual([expected]);
});

test("refuses JSON announced where there is no body, and a page where an SDK reads", () => {
  expect(problems("DELETE", "/organizations/org_1", 202, "")).toEqual([
    "JSON is announced and there is none",
  ]);
  expect(problems("DELETE", "/organizations/org_1", 202, "", "")).toEqual([]);
  expect(problems("GET", "/organizations/org_1", 404, "<h1>No</h1>", "text/html")).toEqual([
    "the body is not JSON",
  ]);
  expect(problems("GET", "/sso/authorize?client_id=x", 400, "<h1>No</h1>", "text/html")).toEqual([]);
});

test("each event of a list is held against the schema of its own name", () => {
  const event = { object: "event", id: "event_1", created_at: ORGANIZATION.created_at, context: {} };
  const list = (...data: object[]) => ({ object: "list", data, list_metadata: { after: null } });
  const created = { ...event, event: "organization.created", data: ORGANIZATION };
  expect(problems("GET", "/events", 200, list(created))).toEqual([]);
  expect(problems("GET", "/events", 200, list(created, { ...created, data: WITHOUT_EXTERNAL_ID }))).toEqual([
    "organization.created: /data must have required property 'external_id'",
  ]);
  expect(problems("GET", "/events", 200, list({ ...created, event: "organization.made" }))).toEqual([
    "an event of a name that is not declared",
  ]);
});

test("no violation tells a value", () => {
  const told = problems("GET", "/organizations/org_1", 200, {
    ...ORGANIZATION,
    name: { secret: "sk_live_1" },
    metadata: { secret: 7 },
  });
  expect(told).toEqual(["/name must be string", "/metadata/secret must be string"]);
});

test("a server that is watched is caught at once, however it sends its answer", async () => {
  const server = createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    const text = JSON.stringify(WITHOUT_EXTERNAL_ID);
    if (request.headers["x-parts"]) response.write(text.slice(0, 5));
    response.end(request.headers["x-parts"] ? text.slice(5) : text);
  });
  watchAnswers(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    for (const headers of [{}, { "x-parts": "yes" }] as Record<string, string>[]) {
      await (await fetch(`${url}/organizations/org_1`, { headers })).text();
      await (await fetch(`${url}/elsewhere`, { headers })).text();
      expect(takeViolations()).toEqual([
        {
          operation: "GET /organizations/{id}",
          status: 200,
          what: "/ must have required property 'external_id'",
        },
      ]);
    }
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

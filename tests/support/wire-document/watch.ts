import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type Database, EVERY_ENVIRONMENT, sql } from "#lib/identity-service/db.ts";
import { type EventRow, eventToWire } from "#lib/identity-service/events/event.ts";
import { problemsOfEvent, type Violation, violationsOf } from "./check.ts";
import { operationOf } from "./document.ts";

const found: Violation[] = [];

/** What has been answered otherwise than declared since this was last asked. */
export function takeViolations(): Violation[] {
  return found.splice(0);
}

/** Holds every answer that a server gives from now on against WorkOS's OpenAPI document. */
export function watchAnswers(server: Server): void {
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    const operation = operationOf(request.method ?? "", request.url ?? "");
    if (!operation) return;
    onceAnswered(response, (type, text) => {
      const violations = violationsOf(operation, { status: response.statusCode, type, text });
      found.push(...violations);
    });
  });
}

const NEWEST_OF_EACH_NAME = sql(
  "test_events_newest_of_each_name",
  `SELECT * FROM (
     SELECT *, row_number() OVER (PARTITION BY environment_id, name ORDER BY position DESC) AS nth FROM identity.events
   ) AS event WHERE nth <= 20`,
);

/** Holds the events that are on record against the document: most are never read by the test that caused them. */
export async function watchEvents(db: Database): Promise<void> {
  for (const row of await db.query<EventRow>(EVERY_ENVIRONMENT, NEWEST_OF_EACH_NAME, []))
    for (const what of problemsOfEvent(eventToWire(row)))
      found.push({ operation: "an event on record", status: 200, what });
}

type Headers = string | Record<string, unknown>;

/** Tells the body before its end is sent: whoever asked has no answer yet, so that the test which asked is still running. */
function onceAnswered(response: ServerResponse, told: (type: string, text: string) => void): void {
  const parts: Buffer[] = [];
  let type = "";
  const keep = (chunk: unknown) => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) parts.push(Buffer.from(chunk));
  };
  const { writeHead, write, end } = response;
  // Fastify gives its headers here, and none of them before.
  response.writeHead = ((...given: [number, ...Headers[]]) => {
    const headers = given.findLast((each) => typeof each === "object") ?? {};
    const [, named] = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type") ?? [];
    type = String(named ?? response.getHeader("content-type") ?? "");
    return writeHead.apply(response, given as Parameters<typeof writeHead>);
  }) as typeof writeHead;
  response.write = ((...given: Parameters<typeof write>) => {
    keep(given[0]);
    return write.apply(response, given);
  }) as typeof write;
  response.end = ((...given: Parameters<typeof end>) => {
    keep(given[0]);
    told(type, Buffer.concat(parts).toString("utf8"));
    return end.apply(response, given);
  }) as typeof end;
}

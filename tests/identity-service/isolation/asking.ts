import { randomInt, randomUUID } from "node:crypto";
import { newId } from "#lib/shared/ids.ts";
import type { Ids } from "#tests/support/every-kind-of-id.ts";
import type { RunningIdentityService, TestEnvironment } from "#tests/support/identity-service.ts";
import type { RegisteredRoute } from "#tests/support/registered-routes.ts";
import type { Fill } from "./fill.ts";
import { isWalled, parametersOf } from "./kinds.ts";
import { FILLS } from "./requests.ts";

/** Who asks: the credentials of one environment, one for each kind of address. */
export interface Caller {
  site: TestEnvironment;
  scimToken: string;
  /** Good for this environment and no other. */
  managementToken: string;
}

/** One way to fill a route's request in. */
export interface Form {
  name: string;
  route: RegisteredRoute;
  fill: Fill;
  /** The kinds of things that the request names, in its address and besides. */
  kinds: string[];
}

const withoutBody: Fill = () => ({});

/** Every way in which every route within the walls can name something. */
export function formsOf(routes: readonly RegisteredRoute[], ids: Ids): Form[] {
  return routes
    .filter(({ url }) => isWalled(url))
    .flatMap((route) => {
      const name = `${route.method} ${route.url}`;
      return (FILLS[name] ?? [withoutBody]).map((fill, at) => ({
        name: at === 0 ? name : `${name} #${at}`,
        route,
        fill,
        kinds: kindsIn(route, fill, ids),
      }));
    });
}

// What a request is filled in with that names no thing of anybody's.
const OWN = ["fresh", "caller_client", "caller_key"];

function kindsIn(route: RegisteredRoute, fill: Fill, ids: Ids): string[] {
  const seen = new Set(parametersOf(route.url).map(({ kind }) => kind ?? "unknown"));
  const watched = new Proxy(ids, {
    get(known, kind: string) {
      if (!OWN.includes(kind)) seen.add(kind);
      return known[kind];
    },
  });
  fill(watched);
  return [...seen];
}

export interface Answer {
  status: number;
  headers: Record<string, string | null>;
  text: string;
}

let asked = 0;

/** Sends a form that names the things in `ids`, with a caller's credentials. */
export async function ask(
  service: RunningIdentityService,
  { route: { method, url }, fill }: Form,
  ids: Ids,
  caller: Caller,
): Promise<Answer> {
  asked += 1;
  const { site } = caller;
  const { body, query = {} } = fill({
    ...ids,
    fresh: `fresh-${asked}`,
    caller_client: site.clientId,
    caller_key: site.apiKey,
  });
  let path = url;
  for (const { name, kind = "unknown" } of parametersOf(url))
    path = path.replace(`:${name}`, encodeURIComponent(ids[kind] ?? ""));
  const answer = await fetch(
    `${service.url}${path}?${new URLSearchParams(query as Record<string, string>)}`,
    {
      method,
      redirect: "manual",
      headers: {
        authorization: `Bearer ${credentialFor(url, caller)}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  );
  const told = ["content-type", "location", "retry-after", "www-authenticate", "etag"];
  return {
    status: answer.status,
    headers: Object.fromEntries(told.map((name) => [name, answer.headers.get(name)])),
    text: await answer.text(),
  };
}

function credentialFor(url: string, { site, scimToken, managementToken }: Caller): string {
  if (url.startsWith("/scim/")) return scimToken;
  return url.startsWith("/sallyport/") ? managementToken : site.apiKey;
}

/** An answer without what it repeats of the request. */
export function without(answer: Answer, id: string): Answer {
  const text = answer.text.replaceAll(id, "<id>").replaceAll(encodeURIComponent(id), "<id>");
  return { ...answer, text: text.replace(/fresh-\d+/g, "<fresh>") };
}

/** An id like another one, which nothing was ever called. */
export function neverLike(id: string): string {
  // With the same time in it: as a cursor it stands where the other one does.
  if (/^(\w+_)?[0-9A-HJKMNP-TV-Z]{26}$/.test(id)) return id.slice(0, -16) + newId("x").slice(-16);
  const text = Buffer.from(id, "base64").toString("utf8");
  // A wrapped key tells in base64 by which keys it was wrapped.
  if (UUID.test(text)) return Buffer.from(text.replace(UUIDS, () => randomUUID())).toString("base64");
  if (UUID.test(id)) return id.replace(UUIDS, () => randomUUID());
  return id
    .replace(/[a-z]/g, () => String.fromCharCode(97 + randomInt(26)))
    .replace(/\d/g, () => String(randomInt(10)));
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const UUIDS = new RegExp(UUID, "g");

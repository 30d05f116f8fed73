import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { redirectUriMatches } from "#lib/shared/redirect-uri-match.ts";
import { alone, EVERY_ENVIRONMENT, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { signedOutPage } from "../html/pages.ts";
import type { Service } from "../service.ts";
import { leave } from "../single-logout/begin.ts";
import { findIdpSession } from "../single-logout/store.ts";
import { sendTo } from "../sso/redirect.ts";
import { getUser } from "../users/store.ts";
import { refused } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { leaveBrowser } from "./in-browser.ts";
import { forget } from "./remembered.ts";
import { revokeSession } from "./revoke.ts";
import { type SessionRow, sessionToWire } from "./session.ts";
import { sessionsOf } from "./store.ts";

interface OfUser {
  Params: { id: string };
  Querystring: Params;
}

export function sessionRoutes(app: FastifyInstance, { db, clock }: Service): void {
  app.get<OfUser>("/user_management/users/:id/sessions", async ({ environmentId, params, query }) => {
    const user = await getUser(db, environmentId, params.id);
    const toWire = (row: SessionRow) => sessionToWire(row, clock());
    return await readList<SessionRow, unknown>(
      db,
      environmentId,
      sessionsOf(environmentId, user.id),
      readPage(query),
      toWire,
    );
  });
  app.post("/user_management/sessions/revoke", async ({ environmentId, body }, reply) => {
    const { session_id } = parse(z.object({ session_id: z.string() }), body);
    const ended = await db.transaction(
      environmentId,
      async (run) => await revokeSession(run, environmentId, session_id),
    );
    if (!ended) throw refused(400, `There is no active session '${session_id}'.`, "session_not_active");
    return reply.code(200).send();
  });
}

// Looked up across environments: a browser brings nothing but the session's id.
const FIND = sql(
  "session_sign_out_find",
  `SELECT row.id, row.environment_id, row.idp_session_id, row.remembered_id, environment.name, environment.client_id,
     environment.settings,
     ARRAY(SELECT uri FROM identity.redirect_uris WHERE environment_id = row.environment_id) AS redirect_uris
   FROM identity.sessions AS row JOIN identity.environments AS environment ON environment.id = row.environment_id
   WHERE row.id = $1`,
);
interface Found {
  environment_id: string;
  idp_session_id: string | null;
  remembered_id: string | null;
  name: string;
  client_id: string;
  settings: unknown;
  redirect_uris: string[];
}

/** GET /user_management/sessions/logout: ends the session and sends the browser back, to nowhere that is not registered. */
export function signOutPages(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.get<{ Querystring: Params }>(
    "/user_management/sessions/logout",
    { config: { page: true } },
    async (request, reply) => {
      const { query } = request;
      const [id, returnTo] = [one(query, "session_id"), one(query, "return_to")];
      if (!id) throw refused(422, "The address lacks the session_id.");
      const [found] = await db.query<Found>(EVERY_ENVIRONMENT, FIND, [id]);
      // Nobody's session says which addresses are good: then the browser stays here.
      if (!found) return signedOutPage(reply);
      await db.transaction(found.environment_id, async (run) => {
        await revokeSession(run, found.environment_id, id);
        // A session that was over already leaves a browser that is still known.
        if (found.remembered_id) await forget(run, found.environment_id, [found.remembered_id]);
      });
      const { environment_id: environmentId, client_id: clientId } = found;
      await leaveBrowser(service, request, reply, { environmentId, clientId, sessionId: id });
      const target = targetOf(found, returnTo);
      const there = await signOutThere(service, found, target, reply);
      if (there) return there;
      return target ? sendTo(reply, target) : signedOutPage(reply);
    },
  );
}

/** @throws WireError 422 for an address that nobody registered */
function targetOf({ settings, redirect_uris }: Found, returnTo: string | undefined): string | null {
  const { pages } = EnvironmentSettings.parse(settings);
  if (returnTo === undefined) return pages.home_url;
  const allowed = [...redirect_uris, ...pages.sign_out_urls, ...(pages.home_url ? [pages.home_url] : [])];
  if (!allowed.some((registered) => redirectUriMatches(registered, returnTo)))
    throw refused(422, "The address to return to is not registered for this application.");
  return returnTo;
}

/** Where the session came from an identity provider that can be told, it is: null where not. */
async function signOutThere(
  service: Service,
  { environment_id, idp_session_id }: Found,
  returnTo: string | null,
  reply: FastifyReply,
): Promise<FastifyReply | null> {
  if (!idp_session_id) return null;
  const run = alone(service.db, environment_id);
  const session = await findIdpSession(run, environment_id, idp_session_id);
  return session && (await leave(service, session, { returnTo, asked: false }, reply));
}

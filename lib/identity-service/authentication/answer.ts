import { alone } from "../db.ts";
import type { Service } from "../service.ts";
import type { SessionRow } from "../sessions/session.ts";
import { accessToken, standingOf } from "../sessions/tokens.ts";
import { getUser } from "../users/store.ts";
import { userToWire } from "../users/user.ts";
import type { Client } from "./client.ts";
import { methodOnTheWire } from "./proven.ts";

/** The answer of `/user_management/authenticate`. */
export async function answerWith(
  service: Service,
  client: Client,
  { session, refreshToken }: { session: SessionRow; refreshToken: string },
) {
  const { environmentId, clientId, issuer, settings } = client;
  const user = await getUser(service.db, environmentId, session.user_id);
  const standing = await standingOf(
    alone(service.db, environmentId),
    environmentId,
    user.id,
    session.organization_id,
  );
  const subject = { environmentId, clientId, issuer, settings, session, user, standing };
  return {
    user: userToWire(user),
    ...(session.organization_id === null ? {} : { organization_id: session.organization_id }),
    access_token: await accessToken(service, subject),
    refresh_token: refreshToken,
    authentication_method: methodOnTheWire(session.auth_method),
    ...(session.impersonator === null ? {} : { impersonator: session.impersonator }),
  };
}

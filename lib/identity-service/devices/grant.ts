import { SECOND_MS } from "#lib/shared/clock.ts";
import { answerWith } from "../authentication/answer.ts";
import type { Client } from "../authentication/client.ts";
import type { Form } from "../authentication/form.ts";
import type { Grant } from "../authentication/grants.ts";
import type { Run } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import type { SessionRow } from "../sessions/session.ts";
import { insertRefreshToken, insertSession } from "../sessions/store.ts";
import { oauthError, type WireError } from "../wire/errors.ts";
import { type DeviceRow, lockDevice, notePoll } from "./store.ts";

/** What a device asks with, again and again, until its person has decided (RFC 8628, section 3.4). */
export const deviceGrant: Grant = { open: true, carryOut: byDeviceCode };

type Tokens = { session: SessionRow; refreshToken: string };

async function byDeviceCode(service: Service, client: Client, form: Form) {
  const { environmentId } = client;
  const deviceHash = hashSecret(form.required("device_code"));
  const outcome = await service.db.transaction<Tokens | WireError>(environmentId, async (run) => {
    const now = service.clock();
    const row = await lockDevice(run, environmentId, deviceHash);
    if (!row || row.state === "used") return oauthError("invalid_grant", "The device code is not known.");
    if (row.state === "denied") return oauthError("access_denied", "The person denied the request.");
    if (row.expires_at <= now)
      return oauthError("expired_token", "The device code has expired. Ask for a new one.");
    if (row.state === "approved" && row.user_id !== null && row.method !== null)
      return await startSession(
        service,
        run,
        client,
        { ...row, user_id: row.user_id, method: row.method },
        deviceHash,
      );
    const hasty =
      row.last_polled_at !== null &&
      now.getTime() - row.last_polled_at.getTime() < row.interval_s * SECOND_MS;
    // RFC 8628, 3.5: whoever asks too often is told to wait five seconds longer, from now on.
    const intervalS = hasty ? row.interval_s + 5 : row.interval_s;
    await notePoll(run, environmentId, deviceHash, { at: now, intervalS, state: "pending" });
    return hasty
      ? oauthError("slow_down", `Wait ${intervalS} seconds between two requests.`)
      : oauthError("authorization_pending", "The person has not decided yet.");
  });
  // Thrown out here, so that what was noted of the poll stays.
  if (outcome instanceof Error) throw outcome;
  return await answerWith(service, client, outcome);
}

async function startSession(
  service: Service,
  run: Run,
  { environmentId, settings }: Client,
  row: DeviceRow & { user_id: string; method: string },
  deviceHash: string,
): Promise<Tokens> {
  await notePoll(run, environmentId, deviceHash, {
    at: service.clock(),
    intervalS: row.interval_s,
    state: "used",
  });
  const session = await insertSession(service, run, environmentId, settings, {
    userId: row.user_id,
    organizationId: row.organization_id,
    method: row.method,
    idpSessionId: row.idp_session_id,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    impersonator: null,
  });
  return { session, refreshToken: await insertRefreshToken(service, run, environmentId, settings, session) };
}

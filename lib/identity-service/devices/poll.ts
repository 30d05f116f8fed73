import { SECOND_MS } from "#lib/shared/clock.ts";
import type { Run } from "../db.ts";
import type { Service } from "../service.ts";
import { oauthError, type WireError } from "../wire/errors.ts";
import { type DeviceRow, lockDevice, notePoll } from "./store.ts";

/** A device whose person has approved. */
export type Approved = DeviceRow & { user_id: string; method: string };

/**
 * What has become of a device that asks again (RFC 8628, section 3.5), and uses it up where it was approved. A refusal is
 * returned: thrown within the transaction, it would take back what was noted of the poll.
 */
export async function pollDevice(
  { clock }: Pick<Service, "clock">,
  run: Run,
  environmentId: string,
  { deviceHash, applicationId }: { deviceHash: string; applicationId: string | null },
): Promise<Approved | WireError> {
  const now = clock();
  const row = await lockDevice(run, environmentId, deviceHash);
  if (!row || row.state === "used" || row.application_id !== applicationId)
    return oauthError("invalid_grant", "The device code is not known.");
  if (row.state === "denied") return oauthError("access_denied", "The person denied the request.");
  if (row.expires_at <= now)
    return oauthError("expired_token", "The device code has expired. Ask for a new one.");
  const note = (intervalS: number, state: DeviceRow["state"]) =>
    notePoll(run, environmentId, deviceHash, { at: now, intervalS, state });
  const { user_id, method } = row;
  if (row.state === "approved" && user_id !== null && method !== null) {
    await note(row.interval_s, "used");
    return { ...row, user_id, method };
  }
  const hasty =
    row.last_polled_at !== null && now.getTime() - row.last_polled_at.getTime() < row.interval_s * SECOND_MS;
  // Whoever asks too often is told to wait five seconds longer, from now on.
  const intervalS = hasty ? row.interval_s + 5 : row.interval_s;
  await note(intervalS, "pending");
  return hasty
    ? oauthError("slow_down", `Wait ${intervalS} seconds between two requests.`)
    : oauthError("authorization_pending", "The person has not decided yet.");
}

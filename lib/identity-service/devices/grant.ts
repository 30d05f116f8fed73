import { answerWith } from "../authentication/answer.ts";
import type { Client } from "../authentication/client.ts";
import type { Form } from "../authentication/form.ts";
import type { Grant } from "../authentication/grants.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { insertRefreshToken, insertSession } from "../sessions/store.ts";
import { pollDevice } from "./poll.ts";

/** What a device asks with, again and again, until its person has decided (RFC 8628, section 3.4). */
export const deviceGrant: Grant = { open: true, carryOut: byDeviceCode };

async function byDeviceCode(service: Service, client: Client, form: Form) {
  const { environmentId, settings } = client;
  const device = { deviceHash: hashSecret(form.required("device_code")), applicationId: null };
  const outcome = await service.db.transaction(environmentId, async (run) => {
    const row = await pollDevice(service, run, environmentId, device);
    if (row instanceof Error) return row;
    const session = await insertSession(service, run, environmentId, settings, {
      userId: row.user_id,
      organizationId: row.organization_id,
      method: row.method,
      idpSessionId: row.idp_session_id,
      ipAddress: row.ip_address,
      userAgent: row.user_agent,
      impersonator: null,
    });
    return {
      session,
      refreshToken: await insertRefreshToken(service, run, environmentId, settings, session),
    };
  });
  if (outcome instanceof Error) throw outcome;
  return await answerWith(service, client, outcome);
}

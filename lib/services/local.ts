import "server-only";
import { systemActor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { meetService } from "#lib/drivers/service.ts";
import { patientFetch } from "#lib/drivers/transport.ts";
import { asSystem } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { open, seal } from "#lib/platform/seal.ts";
import { newId } from "#lib/shared/ids.ts";

const NAME = "This installation";

/**
 * Registers the identity service that runs beside this console, the first time somebody needs one. Its token comes
 * from the supervisor that started both, so no person has to carry it. Does nothing where no token was given.
 */
export async function registerLocalService(): Promise<void> {
  const { identityUrl, identityManagementToken: token } = env();
  if (!token) return;
  const baseUrl = new URL(identityUrl).origin;
  const known = await asSystem("the local service is looked up", (tx) =>
    tx.identityService.findUnique({ where: { baseUrl }, select: { id: true, tokenSealed: true } }),
  );
  if (known && open(known.tokenSealed, tokenContext(known.id)) === token) return;
  const facts = await meetService(baseUrl, null, patientFetch("The local identity service"));
  await asSystem("the local service is registered", async (tx) => {
    const id = known?.id ?? newId("svc");
    const data = {
      tokenSealed: seal(token, tokenContext(id)),
      publicKey: facts.publicKey,
      version: facts.version,
      stateReason: "",
      lastHeardAt: new Date(),
    };
    const create = { id, name: NAME, baseUrl, ...data };
    await tx.identityService.upsert({ where: { baseUrl }, create, update: data, select: { id: true } });
    await recordAudit(tx, systemActor("set-up"), {
      action: "service.register",
      targetType: "service",
      targetId: id,
      targetName: NAME,
      detail: { baseUrl },
    });
  });
}

/** Where a service's management token is sealed to. */
export const tokenContext = (serviceId: string) => `service:${serviceId}:token`;

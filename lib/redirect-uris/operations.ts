import "server-only";
import { z } from "zod";
import { driverOf } from "#lib/environments/driver.ts";
import { goneIsGone } from "#lib/environments/operations.ts";
import { type OperationKinds, operationKind } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";

const Remote = z.object({ remoteId: z.string() });

/** What redirect URIs want done outside. */
export const redirectUriOperations: OperationKinds = {
  "redirect_uri.add": operationKind(
    z.object({ uri: z.string() }),
    async ({ id, targetId, environmentId, attempts }, { uri }) => {
      const driver = await driverOf(environmentId ?? "");
      // An earlier try may have added it where no Idempotency-Key is known; a second would be refused as a duplicate.
      const earlier =
        attempts > 1 ? (await driver.listRedirectUris()).find((added) => added.uri === uri) : undefined;
      const added = earlier ?? (await driver.addRedirectUri(uri, { key: id, again: attempts > 1 }));
      const data = { remoteId: added.id, isDefault: added.isDefault };
      return {
        settle: async (tx) => void (await tx.redirectUri.updateMany({ where: { id: targetId }, data })),
      };
    },
    async (tx, { targetId }) => {
      await tx.redirectUri.deleteMany({ where: { id: targetId, remoteId: null } });
    },
  ),

  "redirect_uri.choose_default": operationKind(Remote, async ({ targetId, environmentId }, { remoteId }) => {
    const { defaultRedirectUri } = await driverOf(environmentId ?? "");
    if (!defaultRedirectUri)
      throw new AppError("invalid", "Choose the default redirect URI in the WorkOS dashboard.");
    await defaultRedirectUri.choose(remoteId);
    return {
      async settle(tx) {
        const others = { environmentId: environmentId ?? "", id: { not: targetId } };
        await tx.redirectUri.updateMany({ where: others, data: { isDefault: false } });
        await tx.redirectUri.updateMany({ where: { id: targetId }, data: { isDefault: true } });
      },
    };
  }),

  "redirect_uri.remove": operationKind(Remote, async ({ targetId, environmentId }, { remoteId }) => {
    await (await driverOf(environmentId ?? "")).removeRedirectUri(remoteId).catch(goneIsGone);
    return { settle: async (tx) => void (await tx.redirectUri.deleteMany({ where: { id: targetId } })) };
  }),
};

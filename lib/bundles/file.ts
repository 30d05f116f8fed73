import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { mustSeeAll } from "./require.ts";

/** A bundle that was made here as the file that is carried. Who took it is on record. */
export function bundleFile(
  actor: Actor,
  id: string,
): Promise<{ name: string; body: Uint8Array<ArrayBuffer> }> {
  actor.must("bundle.download");
  mustSeeAll(actor);
  return inScope(actor, async (tx) => {
    const bundle = await tx.bundle.findUnique({
      where: { id },
      select: { file: true, bundleId: true, issuerName: true, serial: true },
    });
    if (!bundle?.file) throw new AppError("not_found", "There is no such bundle.");
    const { file, issuerName, serial, bundleId } = bundle;
    await recordAudit(tx, actor, {
      action: "bundle.download",
      ...{ targetType: "bundle", targetId: id, targetName: `${issuerName}, number ${serial}` },
      detail: { bundleId },
    });
    return { name: `sallyport-${serial}-${bundleId}.bundle`, body: file };
  });
}

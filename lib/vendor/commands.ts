import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { readVendor, VENDOR_KEY } from "./queries.ts";
import type { VendorInput } from "./schema.ts";

/** Says how the vendor shows itself to its customers' people. */
export async function changeVendor(actor: Actor, input: VendorInput): Promise<void> {
  actor.must("settings.change");
  await inScope(actor, async (tx) => {
    const before = await readVendor(tx);
    const create = { key: VENDOR_KEY, value: input };
    const where = { key: VENDOR_KEY };
    await tx.setting.upsert({ where, create, update: { value: input }, select: { key: true } });
    const target = { targetType: "setting", targetId: VENDOR_KEY, targetName: "Vendor" };
    await recordAudit(tx, actor, { action: "settings.change", ...target, before, after: input });
  });
}

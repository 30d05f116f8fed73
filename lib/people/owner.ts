import "server-only";
import { systemActor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { hashPassword, requireGoodPassword } from "#lib/auth/password.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { createLink, revokeLinks } from "./links.ts";
import { CreateOwnerInput } from "./schema.ts";

/**
 * The link with which the first owner sets up this console, or null when there is an owner. Each start makes a new one
 * and the former stops working: whoever reads an old terminal finds nothing of use.
 */
export function ensureSetUpLink(now = systemClock()): Promise<{ url: string; expiresAt: Date } | null> {
  return asSystem("nobody is here yet", async (tx) => {
    if (await hasOwner(tx)) return null;
    await revokeLinks(tx, { purpose: "set_up" }, now);
    const link = { purpose: "set_up", email: null, role: "owner", allCustomers: true } as const;
    const { url, expiresAt } = await createLink(tx, { ...link, customerIds: [], invitedById: null }, now);
    return { url, expiresAt };
  });
}

/**
 * Creates an owner from the command line, where the right to do it is access to the machine itself.
 * @throws AppError when the facts are not good enough, or the e-mail address is taken.
 */
export async function createOwner(facts: CreateOwnerInput, now = systemClock()): Promise<{ id: string }> {
  const parsed = CreateOwnerInput.safeParse(facts);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError("invalid", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { email, name, password } = parsed.data;
  requireGoodPassword(password, { email, name });
  const passwordHash = await hashPassword(password);
  return await asSystem("the command line of this machine", async (tx) => {
    if ((await tx.person.count({ where: { email } })) > 0)
      throw new AppError("conflict", `Somebody with the e-mail address ${email} is here already.`);
    const id = newId("per");
    const data = {
      id,
      email,
      name,
      role: "owner",
      allCustomers: true,
      passwordHash,
      passwordSetAt: now,
    } as const;
    await tx.person.create({ data, select: { id: true } });
    await revokeLinks(tx, { purpose: "set_up" }, now);
    const target = { targetType: "person", targetId: id, targetName: email };
    const after = { role: "owner", allCustomers: true };
    await recordAudit(tx, systemActor("command line"), { action: "person.invite", ...target, after });
    return { id };
  });
}

/** Suspended owners count: who shut the last one out on purpose must not be let back in by a fresh link. */
export async function hasOwner(tx: Tx): Promise<boolean> {
  return (await tx.person.count({ where: { role: "owner" } })) > 0;
}

import { hashPassword } from "#lib/auth/password.ts";
import { createOwner } from "#lib/people/owner.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { randomSecret, seal } from "#lib/platform/seal.ts";
import { drawFleet } from "./demo/fleet.ts";
import { writeRows } from "./demo/write.ts";

const OWNER = { email: "owner@demo.example", name: "Demo owner" };

// Run in the console's name by `sallyport demo`: fills an empty database with a made-up fleet, and prints the e-mail
// address and password to sign in with. The password is new at every start, so that no demo has one to be guessed.
if (!env().demo) throw new Error("Made-up rows go into a demo database only: run `npm run demo`.");
try {
  await plantFleet();
  const password = randomSecret().slice(0, 20);
  await giveOwner(password);
  console.log(JSON.stringify({ email: OWNER.email, password }));
} finally {
  await closeDatabase();
}

async function plantFleet(): Promise<void> {
  const planted = await asSystem("is the demo database still empty?", (tx) => tx.customer.count());
  if (planted > 0) return;
  const fleet = drawFleet({ customers: 60, deployments: 200, now: new Date(), seal });
  await writeRows(env().databaseUrl, fleet);
}

async function giveOwner(password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  const changed = await asSystem("the demo's owner gets the password of this start", async (tx) => {
    await tx.session.deleteMany({ where: { person: { email: OWNER.email } } });
    return await tx.person.updateMany({
      where: { email: OWNER.email },
      data: { passwordHash, status: "active" },
    });
  });
  if (changed.count === 0) await createOwner({ ...OWNER, password });
}

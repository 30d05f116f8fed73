import { hashPassword } from "#lib/auth/password.ts";
import { configurationOf } from "#lib/gateways/configuration.ts";
import { createOwner } from "#lib/people/owner.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { randomSecret, seal } from "#lib/platform/seal.ts";
import { deliveriesOf, writeDeliveries } from "./demo/deliveries.ts";
import { drawFleet } from "./demo/fleet.ts";
import { goOnCrossing } from "./demo/go-on.ts";
import { tryOnThePast } from "./demo/past.ts";
import { writeRows } from "./demo/write.ts";

const OWNER = { email: "owner@demo.example", name: "Demo owner" };

// Run in the console's name by `sallyport demo`: fills an empty database with a made-up fleet, and prints the e-mail
// address and password to sign in with. The password is new at every start, so that no demo has one to be guessed.
if (!env().demo) throw new Error("Made-up rows go into a demo database only: run `npm run demo`.");
try {
  await plantFleet();
  await tellGateways();
  const password = randomSecret().slice(0, 20);
  await giveOwner(password);
  console.log(JSON.stringify({ email: OWNER.email, password }));
} finally {
  await closeDatabase();
}

async function plantFleet(): Promise<void> {
  const planted = await asSystem("is the demo database still empty?", (tx) => tx.customer.count());
  if (planted > 0) {
    await bringUpToNow();
    await goOnCrossing(env().databaseUrl, new Date());
    return;
  }
  const now = new Date();
  const fleet = drawFleet({ customers: 60, deployments: 200, now, seal });
  await writeRows(env().databaseUrl, fleet);
  await tryOnThePast(new Date());
  // biome-ignore lint/style/noProcessEnv: the console itself never has it
  const gatewayUrl = process.env.SALLYPORT_GATEWAY_DATABASE_URL;
  if (!gatewayUrl) return;
  const beside = deliveriesOf(fleet, now);
  const storeId = await writeDeliveries(gatewayUrl, beside);
  await asSystem("some gateways of the demo run beside its console", (tx) =>
    tx.gatewayProcess.updateMany({
      where: { gatewayId: { in: beside.map(({ gatewayId }) => gatewayId) } },
      data: { storeId },
    }),
  );
}

/** Nothing reports to a demo: without this, every site of yesterday's would have gone silent overnight. */
async function bringUpToNow(): Promise<void> {
  await asSystem("the demo's sites have been heard of just now", async (tx) => {
    const last = await tx.environment.aggregate({ _max: { lastCheckedAt: true } });
    const since = Date.now() - (last._max.lastCheckedAt?.getTime() ?? Date.now());
    const later = Prisma.sql`make_interval(secs => ${Math.max(0, since / 1_000)})`;
    await tx.$executeRaw`UPDATE console.environments SET last_checked_at = last_checked_at + ${later}`;
    await tx.$executeRaw`UPDATE console.invitations SET expires_at = expires_at + ${later}`;
    await tx.$executeRaw`UPDATE console.deployments SET last_heard_at = last_heard_at + ${later}`;
    await tx.$executeRaw`
      UPDATE console.connections SET synced_at = synced_at + ${later}, last_sign_in_at = last_sign_in_at + ${later}`;
    await tx.$executeRaw`UPDATE console.gateway_processes SET heard_at = heard_at + ${later}`;
    await tx.$executeRaw`UPDATE console.gateways SET last_asked_at = last_asked_at + ${later}`;
    await tx.$executeRaw`
      UPDATE console.directories SET synced_at = synced_at + ${later}, last_sync_at = last_sync_at + ${later}`;
  });
}

/** Every gateway of the demo that is heard has what is wanted of it, but for those that refuse it. */
async function tellGateways(): Promise<void> {
  const gateways = await asSystem("the demo's gateways", (tx) =>
    tx.gateway.findMany({ select: { id: true } }),
  );
  for (const { id } of gateways)
    await asSystem("a gateway of the demo takes over what it is told", async (tx) => {
      const { digest, allowlist } = await configurationOf(tx, id, new Date());
      const data = { configurationDigest: digest, allowlistDigest: allowlist };
      await tx.gatewayProcess.updateMany({ where: { gatewayId: id, problem: null }, data });
    });
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

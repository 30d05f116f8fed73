import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Sealer } from "#lib/shared/sealing.ts";
import { publicKeyText } from "#lib/shared/signing.ts";
import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";

/** The key that signs what is carried from here. It is made when it is first asked for, and leaves the database sealed only. */
export async function carriedKey(
  pool: Pool,
  sealer: Sealer,
  { deploymentId, customerId }: Side,
): Promise<{ key: KeyObject; publicKey: string }> {
  const context = `boundary:relay_key:${deploymentId}`;
  const made = generateKeyPairSync("ed25519").privateKey;
  const pem = made.export({ type: "pkcs8", format: "pem" }) as string;
  // Of two that make one at once the first counts, for both.
  await pool.query(
    `INSERT INTO boundary.relay_keys (deployment_id, customer_id, public_key, sealed) VALUES ($1, $2, $3, $4)
     ON CONFLICT (deployment_id) DO NOTHING`,
    [deploymentId, customerId, publicKeyText(made), sealer.seal(pem, context)],
  );
  const { rows } = await pool.query<{ sealed: string; public_key: string }>(
    "SELECT sealed, public_key FROM boundary.relay_keys WHERE deployment_id = $1",
    [deploymentId],
  );
  const key = createPrivateKey(sealer.open(rows[0]?.sealed ?? "", context));
  return { key, publicKey: publicKeyText(key) };
}

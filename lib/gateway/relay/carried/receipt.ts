import {
  CarriedReceipt,
  CarriedRefused,
  signCarried,
  verifyCarried,
} from "#lib/shared/gateway/carried-file.ts";
import type { Sealer } from "#lib/shared/sealing.ts";
import { canonicalJson } from "#lib/shared/signing.ts";
import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";
import { carriedKey } from "./key.ts";

/** What can be carried back by hand: up to where everything of a file's environment is here. */
export async function receiptFor(
  { pool, sealer, side, now }: { pool: Pool; sealer: Sealer; side: Side; now: Date },
  { environment_id, store_id }: { environment_id: string; store_id: string },
): Promise<string> {
  const { rows } = await pool.query<{ through: string }>(
    `SELECT through FROM boundary.relay_carried
     WHERE deployment_id = $1 AND environment_id = $2 AND side = 'import' AND store_id = $3`,
    [side.deploymentId, environment_id, store_id],
  );
  const { key, publicKey } = await carriedKey(pool, sealer, side);
  const receipt: CarriedReceipt = {
    format: "sallyport-relay-receipt/v1",
    deployment_id: side.deploymentId,
    environment_id,
    store_id,
    through: rows[0]?.through ?? "0",
    made_at: now.toISOString(),
    public_key: publicKey,
  };
  return `${Buffer.from(canonicalJson(receipt)).toString("base64url")}.${signCarried(receipt, key)}`;
}

/**
 * Notes what the other side says it has. An older receipt than one before changes nothing.
 * @throws CarriedRefused
 */
export async function takeReceipt(
  pool: Pool,
  side: Side,
  text: string,
  trusted: readonly string[],
): Promise<CarriedReceipt> {
  const [line = "", signature = ""] = text.trim().split(".");
  const receipt = verifyCarried(
    CarriedReceipt,
    Buffer.from(line, "base64url").toString("utf8"),
    signature,
    trusted,
  );
  if (receipt.deployment_id !== side.deploymentId)
    throw new CarriedRefused("It is another deployment's receipt.");
  const { rowCount } = await pool.query(
    `UPDATE boundary.relay_carried SET other_through = greatest(other_through, $4)
     WHERE deployment_id = $1 AND environment_id = $2 AND side = 'export' AND store_id = $3 AND through >= $4`,
    [side.deploymentId, receipt.environment_id, receipt.store_id, receipt.through],
  );
  if (rowCount === 0) throw new CarriedRefused("It names events that were never exported from here.");
  return receipt;
}

import { EVERY_ENVIRONMENT, hotSql } from "../db.ts";
import type { Service } from "../service.ts";

const FIND = hotSql("client_find", "SELECT id FROM identity.environments WHERE client_id = $1");

/** Which environment a client id belongs to is settled when it is made, so it may be remembered. */
const known = new Map<string, string>();

export async function environmentOf({ db }: Service, clientId: string): Promise<string | null> {
  const remembered = known.get(clientId);
  if (remembered) return remembered;
  const [row] = await db.query<{ id: string }>(EVERY_ENVIRONMENT, FIND, [clientId]);
  if (!row) return null;
  if (known.size > 10_000) known.clear();
  known.set(clientId, row.id);
  return row.id;
}

/** The environment is gone: should its client id come back, it is another's. */
export function forgetClient(clientId: string): void {
  known.delete(clientId);
}

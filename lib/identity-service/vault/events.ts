import type { Run } from "../db.ts";
import { type Author, describeActor } from "../events/actor.ts";
import { recordEvent } from "../events/record.ts";

/** Who uses the vault: events and objects name them. */
export interface VaultAuthor extends Author {
  name: string;
  clientId: string;
}

/** Looks the caller up once, for all that one request does. */
export async function vaultAuthor(run: Run, author: Author): Promise<VaultAuthor> {
  const { actor, client_id } = await describeActor(run, author);
  return { ...author, name: actor.name ?? actor.id, clientId: client_id };
}

/** Every use of the vault is on record, reading too; what was read or written never is. */
export async function tellOfVault(
  run: Run,
  author: VaultAuthor,
  what: string,
  about: Record<string, unknown>,
  organizationId: string | null,
): Promise<void> {
  const { environmentId, callerId, source, name, clientId } = author;
  await recordEvent(run, environmentId, {
    event: `vault.${what}`,
    data: { actor_id: callerId, actor_source: source, actor_name: name, ...about },
    organizationId,
    context: { client_id: clientId, actor: { id: callerId, source, name } },
  });
}

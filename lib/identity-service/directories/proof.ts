import type { Value } from "../db.ts";

/**
 * That a token was good for a directory a moment ago. What is done on the strength of it asks again in its own statement,
 * which spares a statement before it: whichever instance revoked the token or changed the directory meanwhile, nothing is
 * read or written on old knowledge.
 */
export interface Proof {
  tokenHash: string;
  directoryId: string;
  /** When the directory was last changed, as far as we know. */
  since: Date;
}

/** Thrown where a proof does not hold any more: look the caller up anew. */
export class ProofLost extends Error {
  override name = "ProofLost";
}

/** The condition that a proof still holds; its values are three parameters from `first` on. */
export function proofHolds(first: number): string {
  return `EXISTS (SELECT FROM identity.directory_tokens AS t JOIN identity.directories AS d ON d.id = t.directory_id
    WHERE t.value_hash = $${first} AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
      AND d.id = $${first + 1} AND d.updated_at = $${first + 2})`;
}

export function proofValues({ tokenHash, directoryId, since }: Proof): Value[] {
  return [tokenHash, directoryId, since];
}

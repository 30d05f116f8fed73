import type { Actor } from "#lib/access/actor.ts";
import type { Action } from "#lib/access/permissions.ts";
import type { World } from "./world.ts";

export interface People {
  personId: string;
  sessionId: string;
  invitationId: string;
  providerId: string;
}

/** One exported query or command, and how to ask it for the things of a customer. */
export interface Row {
  /** What a role must hold to be let in; null: everybody may, about themselves. */
  needs: Action | null;
  /**
   * What asking for another customer's things leads to. `not_found`: there is no such thing. `unseen`: an answer in
   * which nothing of theirs occurs. `none`: it is about no customer.
   */
  foreign: "not_found" | "unseen" | "none";
  call: (actor: Actor, world: World & People) => unknown;
}

export type Rows = Record<string, Row>;

export const row = (needs: Row["needs"], foreign: Row["foreign"], call: Row["call"]): Row => ({
  needs,
  foreign,
  call,
});

import type { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";

/**
 * What each kind of environment lets the console do, and why not where it does not. Screens show the sentence in
 * place of the button, so that nobody presses one that does nothing.
 */
export type Ability =
  | "create_connections"
  | "test_connections"
  | "revise_connections"
  | "create_directories"
  | "map_directory_roles"
  | "create_keys"
  | "read_messages"
  | "see_domain_looks"
  | "verify_domains_by_hand"
  | "watch_sign_ins"
  | "read_tickets"
  | "choose_default_redirect_uri";

export const CANNOT = {
  offline: {},
  workos: {
    create_connections:
      "WorkOS makes connections in its Admin Portal, not by API. Send the customer's IT a set-up link instead.",
    test_connections: "WorkOS tests connections in its Admin Portal and dashboard.",
    revise_connections:
      "WorkOS keeps no drafts of connections: what is changed there counts at once, and is not recorded here.",
    create_directories:
      "WorkOS makes directories in its Admin Portal, not by API. Send the customer's IT a set-up link instead.",
    map_directory_roles:
      "WorkOS keeps the people and groups of this directory, and which groups give which roles: see its dashboard.",
    create_keys:
      "Create and revoke keys of this environment in the WorkOS dashboard, then replace the console's key here.",
    read_messages:
      "WorkOS sends the messages of this environment itself, from its own mail servers. Nothing waits here for an operator.",
    see_domain_looks:
      "WorkOS looks for the record with name servers of its own, and does not tell what it found there.",
    verify_domains_by_hand:
      "Verify domains of this environment by hand in the WorkOS dashboard, on the page of their organization.",
    watch_sign_ins: "WorkOS counts sign-ins in its dashboard; its API does not tell how many failed.",
    read_tickets: "Links to the portal of this environment lead to WorkOS's own portal.",
    choose_default_redirect_uri: "Choose the default redirect URI in the WorkOS dashboard.",
  },
} as const satisfies Record<"workos" | "offline", Partial<Record<Ability, string>>>;

/** The refusal of whoever asks for it all the same. */
export function elsewhere(why: string | null): AppError {
  return declined("invalid", "at_workos", { why: why ?? "" });
}

/** The sentence that says why not; null when it can. */
export function whyNot(driver: keyof typeof CANNOT, ability: Ability): string | null {
  const reasons: Partial<Record<Ability, string>> = CANNOT[driver];
  return reasons[ability] ?? null;
}

import { LdapFailure } from "./failure.ts";
import { isElsewhere } from "./session.ts";
import type { LdapCheckId } from "./trace.ts";

/** Why somebody was not signed in with their password of the directory. */
export class LdapRefusal extends Error {
  override name = "LdapRefusal";
  readonly check: LdapCheckId;
  /**
   * `wrong`: for the person it is a wrong name or password, whatever is behind it. `account`: the password was right, so they
   * may read why it is not enough. `failed`: nothing the person can do anything about.
   */
  readonly kind: "wrong" | "account" | "failed";

  /** @param message for an administrator; where `kind` is `account`, for the person too. */
  constructor(check: LdapCheckId, kind: LdapRefusal["kind"], message: string) {
    super(message);
    this.check = check;
    this.kind = kind;
  }
}

/** What a server refuses meanwhile is said of this check; where another server may do it, it is left to that one. */
export async function during<Done>(check: LdapCheckId, work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LdapFailure) || isElsewhere(error)) throw error;
    throw new LdapRefusal(check, "failed", error.message);
  }
}

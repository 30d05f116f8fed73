/** What kind of trouble a directory made, for who decides what follows from it. */
export type LdapTrouble =
  /** Nobody answered, or not in time: another server may. */
  | "unreachable"
  /** The connection could not be encrypted, or its certificate is not to be trusted. */
  | "untrusted"
  /** The name or the password was not accepted. */
  | "credentials"
  /** The directory answered, and refused what it was asked. */
  | "refused";

/** A failure in a sentence for an administrator. It never holds a password. */
export class LdapFailure extends Error {
  override name = "LdapFailure";
  readonly trouble: LdapTrouble;
  /** The result code of the answer (RFC 4511, 4.1.9), where there was one. */
  readonly code: number | null;
  /** What the server said in its own words: Active Directory puts there why a password was refused. */
  readonly diagnostic: string;
  /** Node's own word for what happened on the way, where it had one: ECONNREFUSED, CERT_HAS_EXPIRED. */
  readonly causeCode: string;

  constructor(
    trouble: LdapTrouble,
    message: string,
    answer: { code?: number | null; diagnostic?: string; causeCode?: string } = {},
  ) {
    super(message);
    this.trouble = trouble;
    this.code = answer.code ?? null;
    this.diagnostic = answer.diagnostic ?? "";
    this.causeCode = answer.causeCode ?? "";
  }
}

// RFC 4511, appendix A: those that an administrator can do something about.
const RESULTS: Readonly<Record<number, string>> = {
  1: "it could not do that before a sign-in; name a service account",
  2: "it does not understand the request",
  3: "it ran out of time",
  4: "it gives out no more entries: raise its size limit, or make the page smaller",
  7: "it does not accept passwords",
  8: "it asks for stronger authentication; use ldaps:// or StartTLS",
  10: "it referred to another server, which is not followed; name that server itself",
  11: "a limit of its own was exceeded",
  12: "it does not support what was asked for",
  13: "it wants the connection encrypted; use ldaps:// or StartTLS",
  16: "there is no such attribute",
  17: "it does not know one of the attributes",
  18: "it cannot compare one of the attributes in this way",
  32: "there is no such entry; the base DN is wrong, or the account may not see it",
  34: "a distinguished name is not well-formed",
  48: "it does not accept a password from this account",
  49: "it did not accept the name or the password",
  50: "the account may not do that; give it the right to read",
  51: "it is too busy",
  52: "it is not available",
  53: "it is unwilling to do that",
  80: "something went wrong inside it",
};

/** Why the server did not do something, as the end of a sentence. */
export function reasonOf(code: number): string {
  return RESULTS[code] ?? `it answered with the result code ${code}`;
}

const CREDENTIALS = 49;
// Busy, unavailable: what one server cannot do now, the next one may.
const ELSEWHERE = new Set([51, 52]);

export function refusalByCode(server: string, code: number, diagnostic: string): LdapFailure {
  const trouble = code === CREDENTIALS ? "credentials" : ELSEWHERE.has(code) ? "unreachable" : "refused";
  const said = code === CREDENTIALS || diagnostic === "" ? "" : ` It said: ${diagnostic.slice(0, 200)}`;
  return new LdapFailure(trouble, `${server} refused: ${reasonOf(code)}.${said}`, { code, diagnostic });
}

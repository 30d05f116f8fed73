/** What went wrong, in the few kinds the product tells apart. Each maps to one HTTP status. */
export type ErrorKind = keyof typeof STATUS;

const STATUS = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  upstream: 502,
  unavailable: 503,
} as const;

/** A sentence by its code, for whoever reads another language. Plain data: it can be kept and sent. */
export interface Said {
  code: string;
  facts: Readonly<Record<string, string | number>>;
}

/**
 * A failure we foresaw. `message` is a sentence a person may read: it says what happened and what to do, and holds
 * no secret. `fields` puts sentences beside the form fields they are about. Anything else thrown is a bug.
 */
export class AppError extends Error {
  override name = "AppError";
  readonly kind: ErrorKind;
  readonly fields: Readonly<Record<string, string>>;
  /** What the message says, for other languages: see `refusals.ts`. Null where only people read it who read English. */
  readonly said: Said | null;

  constructor(
    kind: ErrorKind,
    message: string,
    fields: Record<string, string> = {},
    { said = null, ...options }: ErrorOptions & { said?: Said | null } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.fields = fields;
    this.said = said;
  }

  get status(): number {
    return STATUS[this.kind];
  }
}

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

/**
 * A failure we foresaw. `message` is a sentence a person may read: it says what happened and what to do, and holds
 * no secret. `fields` puts sentences beside the form fields they are about. Anything else thrown is a bug.
 */
export class AppError extends Error {
  override name = "AppError";
  readonly kind: ErrorKind;
  readonly fields: Readonly<Record<string, string>>;

  constructor(kind: ErrorKind, message: string, fields: Record<string, string> = {}, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.fields = fields;
  }

  get status(): number {
    return STATUS[this.kind];
  }
}

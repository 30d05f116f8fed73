/** A refusal in one of the shapes that SDKs know. Thrown anywhere, sent as it is. */
export class WireError extends Error {
  override name = "WireError";
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(String(body.message ?? body.error_description ?? body.error ?? status));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** One thing wrong with a request body. */
export interface FieldError {
  field: string;
  code: string;
  message?: string;
}

/** `{"message":"Organization not found: 'org_…'.",…}` */
export function notFound(entity: string, id: string): WireError {
  return new WireError(404, {
    message: `${entity} not found: '${id}'.`,
    code: "entity_not_found",
    entity_id: id,
  });
}

export function invalid(errors: FieldError[], message = "Validation failed."): WireError {
  return new WireError(422, { message, code: "invalid_request_parameters", errors });
}

export function refused(status: 400 | 403 | 409 | 422, message: string, code?: string): WireError {
  return new WireError(status, code === undefined ? { message } : { message, code });
}

export function unauthorized(): WireError {
  return new WireError(401, { message: "Unauthorized" });
}

/** The shape of RFC 6749, which `/sso/token` and its neighbours speak. SDKs tell it by `error`. */
export function oauthError(error: string, description: string, status = 400): WireError {
  return new WireError(status, { error, error_description: description });
}

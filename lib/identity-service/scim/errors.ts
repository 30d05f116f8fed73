import { WireError } from "../wire/errors.ts";

export const ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";

/** What RFC 7644, 3.12 knows a refusal as. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue"
  | "invalidVers";

/** A refusal in SCIM's shape. */
export class ScimError extends WireError {
  constructor(status: number, detail: string, scimType?: ScimType) {
    super(status, {
      schemas: [ERROR_SCHEMA],
      status: String(status),
      ...(scimType ? { scimType } : {}),
      detail,
    });
    this.message = detail;
  }
}

export function noResource(kind: "User" | "Group", id: string): ScimError {
  return new ScimError(404, `${kind} not found: '${id}'.`);
}

/** Any refusal in SCIM's shape, whatever part of the service it comes from. */
export function scimBody(refusal: WireError): Record<string, unknown> {
  if (refusal instanceof ScimError) return refusal.body;
  const scimType = refusal.status === 400 ? { scimType: "invalidSyntax" } : {};
  return {
    schemas: [ERROR_SCHEMA],
    status: String(refusal.status),
    ...scimType,
    detail: refusal.message,
  };
}

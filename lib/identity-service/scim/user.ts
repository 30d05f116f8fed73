import { json } from "../db.ts";
import type { IncomingUser } from "../directories/ingest/users.ts";
import type { DirectoryEmail, DirectoryUserRow } from "../directories/users.ts";
import { ScimError } from "./errors.ts";
import { type Attributes, isAttributes } from "./match.ts";
import { metaOf } from "./meta.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "./schema.ts";

/** A user's row with the groups it is in, as SCIM shows them. */
export interface ScimUserRow extends DirectoryUserRow {
  scim_groups: { value: string; display: string }[];
}

const SIZE_MAX = 200_000;

/** What a SCIM user says in the words that every directory shares. `id` stands in where the provider has none of its own. */
export function incomingUser(attributes: Attributes, id: string): IncomingUser {
  const username = textOf(attributes, "userName");
  if (username === null) throw new ScimError(400, "A user needs a 'userName'.", "invalidValue");
  for (const name of ["userName", "externalId"])
    if ((textOf(attributes, name)?.length ?? 0) > 500)
      throw new ScimError(400, `'${name}' has at most 500 characters.`, "invalidValue");
  if (json(attributes).length > SIZE_MAX)
    throw new ScimError(400, "This is more than a user can hold.", "tooMany");
  const emails = emailsOf(attributes);
  const name = isAttributes(attributes.name) ? attributes.name : {};
  const [firstName, lastName] = [textOf(name, "givenName"), textOf(name, "familyName")];
  return {
    idpId: textOf(attributes, "externalId") ?? id,
    uniqueName: username.toLowerCase(),
    username,
    email: mainEmail(emails) ?? (/^[^@\s]+@[^@\s]+$/.test(username) ? username : null),
    emails,
    firstName,
    lastName,
    name:
      textOf(attributes, "displayName") ??
      textOf(name, "formatted") ??
      ([firstName, lastName].filter((part) => part !== null).join(" ") || null),
    jobTitle: textOf(attributes, "title"),
    state: attributes.active === false ? "inactive" : "active",
    rawAttributes: attributes,
  };
}

/** A user as SCIM answers it. */
export function userResource(row: ScimUserRow, location: string): Attributes {
  const { schemas, ...attributes } = row.raw_attributes;
  return {
    schemas: schemasOf(schemas, row.raw_attributes),
    id: row.id,
    ...attributes,
    active: row.state !== "inactive",
    ...(row.scim_groups.length > 0
      ? { groups: row.scim_groups.map((group) => ({ ...group, type: "direct" })) }
      : {}),
    meta: metaOf("User", row, location),
  };
}

function schemasOf(sent: unknown, attributes: Attributes): string[] {
  const known = Array.isArray(sent) ? sent.filter((each) => typeof each === "string") : [];
  const extensions = Object.keys(attributes).filter((key) => key.startsWith("urn:"));
  const own = known.filter((each) => each !== ENTERPRISE_SCHEMA || extensions.includes(each));
  return [...new Set([USER_SCHEMA, ...own, ...extensions])];
}

function emailsOf(attributes: Attributes): DirectoryEmail[] {
  const values = Array.isArray(attributes.emails) ? attributes.emails.filter(isAttributes) : [];
  return values.map((each) => ({
    ...(typeof each.primary === "boolean" ? { primary: each.primary } : {}),
    ...(typeof each.type === "string" ? { type: each.type } : {}),
    value: typeof each.value === "string" ? each.value : null,
  }));
}

function mainEmail(emails: DirectoryEmail[]): string | null {
  const given = emails.filter(({ value }) => value !== null);
  const main = given.find(({ primary }) => primary) ?? given.find(({ type }) => type === "work") ?? given[0];
  return main?.value ?? null;
}

function textOf(attributes: Attributes, name: string): string | null {
  const value = attributes[name];
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

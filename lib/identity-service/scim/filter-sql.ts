import type { Value } from "../db.ts";
import { ScimError } from "./errors.ts";
import type { AttributePath, Filter, Literal, Operator } from "./filter.ts";
import { attributeNamed, extensionNamed, partNamed, type Resource } from "./schema.ts";

/** Turns a filter into SQL over the rows of users or groups. Nothing of the filter's text gets into the statement. */
export function toSql(resource: Resource, filter: Filter, values: Value[]): string {
  switch (filter.kind) {
    case "and":
    case "or":
      return `(${toSql(resource, filter.left, values)} ${filter.kind} ${toSql(resource, filter.right, values)})`;
    case "not":
      return not(toSql(resource, filter.of, values));
    case "present":
      return present(resource, filter.path, values);
    case "compare":
      return compare(resource, filter, values);
    case "some":
      return some(resource, filter.path, filter.of, values);
  }
}

/** What has no value does not pass, and so passes what is asked the other way round. */
function not(condition: string): string {
  return `((${condition}) IS NOT TRUE)`;
}

type Compare = Extract<Filter, { kind: "compare" }>;

function compare(resource: Resource, filter: Compare, values: Value[]): string {
  const { path, operator, value } = filter;
  if (value === null) {
    if (operator === "eq") return not(present(resource, path, values));
    if (operator === "ne") return present(resource, path, values);
    throw new ScimError(400, `'${operator}' cannot be asked of null.`, "invalidFilter");
  }
  if (operator === "ne") return not(compare(resource, { ...filter, operator: "eq" }, values));
  const own = ownColumn(resource, path);
  if (own) return compareColumn(own, operator, value, values);
  const others = joined(resource, path);
  if (others)
    return `EXISTS (${others} AND ${compareText("other.text", { operator, value, exact: true }, values)})`;
  const part = partOf(resource, path, values);
  return `EXISTS (SELECT FROM ${elements(resource, path, values)} WHERE ${compareJson(part, { operator, value }, values)})`;
}

function present(resource: Resource, path: AttributePath, values: Value[]): string {
  const own = ownColumn(resource, path);
  if (own) return `(${own.text} IS NOT NULL)`;
  const others = joined(resource, path);
  if (others) return `EXISTS (${others})`;
  const part = path.part === null ? "element.v" : partOf(resource, path, values);
  return `EXISTS (SELECT FROM ${elements(resource, path, values)}
    WHERE ${part} IS NOT NULL AND ${part} NOT IN ('null', '""', '{}', '[]'))`;
}

/** Whether one and the same value of a plural attribute passes. */
function some(resource: Resource, path: AttributePath, of: Filter, values: Value[]): string {
  const others = joined(resource, { ...path, part: null });
  if (others) return `EXISTS (${others} AND ${ofOther(of, values)})`;
  const attribute = attributeNamed(resource, path.extension, path.name);
  const inside = (filter: Filter): string => {
    switch (filter.kind) {
      case "and":
      case "or":
        return `(${inside(filter.left)} ${filter.kind} ${inside(filter.right)})`;
      case "not":
        return not(inside(filter.of));
      case "some":
        throw new ScimError(400, "A filter in brackets holds no other brackets.", "invalidFilter");
    }
    const part = `(element.v -> $${values.push(partNamed(attribute, filter.path.name))}::text)`;
    if (filter.kind === "present") return `${part} NOT IN ('null', '""', '{}', '[]')`;
    const { operator, value } = filter;
    if (value === null) return `coalesce(${part}, 'null') ${operator === "ne" ? "<>" : "="} 'null'`;
    const asked = compareJson(part, { operator: operator === "ne" ? "eq" : operator, value }, values);
    return operator === "ne" ? not(asked) : asked;
  };
  return `EXISTS (SELECT FROM ${elements(resource, path, values)} WHERE ${inside(of)})`;
}

// Whoever the provider gave no id is known by ours.
const EXTERNAL_ID = "nullif(row.idp_id, row.id)";

interface Column {
  text: string;
  kind: "exact" | "text" | "time" | "state";
}

/** What has a column of its own, and with it an index. */
function ownColumn(resource: Resource, { extension, name, part }: AttributePath): Column | null {
  if (extension !== null && extensionNamed(resource, extension) !== null) return null;
  const key = (part === null ? name : `${name}.${part}`).toLowerCase();
  if (key === "id") return { text: "row.id", kind: "exact" };
  if (key === "meta.created") return { text: "row.created_at", kind: "time" };
  if (key === "meta.lastmodified") return { text: "row.updated_at", kind: "time" };
  if (key === "meta.resourcetype") return { text: `'${resource}'::text`, kind: "exact" };
  if (key === "externalid") return { text: EXTERNAL_ID, kind: "exact" };
  if (resource === "Group") return key === "displayname" ? { text: "row.name_key", kind: "text" } : null;
  if (key === "username") return { text: "row.unique_name", kind: "text" };
  return key === "active" ? { text: "row.state", kind: "state" } : null;
}

function compareColumn(
  { text, kind }: Column,
  operator: Operator,
  value: Exclude<Literal, null>,
  values: Value[],
): string {
  if (kind === "state") {
    if (operator !== "eq")
      throw new ScimError(400, `'active' cannot be asked for '${operator}'.`, "invalidFilter");
    const wanted = String(value).toLowerCase() === "true";
    return wanted ? `${text} <> 'inactive'` : `${text} = 'inactive'`;
  }
  if (kind === "time") {
    const at = new Date(String(value));
    if (Number.isNaN(at.getTime()) || !(operator in ORDER))
      throw new ScimError(400, "A moment is compared with another: eq, gt, ge, lt or le.", "invalidFilter");
    return `${text} ${ORDER[operator]} $${values.push(at)}`;
  }
  const asked = compareText(
    text,
    { operator, value, exact: kind === "exact", lower: kind === "text" },
    values,
  );
  // Said twice for the sake of the index, which holds the id alone.
  return text === EXTERNAL_ID && operator === "eq" ? `(row.idp_id = $${values.length} AND ${asked})` : asked;
}

const ORDER: Partial<Record<Operator, string>> = { eq: "=", gt: ">", ge: ">=", lt: "<", le: "<=" };

interface Asked {
  operator: Operator;
  value: Exclude<Literal, null>;
  /** Upper and lower case differ. */
  exact?: boolean;
  /** The text is in lower case already. */
  lower?: boolean;
}

function compareText(text: string, { operator, value, exact, lower }: Asked, values: Value[]): string {
  const parameter = `$${values.push(lower ? String(value).toLowerCase() : String(value))}::text`;
  const [has, wanted] = exact || lower ? [text, parameter] : [`lower(${text})`, `lower(${parameter})`];
  if (operator === "co") return `strpos(${has}, ${wanted}) > 0`;
  if (operator === "sw") return `starts_with(${has}, ${wanted})`;
  if (operator === "ew") return `right(${has}, length(${wanted})) = ${wanted}`;
  return operator === "eq" ? `${has} = ${wanted}` : `${has} COLLATE "C" ${ORDER[operator]} ${wanted}`;
}

/** A part of a value as JSON against a literal: numbers as numbers, everything else as text in any case. */
function compareJson(part: string, asked: Asked, values: Value[]): string {
  const text = `(${part} #>> '{}')`;
  if (typeof asked.value !== "number" || !(asked.operator in ORDER)) return compareText(text, asked, values);
  const wanted = `$${values.push(asked.value)}::numeric`;
  return `CASE WHEN jsonb_typeof(${part}) = 'number' THEN ${text}::numeric ${ORDER[asked.operator]} ${wanted} END`;
}

/** The values of an attribute, one or many, as `element.v`. */
function elements(resource: Resource, { extension, name }: AttributePath, values: Value[]): string {
  const known = extension === null ? null : extensionNamed(resource, extension);
  const container =
    known === null ? "row.raw_attributes" : `(row.raw_attributes -> $${values.push(known)}::text)`;
  const key = attributeNamed(resource, known, name)?.name ?? name;
  const value = `(${container} -> $${values.push(key)}::text)`;
  return `jsonb_array_elements(CASE jsonb_typeof(${value}) WHEN 'array' THEN ${value}
    ELSE jsonb_build_array(${value}) END) AS element(v)`;
}

/** What of an element is compared: the part asked for, else its `value`, else itself. */
function partOf(resource: Resource, path: AttributePath, values: Value[]): string {
  const known = path.extension === null ? null : extensionNamed(resource, path.extension);
  if (path.part === null)
    return "(CASE jsonb_typeof(element.v) WHEN 'object' THEN element.v -> 'value' ELSE element.v END)";
  const name = partNamed(attributeNamed(resource, known, path.name), path.part);
  return `(element.v -> $${values.push(name)}::text)`;
}

/** A user's groups and a group's members are rows of their own. `other.text` is what is compared. */
function joined(resource: Resource, { extension, name, part }: AttributePath): string | null {
  const [key, of] = [name.toLowerCase(), (part ?? "value").toLowerCase()];
  if (extension !== null && extensionNamed(resource, extension) !== null) return null;
  if (resource === "Group" && key === "members")
    return `SELECT FROM identity.directory_members AS m CROSS JOIN LATERAL (SELECT m.user_id AS text) AS other
      WHERE m.group_id = row.id`;
  if (resource === "User" && key === "groups")
    return `SELECT FROM identity.directory_members AS m JOIN identity.directory_groups AS g ON g.id = m.group_id
      CROSS JOIN LATERAL (SELECT ${of === "display" ? "g.name" : "g.id"} AS text) AS other WHERE m.user_id = row.id`;
  return null;
}

/** `members[value eq "…"]`: only what identifies the other is asked for. */
function ofOther(filter: Filter, values: Value[]): string {
  if (filter.kind === "and" || filter.kind === "or")
    return `(${ofOther(filter.left, values)} ${filter.kind} ${ofOther(filter.right, values)})`;
  if (filter.kind === "not") return not(ofOther(filter.of, values));
  if (filter.kind === "compare" && filter.path.name.toLowerCase() === "value" && filter.value !== null) {
    const { operator, value } = filter;
    if (operator === "ne") return not(ofOther({ ...filter, operator: "eq" }, values));
    return compareText("other.text", { operator, value, exact: true }, values);
  }
  throw new ScimError(400, "Members and groups are chosen by their value.", "invalidFilter");
}

/** What rows are sorted by: a column, or the primary value of an attribute, or its first. */
export function sortSql(resource: Resource, path: AttributePath, values: Value[]): string {
  const own = ownColumn(resource, path);
  if (own) return own.kind === "exact" || own.kind === "text" ? `${own.text} COLLATE "C"` : own.text;
  if (joined(resource, path)) throw new ScimError(400, `Nothing is sorted by '${path.name}'.`, "invalidPath");
  const part = partOf(resource, path, values);
  return `(SELECT lower(${part} #>> '{}') COLLATE "C" FROM ${elements(resource, path, values)}
    ORDER BY coalesce(element.v -> 'primary' = 'true', false) DESC LIMIT 1)`;
}

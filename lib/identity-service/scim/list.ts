import { type Statement, sql, type Value } from "../db.ts";
import { ProofLost, proofHolds, proofValues } from "../directories/proof.ts";
import type { Caller } from "./caller.ts";
import { ScimError } from "./errors.ts";
import { type AttributePath, type Filter, parseFilter, parsePath } from "./filter.ts";
import { sortSql, toSql } from "./filter-sql.ts";
import { type Attributes, keyOf } from "./match.ts";
import { type Projection, readProjection } from "./projection.ts";
import type { Resource } from "./schema.ts";

export const COUNT_MAX = 1_000;
const COUNT_DEFAULT = 100;

export interface ListRequest {
  filter: Filter | null;
  sortBy: AttributePath | null;
  descending: boolean;
  startIndex: number;
  count: number;
  projection: Projection;
}

/** What a list is asked for with, in a query or in the body of `.search` (RFC 7644, 3.4.2 and 3.4.3). */
export function readListRequest(asked: Attributes): ListRequest {
  const given = (name: string) => asked[keyOf(asked, name) ?? ""];
  const text = (name: string) => {
    const value = given(name);
    if (value === undefined || value === "") return null;
    if (typeof value === "string") return value;
    throw new ScimError(400, `'${name}' must be given once, as text.`, "invalidValue");
  };
  const filter = text("filter");
  const sortBy = text("sortBy");
  return {
    filter: filter === null ? null : parseFilter(filter),
    sortBy: sortBy === null ? null : parsePath(sortBy),
    descending: text("sortOrder")?.toLowerCase() === "descending",
    startIndex: Math.max(1, wholeNumber("startIndex", given("startIndex")) ?? 1),
    count: Math.min(COUNT_MAX, Math.max(0, wholeNumber("count", given("count")) ?? COUNT_DEFAULT)),
    projection: readProjection(given("attributes"), given("excludedAttributes")),
  };
}

export interface Listed<Row> {
  total: number;
  rows: Row[];
}

/** Rows of the caller's directory. `select` names what is read of each, with values of its own before the others. */
export async function readRows<Row extends object>(
  caller: Caller,
  resource: Resource,
  request: ListRequest,
  select: { text: string; values: readonly Value[] },
): Promise<Listed<Row>> {
  const { directory } = caller;
  const table = resource === "User" ? "directory_users" : "directory_groups";
  const scope = (values: Value[]) => {
    const own = `row.environment_id = $${values.push(directory.environment_id)} AND row.directory_id = $${values.push(directory.id)}`;
    return request.filter ? `${own} AND ${toSql(resource, request.filter, values)}` : own;
  };
  let rows: Row[] = [];
  if (request.count > 0) {
    const values = [...select.values];
    const where = scope(values);
    const order = request.sortBy
      ? `${sortSql(resource, request.sortBy, values)} ${request.descending ? "DESC" : "ASC"}, `
      : "";
    const page = `LIMIT $${values.push(request.count)} OFFSET $${values.push(request.startIndex - 1)}`;
    const text = `SELECT row.*${select.text} FROM identity.${table} AS row WHERE ${where} ORDER BY ${order}row.id ${page}`;
    rows = await readProven<Row>(caller, text, values);
    const end = request.startIndex - 1 + rows.length;
    if (rows.length < request.count && (rows.length > 0 || request.startIndex === 1))
      return { total: end, rows };
  }
  const values: Value[] = [];
  const text = `SELECT count(*)::int AS total FROM identity.${table} AS row WHERE ${scope(values)}`;
  const [counted] = await readProven<{ total: number }>(caller, text, values);
  return { total: counted?.total ?? 0, rows };
}

/** Reads rows, and in the same statement whether the caller's proof holds: one more row says so. */
async function readProven<Row extends object>(
  { service: { db }, directory, proof }: Caller,
  text: string,
  values: Value[],
): Promise<Row[]> {
  const scope = directory.environment_id;
  if (!proof) return await db.query<Row>(scope, named(text), values);
  const first = values.length + 1;
  const proven = `SELECT proof.holds, found.* FROM (SELECT ${proofHolds(first)} AS holds) AS proof
    LEFT JOIN LATERAL (${text}) AS found ON true`;
  const rows = await db.query<Row & { holds: boolean; id?: string | null }>(scope, named(proven), [
    ...values,
    ...proofValues(proof),
  ]);
  if (!rows[0]?.holds) throw new ProofLost();
  return rows.filter(({ id }) => id !== null);
}

export function listResponse(
  { total, rows }: Listed<Attributes>,
  { startIndex }: { startIndex: number },
): Attributes {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: total,
    itemsPerPage: rows.length,
    startIndex,
    Resources: rows,
  };
}

const STATEMENTS_MAX = 200;
const statements = new Map<string, Statement>();

/** Providers ask in a few ways, each prepared once. Whoever asks in ever new ones is not given room for them all. */
function named(text: string): Statement {
  const known = statements.get(text);
  if (known) return known;
  if (statements.size >= STATEMENTS_MAX) return sql("", text);
  const statement = sql(`scim_list_${statements.size + 1}`, text);
  statements.set(text, statement);
  return statement;
}

function wholeNumber(name: string, value: unknown): number | null {
  if (value === undefined || value === "") return null;
  const number = typeof value === "string" ? Number(value) : value;
  if (Number.isSafeInteger(number) && Math.abs(Number(number)) <= 2 ** 31 - 1) return Number(number);
  throw new ScimError(400, `'${name}' must be a whole number.`, "invalidValue");
}

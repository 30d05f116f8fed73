import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { Prisma } from "./prisma/client.ts";

/** `visibleTo` for lists written in SQL: a condition on the column that holds the customer's id. */
export function visibleSql(actor: Actor, column: Prisma.Sql): Prisma.Sql {
  return actor.customers === "all"
    ? Prisma.sql`TRUE`
    : Prisma.sql`${column} = ANY(${[...actor.customers]}::text[])`;
}

/**
 * Each word of a search must occur somewhere in the text. Rows of one customer only are searched at most, and a fleet
 * is thousands of rows, so PostgreSQL reads them all: an index could not help behind row-level security, which lets
 * no operator look at a row before the policy has.
 */
export function searchSql(search: string, text: Prisma.Sql): Prisma.Sql {
  const words = search.split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return Prisma.sql`TRUE`;
  const conditions = words.map((word) => Prisma.sql`${text} ILIKE ${`%${escapeLike(word)}%`}`);
  return Prisma.join(conditions, " AND ");
}

/** Prisma's filter for a text that holds `word` as it is: Prisma hands LIKE's own signs on unescaped. */
export function containing(word: string) {
  return { contains: escapeLike(word), mode: "insensitive" } as const;
}

/** The conditions joined by AND. */
export function allOf(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`TRUE` : Prisma.join([...conditions], " AND ");
}

/** `%` and `_` are what they look like, not wildcards. */
function escapeLike(word: string): string {
  return word.replace(/[\\%_]/g, "\\$&");
}

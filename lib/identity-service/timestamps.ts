import pg from "pg";

const { TIMESTAMPTZ } = pg.types.builtins;

/** `pg`'s own reading of values, but for timestamps, where it tries for every form that PostgreSQL can write. */
export const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === TIMESTAMPTZ && format !== ("binary" as string)
      ? readTimestamp
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

const readAny = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;

/** `2026-11-27 23:43:48.123+00` is ISO 8601 but for two characters, and that the engine reads at once. Other forms are `pg`'s. */
export function readTimestamp(text: string): Date {
  const isUsual = text.length >= 22 && text.length <= 29 && text[10] === " " && text.endsWith("+00");
  return isUsual ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : readAny(text);
}

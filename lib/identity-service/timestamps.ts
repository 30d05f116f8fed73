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

/** `2026-11-27 23:43:48.123+00`, read by its places, as there are twenty of them on a page of a list. Other forms are `pg`'s. */
export function readTimestamp(text: string): Date {
  const isUsual = text.length >= 22 && text.length <= 29 && text[10] === " " && text.endsWith("+00");
  const year = number(text, 0, 4);
  // Date.UTC takes years before 100 for those of the last century.
  if (!isUsual || year < 100) return readAny(text);
  const [month, day] = [number(text, 5, 7), number(text, 8, 10)];
  const [hours, minutes, seconds] = [number(text, 11, 13), number(text, 14, 16), number(text, 17, 19)];
  const fraction = Math.min(3, text.length - 23);
  const ms = fraction > 0 ? number(text, 20, 20 + fraction) * 10 ** (3 - fraction) : 0;
  return new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds, ms));
}

function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

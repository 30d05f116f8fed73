import fc from "fast-check";
import pg from "pg";
import { expect, test } from "vitest";
import { readTimestamp } from "#lib/identity-service/timestamps.ts";
import { iso } from "#lib/identity-service/wire/time.ts";

const readByLibrary = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;

test("timestamps are read as the database's library reads them", () => {
  const day = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.constantFrom(0, 1, 2, 3), (at, digits) => {
      const text = at
        .toISOString()
        .replace("T", " ")
        .replace("Z", "")
        .slice(0, digits === 0 ? 19 : 20 + digits);
      expect(readTimestamp(`${text}+00`)).toEqual(readByLibrary(`${text}+00`));
    }),
  );
});

test.each([
  "2026-11-27 23:43:48.123456+00",
  "2026-11-27 23:43:48+05:30",
  "2026-11-27 23:43:48.5-03",
  "0044-03-15 12:00:00+00 BC",
  "10000-01-01 00:00:00+00",
  "infinity",
])("so is %s", (text) => {
  expect(readTimestamp(text)).toEqual(readByLibrary(text));
});

test("timestamps are written as ISO 8601 has them, of any year", () => {
  const usual = fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(fc.oneof(usual, fc.date({ noInvalidDate: true })), (at) => {
      expect(iso(at)).toBe(at.toISOString());
    }),
  );
  expect(() => iso(new Date(Number.NaN))).toThrow(RangeError);
});

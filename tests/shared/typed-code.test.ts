import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digitsOf, printedCode, readTypedCode, withCheck } from "#lib/shared/typed-code.ts";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const eleven = fc.uint8Array({ minLength: 11, maxLength: 11 }).map(digitsOf);

describe("a code typed from paper", () => {
  test("is read whatever its case, its groups, and the letters that look like digits", () => {
    fc.assert(
      fc.property(eleven, (digits) => {
        const code = withCheck(digits);
        const good = { state: "good", code };
        const printed = printedCode(code);
        expect(printed).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
        expect(readTypedCode(printed, 12)).toEqual(good);
        expect(readTypedCode(` ${printed.toLowerCase().replaceAll("-", " ")}`, 12)).toEqual(good);
        expect(readTypedCode(printed.replaceAll("0", "o").replaceAll("1", "l"), 12)).toEqual(good);
      }),
    );
  });

  test("with any one character wrong is known to be mistyped", () => {
    const one = fc.record({ digits: eleven, at: fc.nat(11), by: fc.integer({ min: 1, max: 31 }) });
    fc.assert(
      fc.property(one, ({ digits, at, by }) => {
        const code = withCheck(digits);
        const wrong = DIGITS.charAt((DIGITS.indexOf(code.charAt(at)) + by) % 32);
        expect(readTypedCode(code.slice(0, at) + wrong + code.slice(at + 1), 12).state).toBe("mistyped");
      }),
    );
  });

  test("with two neighbours swapped is known to be mistyped", () => {
    fc.assert(
      fc.property(eleven, fc.nat(10), (digits, at) => {
        const code = withCheck(digits);
        const [a, b] = [code.charAt(at), code.charAt(at + 1)];
        fc.pre(a !== b);
        expect(readTypedCode(code.slice(0, at) + b + a + code.slice(at + 2), 12).state).toBe("mistyped");
      }),
    );
  });

  test("that is short is incomplete; one that is long, or has a U, is mistyped", () => {
    const code = withCheck("ABCDEFGHJKM");
    expect(readTypedCode(code.slice(1), 12)).toEqual({ state: "incomplete" });
    expect(readTypedCode(`${code}0`, 12)).toEqual({ state: "mistyped" });
    expect(readTypedCode(`U${code.slice(1)}`, 12)).toEqual({ state: "mistyped" });
  });
});

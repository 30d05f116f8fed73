/** Crockford's digits: no I, L, O or U, so that nothing on paper looks like something else. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP = 4;

/**
 * A code that people type from paper: the digits given, then one that checks them. The check is a polynomial over GF(32), so
 * that every single wrong character and every two neighbours swapped are noticed before anybody is asked.
 */
export function withCheck(digits: string): string {
  const values = [...digits].map(digitValue);
  // Whatever stands last is multiplied once less than its neighbour: the digit that makes the whole zero.
  return digits + DIGITS.charAt(times2(values.reduce(step, 0)));
}

export type ReadCode = { state: "good"; code: string } | { state: "incomplete" } | { state: "mistyped" };

/** Reads what somebody typed: any case, with or without groups, and with the letters that are taken for digits. */
export function readTypedCode(typed: string, length: number): ReadCode {
  const code = typed
    .toUpperCase()
    .replace(/[\s\-–—.]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  if (code.length < length) return { state: "incomplete" };
  if (code.length > length || [...code].some((digit) => !DIGITS.includes(digit)))
    return { state: "mistyped" };
  const sum = [...code].map(digitValue).reduce(step, 0);
  return sum === 0 ? { state: "good", code } : { state: "mistyped" };
}

/** As it is printed: in groups of four. */
export function printedCode(code: string): string {
  return (code.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? []).join("-");
}

/** Digits for bytes that are random already; a byte gives one, and 32 divides 256, so each is as likely. */
export function digitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => DIGITS.charAt(byte % 32)).join("");
}

const digitValue = (digit: string): number => DIGITS.indexOf(digit);
const step = (sum: number, value: number): number => times2(sum) ^ value;

/** Times x in GF(32) with x⁵ + x² + 1, in which x generates everything but zero. */
function times2(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 37 : doubled;
}

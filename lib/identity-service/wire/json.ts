import { WireError } from "./errors.ts";

const A_SURROGATE = /\\u[dD][89a-fA-F]/;

/** The value that a body holds; an empty one where it holds nothing. @throws WireError 400 */
export function readJson(text: string): unknown {
  if (text.trim() === "") return {};
  if (isTooDeep(text))
    throw new WireError(400, { message: "The body is nested too deep.", code: "invalid_json" });
  try {
    return JSON.parse(text, A_SURROGATE.test(text) ? refuseHalves : undefined);
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError(400, { message: "The body is not valid JSON.", code: "invalid_json" });
  }
}

/** Half of a pair of surrogates, which JSON can write and no text can hold: it would be kept as something else. */
function refuseHalves(key: string, value: unknown): unknown {
  if (key.isWellFormed() && (typeof value !== "string" || value.isWellFormed())) return value;
  throw new WireError(400, {
    message: "The request holds characters that cannot be stored.",
    code: "invalid_characters",
  });
}

/** Far more than any body needs. What walks a value by recursion would run out of stack long after. */
const DEPTH_MAX = 200;
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

function isTooDeep(text: string): boolean {
  if (text.length < DEPTH_MAX) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) index = endOfString(text, index);
    else if (character === OPEN_LIST || character === OPEN_OBJECT) depth += 1;
    else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { WireError } from "./errors.ts";

/**
 * Request bodies as SDKs send them: JSON, a form, and `Content-Type: application/json` over nothing at all. Every
 * parsed body is an object whose values are still unknown.
 */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["application/json", "application/scim+json"],
    { parseAs: "buffer" },
    async (_request: FastifyRequest, body: Buffer) => readJson(readText(body)),
  );
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "buffer" },
    async (_request: FastifyRequest, body: Buffer) => readForm(readText(body)),
  );
  app.addContentTypeParser("*", { parseAs: "string" }, async (_request: FastifyRequest, body: string) => {
    if (body === "") return {};
    throw new WireError(415, {
      message: "Send the body as JSON or as a form.",
      code: "unsupported_media_type",
    });
  });
}

/** Bytes that are no text would be replaced by others without a word, and kept so. */
function readText(body: Buffer): string {
  if (isUtf8(body)) return body.toString("utf8");
  throw new WireError(400, { message: "The body is not UTF-8.", code: "invalid_encoding" });
}

function readJson(text: string): unknown {
  if (text.trim() === "") return {};
  if (isTooDeep(text))
    throw new WireError(400, { message: "The body is nested too deep.", code: "invalid_json" });
  try {
    return JSON.parse(text);
  } catch {
    throw new WireError(400, { message: "The body is not valid JSON.", code: "invalid_json" });
  }
}

/** A field given twice becomes a list, as in a query string, so that `one` can refuse it. */
function readForm(text: string): Record<string, string | string[]> {
  const fields = new URLSearchParams(text);
  const read: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name);
    read[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return read;
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

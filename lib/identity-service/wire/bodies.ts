import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { WireError } from "./errors.ts";
import { readJson } from "./json.ts";

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

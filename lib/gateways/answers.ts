import "server-only";
import type { z } from "zod";
import { AppError } from "#lib/shared/errors.ts";
import type { Caller, Told } from "./asking.ts";

const MEGABYTE = 1_048_576;
/** A shipment of a thousand crossings is about one. */
const BODY_BYTES_MAX = 8 * MEGABYTE;

/** The bearer token of a request, and where it came from. */
export function callerOf(request: Pick<Request, "headers">, ip: string | null): Caller {
  const [, token = null] =
    /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  return { token, ip };
}

/** The configuration as HTTP says it: whole, or that it is still what the gateway has. */
export function configurationResponse(
  request: Pick<Request, "headers">,
  { text, digest, storeId }: Told,
): Response {
  const etag = `"${digest}"`;
  const headers = {
    etag,
    "sallyport-store": storeId,
    // It holds secrets: nothing between keeps it.
    "cache-control": "private, no-cache, no-store, no-transform",
  };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  const length = String(Buffer.byteLength(text));
  return new Response(text, {
    headers: { ...headers, "content-type": "application/json", "content-length": length },
  });
}

/** What was sent, if it makes sense. @throws AppError `invalid` naming what does not, never its value. */
export async function readBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await bounded(request);
  const parsed = schema.safeParse(json(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new AppError("invalid", `This makes no sense. ${problems.join(" ")}`);
}

/** Why it is refused, in a sentence. @throws what nobody foresaw. */
export function refusalResponse(error: unknown): Response {
  if (!(error instanceof AppError)) throw error;
  return Response.json(
    { error: error.kind, message: error.message },
    { status: error.status, headers: { "cache-control": "no-store" } },
  );
}

/** Read piece by piece: what it says of its length is its own word. */
async function bounded(request: Request): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > BODY_BYTES_MAX) throw new AppError("invalid", "This is larger than 8 MB.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError("invalid", "This is not JSON.");
  }
}

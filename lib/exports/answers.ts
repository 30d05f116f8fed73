import { AppError } from "#lib/shared/errors.ts";
import type { FetchedList } from "./fetching.ts";

/** The list as HTTP says it: whole, its head alone, or that it is still what the firewall has. */
export function listResponse(
  request: Pick<Request, "method" | "headers">,
  { body, type, etag, lastModified }: FetchedList,
): Response {
  const headers = {
    etag,
    "last-modified": lastModified.toUTCString(),
    // No cache between keeps what only the holder of the URL may see, and none packs it: the tag is of these bytes.
    "cache-control": "private, no-cache, no-transform",
    "x-robots-tag": "noindex",
  };
  if (isKnown(request.headers.get("if-none-match"), etag))
    return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : body, {
    headers: {
      ...headers,
      "content-type": type,
      "content-length": String(Buffer.byteLength(body)),
    },
  });
}

/** Why there is no list, in a sentence. @throws what nobody foresaw. */
export function refusalResponse(error: unknown): Response {
  if (!(error instanceof AppError)) throw error;
  return new Response(`${error.message}\n`, {
    status: error.status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...(error.kind === "rate_limited" ? { "retry-after": "60" } : {}),
    },
  });
}

/** RFC 9110, 13.1.2: any of the listed tags, weak ones as well, or `*`. */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  return header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

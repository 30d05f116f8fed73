export const dynamic = "force-dynamic";

/** Alive: the program answers. */
export function GET(): Response {
  return new Response("ok", { headers: { "cache-control": "no-store" } });
}

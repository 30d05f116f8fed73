import { isReady } from "#lib/platform/health.ts";

export const dynamic = "force-dynamic";

/** Ready: the database answers too. */
export async function GET(): Promise<Response> {
  const ready = await isReady();
  const headers = { "cache-control": "no-store" };
  return ready ? new Response("ok", { headers }) : new Response("no database", { status: 503, headers });
}

import { metrics } from "#lib/platform/health.ts";

export const dynamic = "force-dynamic";

/** The console's figures, for Prometheus. */
export async function GET(): Promise<Response> {
  const { contentType, body } = await metrics();
  return new Response(body, { headers: { "content-type": contentType, "cache-control": "no-store" } });
}

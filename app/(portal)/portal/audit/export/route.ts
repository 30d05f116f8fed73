import type { NextRequest } from "next/server";
import { exportOwnLog } from "#lib/portal/audit/commands.ts";
import { LogRange } from "#lib/portal/audit/schema.ts";
import { sayRefusal } from "#lib/portal/refusals.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts } from "#lib/portal/texts.ts";
import { AppError } from "#lib/shared/errors.ts";

/** The organization's audit log of some days, as a file. */
export async function GET(request: NextRequest): Promise<Response> {
  const setup = await requireSetup("audit_logs");
  const query = request.nextUrl.searchParams;
  const range = LogRange.safeParse({ from: query.get("from"), until: query.get("until") });
  if (!range.success) return inWords((await portalTexts("audit"))("range"), 422);
  try {
    return new Response(await exportOwnLog(setup, range.data), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="audit-log-${query.get("from")}-${query.get("until")}.csv"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return inWords(await sayRefusal(error.message, error.said), error.status);
  }
}

function inWords(sentence: string, status: number): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

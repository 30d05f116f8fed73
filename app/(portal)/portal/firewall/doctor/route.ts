import { takePortalDoctor } from "#lib/portal/firewall/commands.ts";
import { sayRefusal } from "#lib/portal/refusals.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { AppError } from "#lib/shared/errors.ts";

/** The doctor with what the set-up is about inside, as a file. */
export async function GET(): Promise<Response> {
  const setup = await requireSetup();
  try {
    const { body, name, type } = await takePortalDoctor(setup);
    return new Response(body, {
      headers: {
        "content-type": type,
        "content-disposition": `attachment; filename="${name}"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return new Response(`${await sayRefusal(error.message, error.said)}\n`, {
      status: error.status,
      headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    });
  }
}

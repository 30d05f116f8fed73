import type { WorkOS } from "@workos-inc/node";
import { declined } from "#lib/shared/refusals.ts";
import { type Patience, unreachable } from "./transport.ts";

const TRIES = 60;
const PAUSE_MS = 1_000;

/** Opens a file at the address that the upstream told. */
export type Download = (url: URL) => Promise<ReadableStream<Uint8Array>>;

interface Exporting {
  upstream: string;
  download: Download;
  sleep: Patience["sleep"];
}

/** Has an export made, waits for it, and opens it where it was put. */
export async function exportAuditLog(
  sdk: WorkOS,
  { upstream, download, sleep }: Exporting,
  organizationId: string,
  rangeStart: Date,
  rangeEnd: Date,
): Promise<ReadableStream<Uint8Array>> {
  let made = await sdk.auditLogs.createExport({ organizationId, rangeStart, rangeEnd });
  for (let tries = 0; made.state === "pending" && tries < TRIES; tries++) {
    await sleep(PAUSE_MS);
    made = await sdk.auditLogs.getExport(made.id);
  }
  if (made.state === "pending") throw declined("unavailable", "export_pending", { upstream });
  const url = made.state === "ready" && made.url ? URL.parse(made.url) : null;
  if (!url) throw declined("upstream", "export_failed", { upstream });
  return await download(url);
}

/**
 * Reads a file as it comes, of whatever length: an organization's log of a year is larger than any answer that is taken into
 * memory. Our key stays here: the address is its own leave, and who keeps the file may be somebody else.
 * @param from where the upstream may put its files; an address elsewhere is not asked, whoever tells it
 */
export function downloader(upstream: string, from: (url: URL) => boolean, { attemptMs }: Patience): Download {
  return async (url) => {
    if (!from(url)) throw declined("upstream", "export_failed", { upstream });
    const late = new AbortController();
    // Until it begins to answer: how long it goes on is for whoever reads.
    const timer = setTimeout(
      () => late.abort(new DOMException("no answer in time", "TimeoutError")),
      attemptMs,
    );
    const answer = await fetch(url, { redirect: "manual", signal: late.signal })
      .catch((cause: unknown) => {
        throw unreachable(upstream, cause);
      })
      .finally(() => clearTimeout(timer));
    if (answer.ok && answer.body) return answer.body;
    await answer.body?.cancel();
    throw declined("upstream", "export_failed", { upstream });
  };
}

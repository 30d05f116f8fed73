import "server-only";
import { createHash } from "node:crypto";
import { systemActor } from "#lib/access/actor.ts";
import { recordExport } from "#lib/allowlist/export.ts";
import { json } from "#lib/allowlist/formats/json.ts";
import type { ExportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { EXPORTED, readInForce } from "#lib/allowlist/in-force.ts";
import { countAttempt } from "#lib/auth/throttle.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import type { RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { SERVED } from "./schema.ts";
import { listBody, listedRules } from "./served.ts";

/** Firewalls ask every five minutes at most; a pair of them behind one URL, and somebody who tries it out, stay far below. */
const FETCHES_A_MINUTE = 30;

export interface Fetching {
  servedListId: string;
  token: string;
  ip: string | null;
}

export interface FetchedList {
  body: string;
  type: string;
  /** Of the body's bytes: it changes with them and with nothing else. */
  etag: string;
  lastModified: Date;
}

/**
 * The list at a URL, for whoever holds its secret. One that is unknown, revoked, of another list or of an archived
 * deployment is not there, alike for all of them. Content that this firewall was not handed before goes into the history.
 */
export async function fetchList({ servedListId, token, ip }: Fetching, now: Date): Promise<FetchedList> {
  const found = await asSystem("a firewall has no session: its secret is what lets it in", async (tx) => {
    const list = await count(tx, servedListId, fingerprint(token), ip, now);
    return list === "unknown" || list === "too_often" ? list : await handOver(tx, list, ip, now);
  });
  if (found === "too_often")
    throw new AppError("rate_limited", "Fetched too often. Once every five minutes is enough.");
  if (found !== "unknown") return found;
  await countAttempt([{ kind: "list_address", of: ip ?? "unknown" }], now);
  throw new AppError("not_found", "There is no such list.");
}

interface CountedList {
  id: string;
  name: string;
  holds: string;
  deployment_id: string;
  direction: RuleDirection;
  protocol: RuleProtocol | null;
  port_from: number | null;
  port_to: number | null;
  served_sha256: string | null;
  served_changed_at: Date | null;
}

/** Finds and counts in one statement, so that a hundred fetches at once are a hundred; it also keeps others out until it is over. */
async function count(
  tx: Tx,
  id: string,
  tokenHash: string,
  ip: string | null,
  now: Date,
): Promise<CountedList | "unknown" | "too_often"> {
  const begins = new Date(now.getTime() - MINUTE_MS);
  const [list] = await tx.$queryRaw<CountedList[]>`
    UPDATE console.served_lists AS l SET
      last_fetched_at = ${now},
      last_fetched_from = ${ip},
      window_began_at = CASE WHEN l.window_began_at > ${begins} THEN l.window_began_at ELSE ${now} END,
      window_fetches = CASE WHEN l.window_began_at > ${begins} THEN l.window_fetches + 1 ELSE 1 END
    FROM console.deployments d
    WHERE l.id = ${id} AND l.token_hash = ${tokenHash} AND l.revoked_at IS NULL
      AND d.id = l.deployment_id AND d.archived_at IS NULL
      AND (l.window_began_at IS NULL OR l.window_began_at <= ${begins} OR l.window_fetches < ${FETCHES_A_MINUTE})
    RETURNING l.id, l.name, l.holds, l.deployment_id, l.direction, l.protocol, l.port_from, l.port_to, l.served_sha256, l.served_changed_at`;
  if (list) return list;
  const where = { id, tokenHash, revokedAt: null, deployment: { archivedAt: null } };
  return (await tx.servedList.count({ where })) > 0 ? "too_often" : "unknown";
}

async function handOver(tx: Tx, list: CountedList, ip: string | null, now: Date): Promise<FetchedList> {
  const deployment = await tx.deployment.findUniqueOrThrow({
    where: { id: list.deployment_id },
    select: EXPORTED,
  });
  const allowlist = await readInForce(tx, deployment, now);
  const { rules, type, write } = contentOf(list, allowlist);
  // What it holds, whenever: what stands in it of the time is the time of its last change.
  const sha256 = hash(write(new Date(0)));
  const known = sha256 === list.served_sha256 && list.served_changed_at;
  const lastModified = known || now;
  const body = write(lastModified);
  const fetched = { body, type, etag: `"${hash(body)}"`, lastModified };
  if (known) return fetched;
  const { id, name } = list;
  await tx.servedList.update({ where: { id }, data: { servedSha256: sha256, servedChangedAt: now } });
  const firewall = { ...systemActor("served list"), id, name, ip };
  const { customerId } = deployment;
  const handed = { allowlist, body, format: SERVED, customerId, rules, servedListId: id };
  await recordExport(tx, firewall, { ...handed, createdAt: now });
  return fetched;
}

interface Content {
  /** How many it holds. */
  rules: number;
  type: string;
  write: (changedAt: Date) => string;
}

function contentOf(list: CountedList, allowlist: ExportedAllowlist): Content {
  if (list.holds === "rules") {
    const write = (exportedAt: Date) => json.render({ ...allowlist, exportedAt });
    return { rules: allowlist.rules.length, type: json.type, write };
  }
  const { direction, protocol, port_from: portFrom, port_to: portTo } = list;
  const service = protocol === null ? null : { protocol, portFrom, portTo };
  const listed = listedRules(allowlist, { direction, service });
  return { rules: listed.length, type: "text/plain; charset=utf-8", write: () => listBody(listed) };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

import { z } from "zod";
import type { Statement, Value } from "../db.ts";
import type { Service } from "../service.ts";
import { invalid, refused, type WireError } from "../wire/errors.ts";
import { refusalOf } from "../wire/failures.ts";
import { createdAt } from "../wire/ids.ts";
import { parse } from "../wire/params.ts";

export const RECORDS_MAX = 200;

/** One kind of thing that can move here, and how. */
export interface ImportKind<Record extends { id: string } = { id: string }> {
  schema: z.ZodType<Record>;
  /** Finds the id in the environment: `$1`, `$2`. */
  known: Statement;
  /** Puts one record in, whole or not at all. */
  insert(service: Service, environmentId: string, record: Record): Promise<void>;
}

/** Keeps what a kind's schema says together with what its `insert` is given, where many kinds stand in one list. */
export function importKind<Record extends { id: string }>(kind: ImportKind<Record>): ImportKind {
  return kind as unknown as ImportKind;
}

/** The whole body, as the OpenAPI document shows it. Records are read one by one: a bad one is its own failure. */
export function batchOf(record: z.ZodType) {
  return z.strictObject({ data: z.array(record).min(1).max(RECORDS_MAX) });
}
const Batch = batchOf(z.unknown());

interface ImportResult {
  object: "import_result";
  index: number;
  id: string | null;
  outcome: "created" | "exists" | "failed";
  error: WireError["body"] | null;
}

/** Every record in turn, each in a transaction of its own. What is here already stays as it is, so that a batch may be sent again. */
export async function importBatch(service: Service, environmentId: string, kind: ImportKind, body: unknown) {
  const { data } = parse(Batch, body);
  const results: ImportResult[] = [];
  for (const [index, given] of data.entries())
    results.push({
      object: "import_result",
      index,
      ...(await importOne(service, environmentId, kind, given)),
    });
  const count = (outcome: ImportResult["outcome"]) =>
    results.filter((each) => each.outcome === outcome).length;
  return {
    object: "import" as const,
    counts: { created: count("created"), exists: count("exists"), failed: count("failed") },
    data: results,
  };
}

async function importOne(
  service: Service,
  environmentId: string,
  kind: ImportKind,
  given: unknown,
): Promise<Pick<ImportResult, "id" | "outcome" | "error">> {
  try {
    const record = parse(kind.schema, given);
    requirePast(record.id, service.clock());
    const values: Value[] = [environmentId, record.id];
    const known = await service.db.query(environmentId, kind.known, values);
    if (known.length === 0) await kind.insert(service, environmentId, record);
    return { id: record.id, outcome: known.length === 0 ? "created" : "exists", error: null };
  } catch (error) {
    const refusal = conflictOf(error) ?? refusalOf(error);
    // Not this record's fault: what went in before stays, and the same batch again goes on from there.
    if (refusal.status >= 500) throw error;
    return { id: idIn(given), outcome: "failed", error: refusal.body };
  }
}

const DAY_MS = 86_400_000;

/** Lists are in the order of ids: one from the future would be the newest for ever. */
function requirePast(id: string, now: Date): void {
  if (createdAt(id).getTime() <= now.getTime() + DAY_MS) return;
  throw invalid([{ field: "id", code: "invalid", message: "The time in this id is yet to come." }]);
}

/** An id, or a key of a connection, that is somebody's already: perhaps of another environment, which is not said. */
function conflictOf(error: unknown): WireError | null {
  const { code, constraint = "" } = error as { code?: string; constraint?: string };
  if (code !== "23505") return null;
  if (constraint.includes("external_key"))
    return refused(409, "Another connection has this external key.", "external_key_already_used");
  return refused(409, "An id in this record is not available.", "id_not_available");
}

function idIn(given: unknown): string | null {
  const id = (given as { id?: unknown } | null)?.id;
  return typeof id === "string" ? id.slice(0, 100) : null;
}

import { json, type Run } from "../../db.ts";
import { eventRow } from "../../events/record.ts";
import type { DirectoryRow } from "../directory.ts";
import type { Proof } from "../proof.ts";
import { DirectorySettings } from "../settings.ts";

/** Where what a provider sends goes to, and in which transaction. */
export interface Ingest {
  run: Run;
  directory: DirectoryRow;
  settings: DirectorySettings;
  now: Date;
  /** Where the caller was not looked up just now: what is written says first that it is still good. */
  proof?: Proof | null;
}

export function into(directory: DirectoryRow, run: Run, now: Date): Ingest {
  return { run, directory, now, settings: DirectorySettings.parse(directory.settings) };
}

type EventRow = ReturnType<typeof eventRow>;

export function directoryEvent(
  { environment_id, organization_id }: DirectoryRow,
  subject: string,
  event: string,
  data: Record<string, unknown>,
): EventRow {
  return eventRow(environment_id, subject, { event, data, organizationId: organization_id });
}

/** As many of `items` at a time as a statement should carry. */
export function* inBites<Item>(items: readonly Item[], size = 500): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Values for a `jsonb` parameter that holds rows. */
export function rows(list: readonly object[]): string {
  return json(list);
}

/**
 * The users `u` whose ids a parameter lists, each looked up by itself. Joined in one go, a plan from when the directory was
 * small would go on reading all of it.
 */
export function byId(parameter: string): string {
  return `unnest(${parameter}::text[]) AS listed(id)
    CROSS JOIN LATERAL (SELECT * FROM identity.directory_users AS one WHERE one.id = listed.id LIMIT 1) AS u`;
}

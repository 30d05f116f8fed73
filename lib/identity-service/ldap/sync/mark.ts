import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { counter, type LdapEntry, text } from "../entry.ts";
import type { LdapSession } from "../session.ts";
import type { LdapDirectorySettings } from "../settings.ts";
import { CHANGE_ATTRIBUTE } from "./people.ts";
import type { LdapSourceRow, Mark } from "./source.ts";

/** Clocks of servers that replicate to each other differ, and what was written at one may be seen late at another. */
const OVERLAP_MS = 5 * MINUTE_MS;
/** By no more than this, surely: the last change may be the first load of everybody, and is not to be read again for ever. */
const APART_AT_MOST_MS = HOUR_MS;

/** How far a run has come in the server's own count of changes. */
export interface RunningMark {
  /** The filter that finds what has changed since the last run; null where only a full run will do. */
  changedSince: string | null;
  note(entry: LdapEntry): void;
  /** Where the next run begins; null where it begins where this one did. */
  end(): Mark | null;
}

/** Where this run begins, and what its end will be. */
export async function beginMark(
  session: LdapSession,
  { kind }: LdapDirectorySettings,
  source: LdapSourceRow,
  now: Date,
): Promise<RunningMark> {
  return kind === "active_directory" ? await countChanges(session, source) : followTimestamps(source, now);
}

/** Active Directory: each server numbers the changes it knows of, in its own way. Another server's numbers mean nothing. */
async function countChanges(session: LdapSession, source: LdapSourceRow): Promise<RunningMark> {
  const search = {
    scope: "base",
    filter: "(objectClass=*)",
    attributes: ["highestCommittedUSN", "dsServiceName"],
  } as const;
  const [root] = await session.find("", search, 1);
  const server = (root && text(root, "dsServiceName")) ?? session.server;
  // From before anything was read: what changes meanwhile is read again.
  const atStart = root ? counter(root, "highestCommittedUSN") : null;
  let highest: bigint | null = null;
  const isSame = source.kind === "incremental" && source.mark !== null && source.mark_server === server;
  return {
    changedSince: isSame ? `(${CHANGE_ATTRIBUTE.active_directory}>=${BigInt(source.mark ?? 0) + 1n})` : null,
    note(entry) {
      const usn = counter(entry, CHANGE_ATTRIBUTE.active_directory);
      if (usn !== null && (highest === null || usn > highest)) highest = usn;
    },
    end: () => {
      const value = atStart ?? highest;
      return value === null ? null : { server, value: String(value) };
    },
  };
}

/** Everybody else: the time of the last change of each entry, to the second. */
function followTimestamps(source: LdapSourceRow, now: Date): RunningMark {
  const startedAt = timestampOf(now);
  const atLeast = timestampOf(new Date(now.getTime() - APART_AT_MOST_MS));
  let highest = "";
  const since = source.kind === "incremental" ? readTimestamp(source.mark) : null;
  return {
    changedSince:
      since && `(${CHANGE_ATTRIBUTE.standard}>=${timestampOf(new Date(since.getTime() - OVERLAP_MS))})`,
    note(entry) {
      const at = readTimestamp(text(entry, CHANGE_ATTRIBUTE.standard));
      const value = at ? timestampOf(at) : "";
      if (value > highest) highest = value;
    },
    // Not beyond the beginning: what changed behind us while we read on is read again.
    end() {
      const seen = highest < startedAt ? highest : startedAt;
      if (seen < atLeast) return { server: "", value: atLeast };
      return { server: "", value: seen };
    },
  };
}

/** Generalized time (RFC 4517, 3.3.13) as directories write it: in UTC. */
function timestampOf(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
}

function readTimestamp(value: string | null): Date | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/.exec(value ?? "");
  if (!parts) return null;
  const [year = 0, month = 1, day, hour, minute, second] = parts.slice(1).map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

import type { StatusTone } from "#components/ui/status.tsx";
import type { Signature } from "#lib/gateways/endpoints/schema.ts";
import type { ProcessState } from "#lib/gateways/policy.ts";
import type { Overlap } from "#lib/gateways/schema.ts";
import type { GapReason } from "#lib/shared/gateway/gap.ts";

export const GATEWAY_STATES: Record<
  ProcessState | "never",
  { tone: StatusTone; word: string; means: string }
> = {
  working: { tone: "positive", word: "Working", means: "It works by what is wanted here." },
  behind: {
    tone: "caution",
    word: "Behind",
    means: "It works by an older configuration, and fetches the newest within seconds.",
  },
  refused: {
    tone: "negative",
    word: "Newest refused",
    means: "The newest configuration makes no sense to it. The one before is in force.",
  },
  silent: {
    tone: "negative",
    word: "Silent",
    means: "It reports every five seconds, and has not for a minute. It goes on by what it has.",
  },
  never: { tone: "neutral", word: "Never heard", means: "It has not been started yet." },
};

export const PART_WORDS: Record<string, string> = { egress: "Proxy", intake: "Intake", relay: "Relay" };

export const GAP_WORDS: Readonly<Record<string, string>> = {
  buffer_full: "The buffer was full",
  too_old: "They were older than events are kept",
  cursor_lost: "The other side no longer knew where the gateway had stopped",
  unreadable: "They could not be read",
  file_missing: "A file that was carried in did not follow on the one before",
} satisfies Record<GapReason, string>;

export const SIGNATURE_WORDS: Record<Signature, string> = {
  workos: "WorkOS-Signature",
  standard: "Standard Webhooks",
};
export const SIGNATURE_OPTIONS = Object.entries(SIGNATURE_WORDS).map(([value, label]) => ({ value, label }));

const OVERLAP_WORDS: Record<Overlap, string> = {
  none: "Not at all: it stops at once",
  hour: "One hour",
  day: "One day",
  week: "One week",
};
export const OVERLAP_OPTIONS = Object.entries(OVERLAP_WORDS).map(([value, label]) => ({ value, label }));

export interface EnvironmentOption {
  id: string;
  name: string;
}

/** What an endpoint, a follower or a folder is told of: "All events", "dsync.* of Production". */
export function toldOfWords(
  { events, environmentIds }: { events: readonly string[]; environmentIds: readonly string[] },
  environments: readonly EnvironmentOption[],
): string {
  const names = new Map(environments.map(({ id, name }) => [id, name]));
  const what = events.length === 0 ? "All events" : events.join(", ");
  return environmentIds.length === 0
    ? what
    : `${what} of ${environmentIds.map((id) => names.get(id) ?? id).join(", ")}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** "1.5 GB", in steps of a thousand, as disks are sold. */
export function sizeWords(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 1_000 && unit < UNITS.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 100 ? 0 : 1;
  return `${amount.toLocaleString("en", { maximumFractionDigits: digits })} ${UNITS[unit]}`;
}

import { DAY_MS } from "#lib/shared/clock.ts";

/** How one thing stands, and what to do next. A screen has a sentence for each code. */
export interface Standing {
  tone: "positive" | "caution" | "negative" | "neutral";
  code: StandingCode;
  next: NextCode | null;
}

export type StandingCode =
  | "active"
  | "draft"
  | "being_set_up"
  | "switched_off"
  | "certificate_expired"
  | "certificate_soon"
  | "failing"
  | "no_sign_in_yet"
  | "synced"
  | "sync_failing"
  | "sync_old"
  | "not_heard"
  | "credentials_refused"
  | "verified"
  | "verified_by_hand"
  | "waits_for_record"
  | "wrong_record"
  | "given_up"
  | "registered"
  | "default_uri"
  | "being_added"
  | "link_open"
  | "link_waiting"
  | "answers"
  | "silent";

export type NextCode =
  | "test_and_activate"
  | "finish"
  | "switch_on"
  | "renew_certificate"
  | "see_failures"
  | "sign_in_once"
  | "see_directory"
  | "connect_directory"
  | "publish_record"
  | "mend_record"
  | "begin_again"
  | "wait_for_them"
  | "see_environment";

const SOON_MS = 30 * DAY_MS;

export interface ConnectionFacts {
  state: string;
  certificateExpiresAt: Date | null;
  lastSignInAt: Date | null;
  failures24h: number;
}

/** The first that matters: what stops everybody before what stops some, and that before what will. */
export function connectionStanding(facts: ConnectionFacts, now: Date): Standing {
  const { state, certificateExpiresAt: ends, lastSignInAt, failures24h } = facts;
  if (state === "draft") return standing("neutral", "draft", "test_and_activate");
  if (state === "inactive") return standing("neutral", "switched_off", "switch_on");
  if (state !== "active") return standing("caution", "being_set_up", "finish");
  if (ends && ends <= now) return standing("negative", "certificate_expired", "renew_certificate");
  if (failures24h > 0) return standing("caution", "failing", "see_failures");
  if (ends && ends.getTime() - now.getTime() <= SOON_MS)
    return standing("caution", "certificate_soon", "renew_certificate");
  if (!lastSignInAt) return standing("neutral", "no_sign_in_yet", "sign_in_once");
  return standing("positive", "active", null);
}

export interface DirectoryFacts {
  state: string;
  problem: string;
  lastSyncAt: Date | null;
}

export function directoryStanding({ state, problem, lastSyncAt }: DirectoryFacts, now: Date): Standing {
  if (state === "invalid_credentials") return standing("negative", "credentials_refused", "see_directory");
  if (problem) return standing("negative", "sync_failing", "see_directory");
  if (state !== "active") return standing("neutral", "not_heard", "connect_directory");
  if (lastSyncAt && now.getTime() - lastSyncAt.getTime() > DAY_MS)
    return standing("caution", "sync_old", "see_directory");
  return standing("positive", "synced", null);
}

const WRONG = new Set(["wrong_value", "doubled_name"]);

export function domainStanding(facts: { state: string; strategy: string; verdict: string }): Standing {
  const { state, strategy, verdict } = facts;
  if (state === "verified")
    return standing("positive", strategy === "manual" ? "verified_by_hand" : "verified", null);
  if (state === "failed") return standing("negative", "given_up", "begin_again");
  if (WRONG.has(verdict)) return standing("caution", "wrong_record", "mend_record");
  return standing("caution", "waits_for_record", "publish_record");
}

export function redirectUriStanding(facts: { isDefault: boolean; pending: boolean }): Standing {
  if (facts.pending) return standing("caution", "being_added", null);
  return standing("positive", facts.isDefault ? "default_uri" : "registered", null);
}

export function linkStanding({ openedAt }: { openedAt: Date | null }): Standing {
  return openedAt
    ? standing("neutral", "link_open", "wait_for_them")
    : standing("neutral", "link_waiting", "wait_for_them");
}

export function environmentStanding({ state }: { state: string }): Standing {
  if (state === "failing") return standing("negative", "silent", "see_environment");
  return state === "active"
    ? standing("positive", "answers", null)
    : standing("caution", "being_set_up", "see_environment");
}

const ORDER = ["negative", "caution", "neutral", "positive"] as const;

/** The worst first; what is alike keeps its order. */
export function worstFirst<Item extends { standing: Standing }>(items: readonly Item[]): Item[] {
  return items.toSorted(
    (one, other) => ORDER.indexOf(one.standing.tone) - ORDER.indexOf(other.standing.tone),
  );
}

/** Every hour of the last day, also those in which nobody signed in. */
export function wholeDay(
  hours: readonly { hour: Date; passed: number; failed: number }[],
  now: Date,
): { hour: Date; passed: number; failed: number }[] {
  const known = new Map(hours.map((each) => [each.hour.getTime(), each]));
  const current = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  return Array.from({ length: 24 }, (_, index) => {
    const hour = current - (23 - index) * HOUR_MS;
    return known.get(hour) ?? { hour: new Date(hour), passed: 0, failed: 0 };
  });
}

const HOUR_MS = DAY_MS / 24;

function standing(tone: Standing["tone"], code: StandingCode, next: NextCode | null): Standing {
  return { tone, code, next };
}

import { z } from "zod";
import { type Action, PERMISSIONS } from "#lib/access/permissions.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

/** Things that happen to people, or by themselves, rather than by permission; in the same vocabulary. */
const HAPPENINGS = [
  "session.sign_in",
  "session.sign_in_refused",
  "session.sign_out",
  "session.revoke",
  "person.accept_invitation",
  "person.change_name",
  "person.set_password",
  "person.enrol_totp",
  "person.remove_totp",
  "person.use_recovery_code",
  "person.renew_recovery_codes",
  "person.link_sso",
  "sso_provider.add",
  "sso_provider.change",
  "sso_provider.enable",
  "sso_provider.disable",
  "sso_provider.remove",
  // What becomes of rules is decided by a change request; these are its lines. Packs were applied whole before there were any.
  "allowlist.add_rule",
  "allowlist.change_rule",
  "allowlist.retire_rule",
  "allowlist.apply_pack",
  "allowlist.rule_expired",
  "allowlist.add_capability",
  "allowlist.change_capability",
  "allowlist.remove_capability",
  "allowlist.add_assertion",
  "allowlist.retire_assertion",
  "change_request.remind",
  "change_request.expire",
  "change_request.pause_bulk",
  "change_request.resume_bulk",
  "change_request.finish_bulk",
  "setup_link.open",
  "setup_link.refuse",
  "setup_link.step",
  "setup_link.finish",
  "gateway.first_report",
  "gateway.report_gap",
  "gateway.finish_errand",
] as const;

/**
 * How what was asked of a site came out, as the detail of an event says it: `outcome`. Those that have none were written down
 * with what they tell of, or with an errand.
 */
export type Outcome = "asked" | "done" | "refused" | "unanswered";

/** What the log can hold: every permission that does something, and what happens without one. Reading is not recorded. */
export type AuditAction = Exclude<Action, `${string}.read`> | (typeof HAPPENINGS)[number];

export const AUDIT_ACTIONS: readonly AuditAction[] = [
  ...Object.keys(PERMISSIONS).filter(
    (action): action is Exclude<Action, `${string}.read`> => !action.endsWith(".read"),
  ),
  ...HAPPENINGS,
].sort();

export const AUDIT_LIST = {
  sorts: ["time"],
  defaultDirection: "desc",
  filters: ["action", "actor", "target", "customer", "since", "until"],
} as const satisfies ListSpec<string, string>;

/** What of the log is wanted. Times are exact moments; `until` is the first one left out. */
export interface AuditQuery extends ListQuery<"time", (typeof AUDIT_LIST.filters)[number]> {
  since: Date | null;
  until: Date | null;
}

/** A day, or a moment, as a URL gives it. What makes no sense narrows nothing. */
const Moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?)?$/)
  .transform((text) => new Date(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(/Z$/, "")}Z`))
  .refine((moment) => !Number.isNaN(moment.getTime()))
  .nullable()
  .catch(null);

/** Adds the time range to what the list's URL says. A bare day as `until` includes that day. */
export function auditQuery(list: ListQuery<"time", (typeof AUDIT_LIST.filters)[number]>): AuditQuery {
  const until = list.filters.until[0] ?? null;
  const end = Moment.parse(until);
  const wholeDay = until?.length === 10 && end ? new Date(end.getTime() + 86_400_000) : end;
  return { ...list, since: Moment.parse(list.filters.since[0] ?? null), until: wholeDay };
}

export const AUDIT_FORMATS = ["csv", "ndjson"] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

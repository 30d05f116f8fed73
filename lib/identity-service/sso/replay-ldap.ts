import { entryFrom } from "../ldap/captured-entry.ts";
import { mapEntry } from "../ldap/profile.ts";
import { LdapSettings } from "../ldap/settings.ts";
import { NO_IDENTIFIER } from "../ldap/sign-in.ts";
import { allPassed, failedAt } from "../ldap/trace.ts";
import type { LdapAnswer } from "./captured.ts";
import { notAgain, type ReplayContext, type Replayed } from "./replayed.ts";

const OF_ITS_DIRECTORY = [
  "connection.active",
  "directory.reached",
  "service.bind",
  "person.found",
  "person.password",
  "person.state",
  "person.groups",
];

/** What these settings make of the entry. The directory is not asked again: nobody's password was kept. */
export function replayLdap({ connection }: ReplayContext, answer: LdapAnswer): Replayed {
  const { kind, mode } = LdapSettings.parse(connection.ldap);
  const { groups } = answer;
  const profile = mapEntry(entryFrom(answer.entry), connection.attribute_map, { kind, groups });
  const checks = profile ? allPassed(mode) : failedAt(mode, "person.identifier", NO_IDENTIFIER);
  return {
    checks: notAgain(checks, OF_ITS_DIRECTORY),
    profile,
    error: profile ? null : NO_IDENTIFIER,
    answer,
  };
}

import type { DirectoryRow } from "../../directories/directory.ts";
import { DirectorySettings } from "../../directories/settings.ts";
import type { Service } from "../../service.ts";
import { LdapFailure } from "../failure.ts";
import { groupsFilter, peopleFilter } from "../filters.ts";
import { bindPasswordContext, missingLdapDirectory } from "../input.ts";
import { withSession } from "../session.ts";
import { LdapDirectorySettings } from "../settings.ts";
import { getSource } from "./configure.ts";
import { groupAttributes, idpIdOf, toUser, userAttributes } from "./people.ts";
import { baseOf } from "./users.ts";

/** Enough to see whether it is the right people. */
const SAMPLE = 5;

type CheckId = "settings" | "server" | "account" | "people" | "groups";
interface Check {
  id: CheckId;
  result: "passed" | "failed" | "skipped";
  message: string;
}

const ORDER: readonly CheckId[] = ["settings", "server", "account", "people", "groups"];

/** Reaches a directory as a sync would, and looks at a few of its people and groups. Nothing is kept. */
export async function tryDirectory({ db, sealer, clock }: Service, directory: DirectoryRow) {
  const settings = LdapDirectorySettings.parse((await getSource(db, directory)).settings);
  const attributeMap = DirectorySettings.parse(directory.settings).attribute_map;
  const sealed = settings.bind_password_sealed;
  const password = sealed && sealer.open(sealed, bindPasswordContext("directory", directory.id));
  let checks: Check[] = [];
  const passed = (id: CheckId, message: string) => void checks.push({ id, result: "passed", message });
  let sample: { username: string | null; email: string | null; name: string | null }[] = [];
  try {
    const missing = missingLdapDirectory(settings);
    if (missing) throw new LdapFailure("refused", missing);
    passed("settings", "All that is needed is there.");
    await withSession(settings, async (session) => {
      // Another server may have come this far before it fell silent.
      checks = checks.slice(0, 1);
      passed("server", `${session.server} answers${encryption(session.server, settings.allow_unencrypted)}.`);
      if (settings.bind_dn !== null) {
        const word = await session.bind(settings.bind_dn, password ?? "");
        if (word)
          throw new LdapFailure("credentials", `The service account's password no longer holds: ${word}.`);
        passed("account", `${settings.bind_dn} is let in.`);
      } else passed("account", "No account is named: it is read without one.");
      const base = baseOf(settings.base_dn);
      const people = await session.find(
        base,
        {
          filter: peopleFilter(settings.user_filter, settings.kind),
          ...userAttributes(settings, attributeMap),
        },
        SAMPLE,
      );
      const users = people
        .slice(0, SAMPLE)
        .map((entry) => toUser(entry, settings, { attributeMap, now: clock() }));
      sample = users.map(({ username, email, name }) => ({ username, email, name }));
      if (people.length === 0)
        throw new LdapFailure(
          "refused",
          `Nobody is found beneath ${base}: is it the right place, and may the account look there?`,
        );
      passed("people", `${some(people.length, "person", "people")} found beneath ${base}.`);
      const groupBase = settings.group_base_dn ?? base;
      const groups = await session.find(
        groupBase,
        { filter: groupsFilter(settings.group_filter, settings.kind), ...groupAttributes(settings) },
        SAMPLE,
      );
      for (const group of groups) idpIdOf(group, settings);
      passed("groups", `${some(groups.length, "group", "groups")} found beneath ${groupBase}.`);
    });
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    checks.push({ id: ORDER[checks.length] ?? "groups", result: "failed", message: error.message });
  }
  for (const id of ORDER.slice(checks.length))
    checks.push({ id, result: "skipped", message: "Not tried, for what comes before it failed." });
  const state = checks.every(({ result }) => result === "passed") ? ("passed" as const) : ("failed" as const);
  return { object: "directory_test" as const, directory_id: directory.id, state, checks, sample };
}

function encryption(server: string, allowUnencrypted: boolean): string {
  if (server.startsWith("ldaps:")) return ", with TLS and a certificate that is trusted";
  return allowUnencrypted ? ", without encryption" : ", with StartTLS and a certificate that is trusted";
}

function some(count: number, one: string, many: string): string {
  if (count > SAMPLE) return `More than ${SAMPLE} ${many}`;
  if (count === 0) return `No ${one}`;
  return `${count} ${count === 1 ? one : many}`;
}

import { randomUUID } from "node:crypto";
import { type AccountRefusal, accountRefusal, accountState, wrongPasswordSentence } from "./account-state.ts";
import type { LdapEntry } from "./entry.ts";
import { LdapFailure } from "./failure.ts";
import { accountFilter, fillTemplate, isDnTemplate, personFilter } from "./filters.ts";
import { groupsOf } from "./groups.ts";
import type { PasswordPolicyWord } from "./password-policy.ts";
import { during, LdapRefusal } from "./refusal.ts";
import { type LdapSession, type Search, withSession } from "./session.ts";
import type { LdapSettings } from "./settings.ts";

/** How the directory is asked: as kept, with the service account's password opened. */
export interface LdapAccess {
  settings: LdapSettings;
  bindPassword: string | null;
  wanted: { attributes: readonly string[]; binary: readonly string[] };
}

export interface Credentials {
  username: string;
  password: string;
}

/** Whose password this is, by the directory's own word. @throws LdapRefusal with the check that failed. */
export async function authenticate(
  access: LdapAccess,
  credentials: Credentials,
  now: Date,
): Promise<{ entry: LdapEntry; groups: string[] }> {
  const { settings } = access;
  try {
    return await withSession(settings, async (session) => {
      const entry =
        settings.mode === "search"
          ? await searchThenBind(session, access, credentials)
          : await bindDirectly(session, access, credentials);
      const state = accountState(entry, now);
      if (state) throw new LdapRefusal("person.state", "account", state.message);
      if (settings.mode === "search") await bindService(session, access);
      return { entry, groups: await during("person.groups", () => groupsOf(session, settings, entry)) };
    });
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    throw new LdapRefusal("directory.reached", "failed", error.message);
  }
}

async function searchThenBind(
  session: LdapSession,
  access: LdapAccess,
  { username, password }: Credentials,
): Promise<LdapEntry> {
  const { base_dn, user_filter, kind } = access.settings;
  await bindService(session, access);
  const filter = personFilter(user_filter, kind, username);
  const entry = await findOne(session, base_dn ?? "", { filter, ...access.wanted }, async () => {
    // As long as a wrong password takes, for the directory and for who measures it.
    await session.bind(`cn=${randomUUID()},${base_dn}`, randomUUID()).catch(() => undefined);
  });
  await bindPerson(session, entry.dn, password);
  return entry;
}

async function bindDirectly(
  session: LdapSession,
  access: LdapAccess,
  { username, password }: Credentials,
): Promise<LdapEntry> {
  const { base_dn, bind_template, user_filter } = access.settings;
  const template = bind_template ?? "";
  const name = fillTemplate(template, username);
  if (name === null) throw new LdapRefusal("person.password", "wrong", "The user name names another domain.");
  await bindPerson(session, name, password);
  if (!isDnTemplate(template)) {
    const filter = accountFilter(user_filter, name, username);
    return await findOne(session, base_dn ?? "", { filter, ...access.wanted });
  }
  const filter = user_filter === null ? "(objectClass=*)" : personFilter(user_filter, "standard", username);
  return await findOne(session, name, { scope: "base", filter, ...access.wanted });
}

async function bindService(session: LdapSession, { settings, bindPassword }: LdapAccess): Promise<void> {
  const { bind_dn } = settings;
  if (bind_dn === null) return;
  await during("service.bind", async () => {
    const word = await session.bind(bind_dn, bindPassword ?? "");
    if (word) throw new LdapFailure("refused", `The service account's password no longer holds: ${word}.`);
  });
}

async function findOne(
  session: LdapSession,
  base: string,
  search: Search,
  nobody: () => Promise<void> = async () => undefined,
): Promise<LdapEntry> {
  const [entry, second] = await during("person.found", () => session.find(base, search, 1));
  if (second)
    throw new LdapRefusal(
      "person.found",
      "wrong",
      `More than one entry fits the user name: ${entry?.dn} and ${second.dn}.`,
    );
  if (entry) return entry;
  await nobody();
  // Not what was typed: that may be a password, in the wrong field.
  throw new LdapRefusal("person.found", "wrong", `No entry beneath ${base} fits the user name.`);
}

async function bindPerson(session: LdapSession, name: string, password: string): Promise<void> {
  let word: PasswordPolicyWord | null;
  try {
    word = await session.bind(name, password);
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.trouble === "unreachable") throw error;
    throw refusalOf(error);
  }
  if (word === null) return;
  const state = accountRefusal(new LdapFailure("credentials", "", { diagnostic: `ppolicy ${word}` }));
  throw new LdapRefusal("person.state", "account", state?.message ?? "The password no longer holds.");
}

/** Whatever a server says to a wrong password, or to one that is right and not enough. */
function refusalOf(failure: LdapFailure): LdapRefusal {
  // Some refuse a locked or disabled account by other codes than a wrong password, before they have looked at that.
  if (failure.trouble !== "credentials") return new LdapRefusal("person.password", "wrong", failure.message);
  const state: AccountRefusal | null = accountRefusal(failure);
  if (!state) return new LdapRefusal("person.password", "wrong", wrongPasswordSentence(failure));
  return state.passwordWasRight
    ? new LdapRefusal("person.state", "account", state.message)
    : new LdapRefusal("person.password", "wrong", state.message);
}

import { z } from "zod";
import { sql } from "../db.ts";
import type { Service } from "../service.ts";
import { invalid, notFound } from "../wire/errors.ts";
import { accountRefusal } from "./account-state.ts";
import { USERNAME } from "./escape.ts";
import { LdapFailure } from "./failure.ts";
import { groupsFilter, peopleFilter } from "./filters.ts";
import { bindPasswordContext } from "./input.ts";
import { probeServer } from "./probe-server.ts";
import { type ProbeStep, passed, problem, skipped } from "./probe-step.ts";
import { type LdapSession, withSession } from "./session.ts";
import { LdapDirectoryInput, LdapDirectorySettings, LdapInput, LdapSettings } from "./settings.ts";
import { groupAttributes, toGroup, toUser, userAttributes } from "./sync/people.ts";

// Tries what somebody typed about a directory server before any of it is kept, and says of each step how it went: does the
// name resolve, does anything answer there, is its certificate trusted, is the account let in, is anybody found.

/** Of whom the password of the service account is that is kept already, where none is given. */
export const ProbeSignIn = z.strictObject({ ldap: LdapInput, connection_id: z.string().optional() });
export const ProbeDirectory = z.strictObject({
  ldap: LdapDirectoryInput,
  directory_id: z.string().optional(),
});
/** What is looked for is not quite the same: who may sign in, or who is to be read. */
type Wanted =
  | ({ purpose: "sign_in" } & z.infer<typeof ProbeSignIn>)
  | ({ purpose: "directory" } & z.infer<typeof ProbeDirectory>);

const CONNECT_MS = 2_500;
const ANSWER_MS = 4_000;
const SAMPLE = 5;
const COUNT_MAX = 1_000;

const KEPT_OF_CONNECTION = sql(
  "ldap_probe_connection",
  "SELECT ldap AS settings FROM identity.connections WHERE environment_id = $1 AND id = $2",
);
const KEPT_OF_DIRECTORY = sql(
  "ldap_probe_directory",
  `SELECT s.settings FROM identity.directories AS d LEFT JOIN identity.ldap_sources AS s ON s.directory_id = d.id
   WHERE d.environment_id = $1 AND d.id = $2`,
);

export async function probeLdap(service: Service, environmentId: string, wanted: Wanted) {
  const { bind_password, ...said } = wanted.ldap;
  const settings = LdapDirectorySettings.parse({
    ...said,
    // Signing in is looked at as reading is: whoever may sign in is whom the filter finds, whatever they type.
    ...(wanted.purpose === "sign_in"
      ? { user_filter: said.user_filter ? forAnybody(said.user_filter) : null }
      : {}),
    connect_timeout_ms: CONNECT_MS,
    answer_timeout_ms: ANSWER_MS,
  });
  const isDirect = wanted.purpose === "sign_in" && wanted.ldap.mode === "direct";
  const password = bind_password ?? (await keptPassword(service, environmentId, wanted, settings));
  const servers = await Promise.all(settings.servers.map((server) => probeServer(server, settings)));
  const usable = servers.find(({ state }) => state === "passed");
  const found = usable
    ? await lookInside(settings, { server: usable.server, password, isDirect, now: service.clock() })
    : nothing();
  const steps = found.steps.every(({ result }) => result !== "failed");
  return {
    object: "ldap_probe" as const,
    state: usable && steps ? ("passed" as const) : ("failed" as const),
    servers,
    ...found,
  };
}

interface Found {
  steps: ProbeStep[];
  /** What the server says of itself: where its tree begins. */
  root: { naming_contexts: string[]; active_directory: boolean } | null;
  people: { dn: string; username: string | null; email: string | null; name: string | null }[];
  groups: { dn: string; name: string }[];
}

function nothing(): Found {
  const steps = (["account", "people", "groups"] as const).map((id) => skipped(id, "not_reached"));
  return { steps, root: null, people: [], groups: [] };
}

interface Look {
  server: string;
  password: string | null;
  isDirect: boolean;
  now: Date;
}

async function lookInside(settings: LdapDirectorySettings, look: Look): Promise<Found> {
  const found: Found = { steps: [], root: null, people: [], groups: [] };
  try {
    await withSession({ ...settings, servers: [look.server] }, async (session) => {
      found.root = await rootOf(session);
      found.steps.push(await tryAccount(session, settings, look));
      if (found.steps.some(({ result }) => result === "failed")) return;
      if (look.isDirect && settings.bind_dn === null) return;
      await tryPeople(session, settings, look, found);
      await tryGroups(session, settings, found);
    });
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    // It answered a moment ago and does so no more.
    const id = (["account", "people", "groups"] as const)[found.steps.length] ?? "groups";
    found.steps.push(problem(id, "silent", error.message));
  }
  for (const id of (["account", "people", "groups"] as const).slice(found.steps.length))
    found.steps.push(
      look.isDirect && settings.bind_dn === null && found.steps[0]?.result !== "failed"
        ? skipped(id, "needs_a_person")
        : skipped(id, "not_reached"),
    );
  return found;
}

async function tryAccount(
  session: LdapSession,
  settings: LdapDirectorySettings,
  { password, isDirect }: Look,
): Promise<ProbeStep> {
  const { bind_dn: name } = settings;
  if (name === null) return isDirect ? skipped("account", "needs_a_person") : passed("account", "anonymous");
  if (!password) return problem("account", "password_missing", "The service account's password is missing.");
  try {
    const word = await session.bind(name, password);
    if (word)
      return problem("account", word, `The service account's password no longer holds: ${word}.`, { name });
    return passed("account", "let_in", { name });
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    const refusal = accountRefusal(error);
    const code = refusal?.reason ?? (error.trouble === "credentials" ? "wrong" : codeOf(error));
    return problem("account", code, refusal?.message ?? error.message, { name });
  }
}

async function tryPeople(
  session: LdapSession,
  settings: LdapDirectorySettings,
  { now }: Look,
  found: Found,
): Promise<void> {
  const { base_dn: base } = settings;
  if (base === null) {
    found.steps.push(
      problem("people", "base_missing", "The place beneath which people are looked for is missing."),
    );
    return;
  }
  const filter = peopleFilter(settings.user_filter, settings.kind);
  const outcome = await counted(session, base, filter, "people");
  if (outcome.code !== "found") {
    found.steps.push(outcome);
    return;
  }
  const search = { filter, ...userAttributes(settings, {}) };
  const entries = await session.find(base, search, SAMPLE);
  try {
    found.people = entries.slice(0, SAMPLE).map((entry) => {
      const { username, email, name } = toUser(entry, settings, { attributeMap: {}, now });
      return { dn: entry.dn, username, email, name };
    });
    found.steps.push(outcome);
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    found.steps.push(problem("people", "no_identifier", error.message, { base }));
  }
}

async function tryGroups(session: LdapSession, settings: LdapDirectorySettings, found: Found): Promise<void> {
  const base = settings.group_base_dn ?? settings.base_dn ?? "";
  const filter = groupsFilter(settings.group_filter, settings.kind);
  const outcome = await counted(session, base, filter, "groups");
  // No groups is no failure: not everybody has any.
  found.steps.push(outcome.code === "none" ? { ...outcome, result: "passed" } : outcome);
  if (outcome.code !== "found") return;
  const entries = await session.find(base, { filter, ...groupAttributes(settings) }, SAMPLE);
  found.groups = entries.slice(0, SAMPLE).flatMap((entry) => {
    try {
      return [{ dn: entry.dn, name: toGroup(entry, settings).name }];
    } catch {
      return [];
    }
  });
}

/** How many entries fit, as far as the server lists them in one go. */
async function counted(
  session: LdapSession,
  base: string,
  filter: string,
  id: "people" | "groups",
): Promise<ProbeStep> {
  try {
    const entries = await session.find(base, { filter, attributes: ["1.1"] }, COUNT_MAX);
    const count = entries.length;
    if (count === 0) return problem(id, "none", `Nobody and nothing fits beneath ${base}.`, { base, filter });
    // A round number is where a server stops, and so do we.
    const more = count > COUNT_MAX || (count >= 500 && count % 500 === 0);
    return passed(id, "found", { base, filter, count: Math.min(count, COUNT_MAX), more });
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.trouble === "unreachable") throw error;
    return problem(id, codeOf(error), error.message, { base, filter });
  }
}

async function rootOf(session: LdapSession): Promise<Found["root"]> {
  const attributes = ["namingContexts", "defaultNamingContext", "supportedCapabilities"];
  try {
    const [root] = await session.find("", { filter: "(objectClass=*)", attributes, scope: "base" }, 1);
    if (!root) return null;
    const texts = (name: string) => [root[name] ?? []].flat().map(String).filter(Boolean);
    const contexts = [...texts("defaultNamingContext"), ...texts("namingContexts")];
    return {
      naming_contexts: [...new Set(contexts)].slice(0, 10),
      active_directory: texts("supportedCapabilities").includes(ACTIVE_DIRECTORY),
    };
  } catch (error) {
    if (error instanceof LdapFailure && error.trouble !== "unreachable") return null;
    throw error;
  }
}

const ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800";
const REFUSALS: Readonly<Record<number, string>> = {
  8: "stronger_authentication",
  10: "referral",
  13: "encryption_needed",
  32: "no_such_entry",
  34: "not_a_name",
  50: "no_right",
  53: "unwilling",
};

function codeOf({ code }: LdapFailure): string {
  return (code !== null && REFUSALS[code]) || "refused";
}

/** The filter that finds one person by what they type finds everybody. */
function forAnybody(filter: string): string {
  return filter.replaceAll(USERNAME, "*").replaceAll(/\*{2,}/g, "*");
}

/** The password that is kept, for the servers and the account that it was given for: no others are told it. */
async function keptPassword(
  { db, sealer }: Service,
  environmentId: string,
  wanted: Wanted,
  next: LdapDirectorySettings,
): Promise<string | null> {
  const [kind, id] =
    wanted.purpose === "sign_in"
      ? (["connection", wanted.connection_id] as const)
      : (["directory", wanted.directory_id] as const);
  if (id === undefined || next.bind_dn === null) return null;
  const find = kind === "connection" ? KEPT_OF_CONNECTION : KEPT_OF_DIRECTORY;
  const [row] = await db.query<{ settings: unknown }>(environmentId, find, [environmentId, id]);
  if (!row) throw notFound(kind === "connection" ? "Connection" : "Directory", id);
  const known = (kind === "connection" ? LdapSettings : LdapDirectorySettings).parse(row.settings ?? {});
  if (!known.bind_password_sealed) return null;
  const moved =
    next.servers.some((server) => !known.servers.includes(server)) ||
    next.bind_dn !== known.bind_dn ||
    next.ca_certificates !== known.ca_certificates ||
    next.allow_unencrypted !== known.allow_unencrypted;
  const message = "Give the service account's password again: the one that is kept was for other servers.";
  if (moved) throw invalid([{ field: "ldap.bind_password", code: "required", message }], message);
  return sealer.open(known.bind_password_sealed, bindPasswordContext(kind, id));
}

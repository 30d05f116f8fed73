import type { Control, Entry, Filter } from "ldapts";
import { type DialPolicy, dial } from "./dial.ts";
import { Exchange } from "./exchange.ts";
import { LdapFailure } from "./failure.ts";
import { type PasswordPolicyWord, passwordPolicy } from "./password-policy.ts";
import type { LdapTransport } from "./settings.ts";

export interface Search {
  filter: string | Filter;
  attributes: readonly string[];
  scope?: "base" | "sub";
  /** Attributes that are not text. */
  binary?: readonly string[];
}

/** One connection to one server, encrypted as the settings say. Nothing is sent on another in its place. */
export interface LdapSession {
  readonly server: string;
  /** Signs in. What the server's password policy says of a password that it accepts is the answer. */
  bind(dn: string, password: string): Promise<PasswordPolicyWord | null>;
  /** Up to `countMax` entries; one more than that is told by the length. */
  find(base: string, search: Search, countMax: number): Promise<Entry[]>;
  /** All entries, a page at a time (RFC 2696): no more than one page is ever in memory. */
  pages(base: string, search: Search, pageSize: number): AsyncGenerator<Entry[]>;
  close(): void;
}

const AVOIDED_MS = 30_000;
/** Servers that did not answer lately are asked last: a person should not wait for each of them at every sign-in. */
const silent = new Map<string, number>();

/**
 * Does `work` with the first server that answers. One that cannot be reached, or ends the connection meanwhile, is left for
 * the next, which does all of it anew; what a server answers is the answer.
 */
export async function withSession<Done>(
  settings: LdapTransport,
  work: (session: LdapSession) => Promise<Done>,
): Promise<Done> {
  const missed: LdapFailure[] = [];
  for (const server of inOrder(settings.servers)) {
    let session: LdapSession | null = null;
    try {
      session = await connect(server, settings);
      const done = await work(session);
      silent.delete(server);
      return done;
    } catch (error) {
      if (!(error instanceof LdapFailure) || !isElsewhere(error)) throw error;
      if (silent.size > 1_000) silent.clear();
      silent.set(server, Date.now() + AVOIDED_MS);
      missed.push(error);
    } finally {
      session?.close();
    }
  }
  // A server that may be an impostor counts for more than one that is silent.
  const worst = missed.find(({ trouble }) => trouble === "untrusted") ?? missed[0];
  const message = missed.map((each) => each.message).join(" ");
  throw new LdapFailure(worst?.trouble ?? "refused", message || "No server is named.");
}

/** Whether another server may do what this one could not. */
export function isElsewhere({ trouble }: LdapFailure): boolean {
  return trouble === "unreachable" || trouble === "untrusted";
}

function inOrder(servers: readonly string[]): string[] {
  const isSilent = (server: string) => (silent.get(server) ?? 0) > Date.now();
  return [...servers.filter((server) => !isSilent(server)), ...servers.filter(isSilent)];
}

async function connect(server: string, settings: LdapTransport): Promise<LdapSession> {
  const ldap = await import("ldapts");
  const policy: DialPolicy = {
    ca: settings.ca_certificates,
    allowUnencrypted: settings.allow_unencrypted,
    connectTimeoutMs: settings.connect_timeout_ms,
  };
  const exchange = new Exchange(server, await dial(server, policy), ldap, settings.answer_timeout_ms);
  return {
    server,
    bind: async (dn, password) => await bind(exchange, dn, password),
    find: async (base, search, countMax) => {
      const { entries } = await exchange.askForSome(
        (messageId, { SearchRequest }) =>
          new SearchRequest({ messageId, ...optionsOf(ldap, base, search), sizeLimit: countMax + 1 }),
      );
      return entries;
    },
    pages: (base, search, pageSize) => pages(exchange, optionsOf(ldap, base, search), pageSize),
    close: () => exchange.close(),
  };
}

async function bind(exchange: Exchange, dn: string, password: string): Promise<PasswordPolicyWord | null> {
  // An empty password is no password: the server would answer with success, whoever it is (RFC 4513, 5.1.2).
  if (dn === "" || password === "")
    throw new LdapFailure("credentials", "An empty name or password is never sent to a directory.");
  const { control, word } = await passwordPolicy();
  try {
    await exchange.ask(
      (messageId, { BindRequest }) => new BindRequest({ messageId, dn, password, controls: [control] }),
    );
    return word();
  } catch (error) {
    const said = word();
    if (said === null || !(error instanceof LdapFailure) || error.trouble !== "credentials") throw error;
    throw new LdapFailure(error.trouble, error.message, { code: error.code, diagnostic: `ppolicy ${said}` });
  }
}

type SearchOptions = ReturnType<typeof optionsOf>;

async function* pages(exchange: Exchange, options: SearchOptions, pageSize: number): AsyncGenerator<Entry[]> {
  let cookie: Buffer | undefined;
  do {
    const answer = await exchange.ask((messageId, { SearchRequest, PagedResultsControl }) => {
      const value = { size: pageSize, ...(cookie ? { cookie } : {}) };
      const controls = [new PagedResultsControl({ value, critical: true })];
      return new SearchRequest({ messageId, ...options, controls });
    });
    cookie = cookieOf(answer.controls);
    yield answer.entries;
  } while (cookie);
}

/** Where the next page begins. An empty page is no end: the cookie alone says so. */
function cookieOf(controls: readonly Control[]): Buffer | undefined {
  const [paged] = controls.filter((control) => "value" in control);
  const value = paged?.value as { cookie?: Buffer } | undefined;
  return value?.cookie?.length ? value.cookie : undefined;
}

function optionsOf(
  { FilterParser }: typeof import("ldapts"),
  baseDN: string,
  { filter, attributes, scope = "sub", binary = [] }: Search,
) {
  return {
    baseDN,
    filter: typeof filter === "string" ? FilterParser.parseString(filter) : filter,
    scope,
    attributes: [...attributes],
    explicitBufferAttributes: [...binary],
    // Ours ends the connection; the server's own limit is its own.
    timeLimit: 0,
  };
}

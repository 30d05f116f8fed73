import type { Socket } from "node:net";
import type { Client, Control, Entry, Filter } from "ldapts";
import { type DialPolicy, dial } from "./dial.ts";
import { LdapFailure, refusalByCode } from "./failure.ts";
import { Frames } from "./frames.ts";
import { passwordPolicy, type PasswordPolicyWord } from "./password-policy.ts";
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
  readonly encrypted: boolean;
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

/** A session with the first server that answers. `missed` says what happened at those before it. */
export async function openSession(
  settings: LdapTransport,
): Promise<{ session: LdapSession; missed: LdapFailure[] }> {
  const missed: LdapFailure[] = [];
  for (const server of inOrder(settings.servers)) {
    try {
      const session = await connect(server, settings);
      silent.delete(server);
      return { session, missed };
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      if (silent.size > 1_000) silent.clear();
      silent.set(server, Date.now() + AVOIDED_MS);
      missed.push(error);
    }
  }
  const [first] = missed;
  // A server that may be an impostor counts for more than one that is silent.
  const worst = missed.find(({ trouble }) => trouble === "untrusted") ?? first;
  const message = missed.map((each) => each.message).join(" ");
  throw new LdapFailure(worst?.trouble ?? "refused", message || "No server is named.");
}

function inOrder(servers: readonly string[]): string[] {
  const isSilent = (server: string) => (silent.get(server) ?? 0) > Date.now();
  return [...servers.filter((server) => !isSilent(server)), ...servers.filter(isSilent)];
}

export async function connect(server: string, settings: LdapTransport): Promise<LdapSession> {
  const { Client } = await import("ldapts");
  const policy: DialPolicy = {
    ca: settings.ca_certificates,
    allowUnencrypted: settings.allow_unencrypted,
    connectTimeoutMs: settings.connect_timeout_ms,
  };
  const frames = new Frames(await dial(server, policy));
  let given = false;
  const client = new Client({
    url: "ldap://connected.invalid",
    timeout: settings.answer_timeout_ms,
    createConnection: () => {
      // The library would connect again by itself, without encryption and without signing in.
      if (given) throw new Error("The connection has ended.");
      given = true;
      return frames as unknown as Socket;
    },
  });
  const encrypted = server.startsWith("ldaps:") || !settings.allow_unencrypted;
  return sessionOver({ server, encrypted, client, frames });
}

interface Open {
  server: string;
  encrypted: boolean;
  client: Client;
  frames: Frames;
}

function sessionOver({ server, encrypted, client, frames }: Open): LdapSession {
  const asking = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask();
    } catch (error) {
      throw asFailure(server, error as Error, frames.failure);
    }
  };
  return {
    server,
    encrypted,
    bind: async (dn, password) => {
      // An empty password is no password: the server would answer with success, whoever it is (RFC 4513, 5.1.2).
      if (dn === "" || password === "")
        throw new LdapFailure("credentials", "An empty name or password is never sent to a directory.");
      const { control, word } = await passwordPolicy();
      try {
        await client.bind(dn, password, control as Control);
      } catch (error) {
        throw withPolicy(asFailure(server, error as Error, frames.failure), word());
      }
      return word();
    },
    find: async (base, search, countMax) =>
      await asking(async () => {
        const found = await client.search(base, { ...optionsOf(search), sizeLimit: countMax + 1 });
        return found.searchEntries;
      }),
    pages: async function* (base, search, pageSize) {
      const pages = client.searchPaginated(base, { ...optionsOf(search), paged: { pageSize } });
      for (;;) {
        const page = await asking(async () => await pages.next());
        if (page.done) return;
        yield page.value.searchEntries;
      }
    },
    close: () => frames.destroy(),
  };
}

function optionsOf({ filter, attributes, scope = "sub", binary = [] }: Search) {
  return { filter, scope, attributes: [...attributes], explicitBufferAttributes: [...binary] };
}

function withPolicy(failure: LdapFailure, word: PasswordPolicyWord | null): LdapFailure {
  if (word === null || failure.trouble !== "credentials") return failure;
  return new LdapFailure(failure.trouble, failure.message, { code: failure.code, diagnostic: `ppolicy ${word}` });
}

function asFailure(server: string, error: Error & { code?: unknown }, broken: Error | null): LdapFailure {
  if (error instanceof LdapFailure) return error;
  if (error.name === "ResultCodeError" && typeof error.code === "number")
    return refusalByCode(server, error.code, error.message.replace(/ Code: 0x[0-9a-f]+$/, "").trim());
  if (broken) return new LdapFailure("unreachable", `${server} failed: ${broken.message}.`);
  const late = /timed? ?out/i.test(error.message);
  return new LdapFailure(
    "unreachable",
    `${server} ${late ? "did not answer in time" : "ended the connection before it had answered"}.`,
  );
}

import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { freePort } from "#lib/cli/ports.ts";
import type { Bench, Contender, Sample } from "./bench.ts";
import { type Answer, type HttpClient, httpClient } from "./http-client.ts";
import {
  end,
  firstAnswer,
  MANAGEMENT_TOKEN,
  startDurableDatabase,
  startIdentityProgram,
} from "./identity-program.ts";

const CLIENT = { client_id: "sallyport", client_secret: "a-secret-only-for-the-benches-of-sallyport" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const REDIRECT_URI = "http://localhost:9999/callback";
// So many that both have compiled their code before the first run that counts, and a run takes a second.
const FLOWS = 960;
const AT_ONCE = 32;
/** Sign-ins under way together: the provider's own store remembers the last thousand things, and each is four of them. */
const REMEMBERED = 192;
/** Somebody else at the same time: the same person twice would wait for themselves in the database. */
const PEOPLE = Array.from({ length: 60 }, (_, number) => `person-${number}`);

/** `oidc-provider` itself, or what has its answers ready and takes hardly anything of the machine. */
type Provider = "oidc-upstream.ts" | "oidc-idp.ts";

/** The OpenID provider, with a browser for each person in which they may have signed in already. */
async function startUpstream(provider: Provider) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [new URL(provider, import.meta.url).pathname], {
    stdio: "ignore",
    env: { ...process.env, PORT: String(port) },
  });
  await firstAnswer(`${url}/.well-known/openid-configuration`, child);
  const client = httpClient(url);
  const cookies = new Map<string, string>();
  return {
    url,
    client,
    pid: child.pid ?? 0,
    /** Where an authorization request of ours leads somebody who has signed in. */
    async visit(person: string, query: URLSearchParams): Promise<URL> {
      query.set("login_hint", person);
      const answer = await client.send("GET", `/auth?${query}`, { cookie: cookies.get(person) ?? "" });
      return new URL(answer.headers.get("location") ?? "", url);
    },
    /** With a browser that knows nothing; where that leads, and what it knows then. */
    async signIn(person: string, query: URLSearchParams): Promise<URL> {
      const jar = new Map<string, string>();
      query.set("login_hint", person);
      let at = new URL(`${url}/auth?${query}`);
      while (at.origin === url) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
        const answer = await client.send("GET", `${at.pathname}${at.search}`, { cookie });
        for (const [name, value] of setCookies(answer)) jar.set(name, value);
        at = new URL(answer.headers.get("location") ?? "", url);
      }
      cookies.set(person, [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
      return at;
    },
    async close() {
      client.close();
      await end(child);
    },
  };
}

function setCookies({ headers }: Answer): [string, string][] {
  return (headers.get("set-cookie") ?? "").split("\n").flatMap((line) => {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as [string, string]];
  });
}

async function ours(provider: Provider): Promise<Contender> {
  const database = await startDurableDatabase();
  const service = await startIdentityProgram(database.identityUrl);
  const upstream = await startUpstream(provider);
  const client = httpClient(service.url);
  const { connection, environment, key } = await prepare(client, upstream.url);
  const asked = new URLSearchParams({
    client_id: environment.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    connection: connection.id,
  });
  const authorize = async () => {
    const { headers } = await client.send("GET", `/sso/authorize?${asked}`);
    return new URL(headers.get("location") ?? "").searchParams;
  };
  const finish = async ({ person, url }: { person: string; url: URL }) => {
    const { headers } = await client.send("GET", `${url.pathname}${url.search}`);
    const code = new URL(headers.get("location") ?? "").searchParams.get("code") ?? "";
    const secret = { client_id: environment.client_id, client_secret: key.value };
    const body = new URLSearchParams({ ...secret, grant_type: "authorization_code", code });
    const exchange = await client.send("POST", "/sso/token", FORM, `${body}`);
    const { access_token } = JSON.parse(exchange.text);
    const bearer = { authorization: `Bearer ${access_token}` };
    const profile = await client.send("GET", "/sso/profile", bearer);
    const { email } = JSON.parse(profile.text);
    if (email !== `${person}@example.com`)
      throw new Error(
        `${person} was signed in as ${email}: ${headers.get("location")}, ${exchange.text}, ${profile.text}`,
      );
  };
  for (const person of PEOPLE) await upstream.signIn(person, await authorize());
  return {
    async measure(): Promise<Sample> {
      const everybody = people();
      let timedMs = 0;
      for (let next = 0; next < FLOWS; next += REMEMBERED) {
        const some = everybody.slice(next, next + REMEMBERED);
        const begun = performance.now();
        const queries = await each(some, async (person) => ({ person, query: await authorize() }));
        timedMs += performance.now() - begun;
        // What the person's browser does at the identity provider is neither contender's work, and not timed.
        const returns = await each(queries, async ({ person, query }) => ({
          person,
          url: await upstream.visit(person, query),
        }));
        const back = performance.now();
        await each(returns, finish);
        timedMs += performance.now() - back;
      }
      return { value: FLOWS / (timedMs / 1_000), operations: FLOWS };
    },
    pids: [service.pid],
    async close() {
      client.close();
      await upstream.close();
      await service.stop();
      await database.stop();
    },
  };
}

async function prepare(client: HttpClient, issuer: string) {
  const post = async (path: string, body: object, token = MANAGEMENT_TOKEN) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return JSON.parse((await client.send("POST", path, headers, JSON.stringify(body))).text);
  };
  const environment = await post("/sallyport/v1/environments", { name: "Bench", kind: "staging" });
  const home = `/sallyport/v1/environments/${environment.id}`;
  const key = await post(`${home}/api_keys`, { name: "bench" });
  await post(`${home}/redirect_uris`, { uri: REDIRECT_URI });
  const domains = [{ domain: "example.com", state: "verified" }];
  const organization = await post("/organizations", { name: "Bench", domain_data: domains }, key.value);
  const connection = await post(`${home}/connections`, {
    organization_id: organization.id,
    connection_type: "GenericOIDC",
    name: "Bench",
    state: "active",
    oidc: { issuer, ...CLIENT },
  });
  return { connection, environment, key };
}

/**
 * The provider by itself, spoken to by an application. `knows` its people: their browser has a session, and it only issues a code and
 * the tokens for it. Otherwise it signs each in, as ours does: who they are, what they consent to, a code, tokens, user info.
 */
async function peer(knows: boolean): Promise<Contender> {
  const upstream = await startUpstream("oidc-upstream.ts");
  const flow = async (person: string) => {
    const verifier = randomBytes(32).toString("base64url");
    const query = request(createHash("sha256").update(verifier).digest("base64url"));
    const back = await (knows ? upstream.visit(person, query) : upstream.signIn(person, query));
    const body = new URLSearchParams({
      ...CLIENT,
      grant_type: "authorization_code",
      redirect_uri: REDIRECT_URI,
      code: back.searchParams.get("code") ?? "",
      code_verifier: verifier,
    });
    const { text } = await upstream.client.send("POST", "/token", FORM, `${body}`);
    const { id_token, access_token } = JSON.parse(text) as { id_token: string; access_token: string };
    const [, claims = ""] = id_token.split(".");
    const { sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
    if (sub !== person) throw new Error(`${person} was signed in as ${sub}.`);
    if (knows) return;
    const bearer = { authorization: `Bearer ${access_token}` };
    const { email } = JSON.parse((await upstream.client.send("GET", "/me", bearer)).text);
    if (email !== `${person}@example.com`) throw new Error(`${person} was signed in as ${email}.`);
  };
  const challenge = createHash("sha256").update("of the first visit").digest("base64url");
  if (knows) for (const person of PEOPLE) await upstream.signIn(person, request(challenge));
  return {
    async measure(): Promise<Sample> {
      const begun = performance.now();
      await each(people(), flow);
      return { value: FLOWS / ((performance.now() - begun) / 1_000), operations: FLOWS };
    },
    pids: [upstream.pid],
    close: upstream.close,
  };
}

function request(challenge: string): URLSearchParams {
  return new URLSearchParams({
    client_id: CLIENT.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: "openid email profile",
    state: "state",
    nonce: "nonce",
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
}

function people(): string[] {
  return Array.from({ length: FLOWS }, (_, number) => PEOPLE[number % PEOPLE.length] as string);
}

async function each<In, Out>(items: readonly In[], step: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await step(items[index] as In);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

export const bench: Bench = {
  cases: [
    // What the identity provider does is nobody's work, as in saml-login: its answers are ready.
    {
      name: "a person signs in: authorize, callback, token, profile; the peer login, code, token, user info",
      unit: "sign-ins/s",
      better: "higher",
      ours: () => ours("oidc-idp.ts"),
      peer: () => peer(false),
    },
    // A whole provider works for each of ours on the same cores, and the peer has every person's session already.
    {
      name: "through an oidc-provider on the same cores; the peer that provider, session open: code, token",
      unit: "sign-ins/s",
      better: "higher",
      ours: () => ours("oidc-upstream.ts"),
      peer: () => peer(true),
    },
  ],
};

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import samlp from "samlp";
import { selfSignedCertificate } from "#lib/identity-service/keys/certificate.ts";

/** Somebody the identity provider knows. */
export interface IdpPerson {
  readonly username: string;
  readonly password: string;
  readonly nameId: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

/** How the identity provider is set up; a test may change it while it runs. */
export interface IdpSettings {
  entityId: string;
  people: readonly IdpPerson[];
  privateKey: string;
  certificate: string;
  sign: "assertion" | "response" | "both" | "nothing";
  hash: "sha256" | "sha1";
  nameIdFormat: string;
  /** Encrypts assertions for the holder of this certificate. */
  encryptFor: { readonly certificate: string; readonly algorithm: string } | null;
  /** Refuses requests that are not signed by the holder of this certificate. */
  requestCertificate: string | null;
  /** Whom its answers are for, where its administrator entered somebody else than who asks. */
  audience: string | null;
  /** What it calls a session of its own. */
  sessionIndex: string;
}

/** What an application asks of it: from an AuthnRequest, or by hand where sign-in begins at the identity provider. */
export interface IdpAsk {
  readonly audience: string;
  readonly acsUrl: string;
  readonly inResponseTo?: string;
}

export interface SamlIdp {
  readonly settings: IdpSettings;
  readonly url: string;
  readonly metadataUrl: string;
  readonly ssoUrl: string;
  close(): Promise<void>;
}

export const ADA: IdpPerson = {
  username: "ada",
  password: "correct horse",
  nameId: "ada@example.com",
  attributes: {
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "ada@example.com",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname": "Ada",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname": "Lovelace",
    groups: ["engineers", "operators"],
  },
};

/** Settings with a key of their own; for responses without a server, too. */
export function idpSettings(changes: Partial<IdpSettings> = {}): IdpSettings {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return {
    entityId: "https://idp.example.com/saml",
    people: [ADA],
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: selfSignedCertificate(privateKey, "idp.example.com", new Date()),
    sign: "assertion",
    hash: "sha256",
    nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    encryptFor: null,
    requestCertificate: null,
    audience: null,
    sessionIndex: "_session1",
    ...changes,
  };
}

/**
 * A SAML identity provider, served on loopback: `samlp` (Auth0's) behind the sign-in page that a person would see. The
 * page has the fields `username` and `password` and a button "Sign in"; after it the browser posts to the application.
 */
export async function startSamlIdp(changes: Partial<IdpSettings> = {}): Promise<SamlIdp> {
  const settings = idpSettings(changes);
  const server = createServer((request, response) => {
    answer(settings, request).then(
      ({ status, type, text }) =>
        response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(text),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (!changes.entityId) settings.entityId = `${url}/metadata`;
  return { settings, url, metadataUrl: `${url}/metadata`, ssoUrl: `${url}/sso`, close: () => close(server) };
}

/** The response as it is posted, in base64. */
export async function samlResponse(settings: IdpSettings, person: IdpPerson, ask: IdpAsk): Promise<string> {
  return Buffer.from(await responseXml(settings, person, ask)).toString("base64");
}

export function responseXml(settings: IdpSettings, person: IdpPerson, ask: IdpAsk): Promise<string> {
  const { encryptFor, sign, hash } = settings;
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse(
      {
        issuer: settings.entityId,
        cert: settings.certificate,
        key: settings.privateKey,
        audience: ask.audience,
        recipient: ask.acsUrl,
        destination: ask.acsUrl,
        ...(ask.inResponseTo ? { inResponseTo: ask.inResponseTo } : {}),
        signatureAlgorithm: `rsa-${hash}`,
        digestAlgorithm: hash,
        signAssertion: sign === "assertion" || sign === "both",
        signResponse: sign === "response" || sign === "both",
        lifetimeInSeconds: 600,
        sessionIndex: settings.sessionIndex,
        authnContextClassRef: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        ...(encryptFor ? encryption(encryptFor) : {}),
        profileMapper: () => ({
          getClaims: () => ({ ...person.attributes }),
          getNameIdentifier: () => ({
            nameIdentifier: person.nameId,
            nameIdentifierFormat: settings.nameIdFormat,
          }),
        }),
      },
      person,
      (error, xml) => (error ? reject(error) : resolve(xml)),
    );
  });
}

function encryption({ certificate, algorithm }: NonNullable<IdpSettings["encryptFor"]>) {
  return {
    encryptionCert: certificate,
    encryptionPublicKey: certificate,
    encryptionAlgorithm: algorithm,
    disallowEncryptionWithInsecureAlgorithm: false,
    warnOnInsecureEncryptionAlgorithm: false,
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function answer(settings: IdpSettings, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  const query = Object.fromEntries(url.searchParams);
  const body = request.method === "POST" ? await readForm(request) : {};
  const like = {
    method: request.method ?? "GET",
    query,
    body,
    originalUrl: url.pathname,
    headers: request.headers,
    protocol: "http",
  };
  if (url.pathname === "/metadata") return metadata(settings, like);
  if (url.pathname === "/sso")
    return { status: 200, type: "text/html", text: signInPage({ ...query, ...body }, "") };
  if (url.pathname !== "/sign-in") return { status: 404, type: "text/plain", text: "Not here." };

  const person = settings.people.find(
    ({ username, password }) => username === body.username && password === body.password,
  );
  if (!person) return { status: 401, type: "text/html", text: signInPage(body, "That is not right.") };
  // samlp looks for the signature of a redirect among the query's parameters: put back what the form carried along.
  const { username: _username, password: _password, ...carried } = body;
  const isRedirect = carried.SigAlg !== undefined || carried.Signature !== undefined;
  const asked = isRedirect
    ? { ...like, method: "GET", query: carried, body: {} }
    : { ...like, body: carried };
  const wanted = await readAsk(settings, asked);
  const ask = { ...wanted, audience: settings.audience ?? wanted.audience };
  const response = await samlResponse(settings, person, ask);
  const fields = {
    SAMLResponse: response,
    ...(carried.RelayState ? { RelayState: carried.RelayState } : {}),
  };
  return { status: 200, type: "text/html", text: postPage(ask.acsUrl, fields) };
}

function metadata(settings: IdpSettings, like: Parameters<ReturnType<typeof samlp.metadata>>[0]): Answer {
  let text = "";
  const paths = { redirectEndpointPath: "/sso", postEndpointPath: "/sso" };
  const write = samlp.metadata({ issuer: settings.entityId, cert: settings.certificate, ...paths });
  write(like, { set: () => undefined, send: (sent) => (text = sent) });
  return { status: 200, type: "application/samlmetadata+xml", text };
}

function readAsk(settings: IdpSettings, like: Parameters<typeof samlp.parseRequest>[0]): Promise<IdpAsk> {
  const carried = { ...like.query, ...like.body };
  if (!carried.SAMLRequest)
    return Promise.resolve({ audience: carried.audience ?? "", acsUrl: carried.acs ?? "" });
  const options = settings.requestCertificate ? { signingCert: settings.requestCertificate } : {};
  return new Promise((resolve, reject) => {
    samlp.parseRequest(like, options, (error, request) => {
      if (error || !request) return reject(error ?? new Error("There was no request."));
      const { issuer = "", assertionConsumerServiceURL = "", id = "" } = request;
      resolve({ audience: issuer, acsUrl: assertionConsumerServiceURL, inResponseTo: id });
    });
  });
}

function signInPage(carried: Readonly<Record<string, string>>, problem: string): string {
  const { username: _username, password: _password, ...fields } = carried;
  return page(`<h1>Example identity provider</h1><p role="alert">${escaped(problem)}</p>
<form method="post" action="/sign-in">${hidden(fields)}
<label>User name <input name="username" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button></form>`);
}

function postPage(action: string, fields: Readonly<Record<string, string>>): string {
  return page(`<form method="post" action="${escaped(action)}">${hidden(fields)}<button>Continue</button></form>
<script>document.forms[0].submit()</script>`);
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Example identity provider</title><body>${body}</body></html>`;
}

function hidden(fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return inputs.join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.closeAllConnections();
  server.close();
  await closed;
}

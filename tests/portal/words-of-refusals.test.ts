import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type ts from "typescript";
import { describe, expect, test } from "vitest";
import { refusalIn } from "#lib/portal/refusals.ts";
import { TEXTS } from "#lib/portal/texts/index.ts";
import { LOCALES } from "#lib/portal/texts/locales.ts";
import { spoken } from "#lib/portal/texts/spoken.ts";
import { translatorFor } from "#lib/portal/texts.ts";
import { REFUSALS, type RefusalCode } from "#lib/shared/refusals.ts";
import { calledName, functionName, keptName, sentencesIn } from "./spoken-in-english.ts";

// What commands refuse with, what the service tells of a directory and what the doctor reports: all of it is read in the
// portal, and nobody there reads English between German sentences.

const ROOT = join(import.meta.dirname, "../..");
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
const isOther = (locale: string) => locale !== "en";

describe.each(LOCALES)("in %s", (locale) => {
  test("every refusal has its words, made of the facts that it comes with", () => {
    const t = translatorFor(locale, "refusals");
    expect(Object.keys(TEXTS[locale].refusals).sort()).toEqual(Object.keys(REFUSALS).sort());
    for (const [code, sentence] of Object.entries(REFUSALS)) {
      const facts = Object.fromEntries(names(sentence).map((name) => [name, `<${name}>`]));
      const said = refusalIn(locale, sentence, { code, facts });
      expect.soft(said, code).not.toContain("{");
      expect.soft(said, code).toBe(t(code as RefusalCode as never, { ...facts, quote: "" } as never));
    }
  });
});

test("whatever refuses in a file that the portal runs does so by a code", () => {
  const run = [...runByPortal()];
  expect([...BY_CODE_OR_NEVER].filter((path) => !run.includes(path))).toEqual([]);
  const silent = run.filter(
    (path) => /new AppError\(/.test(readFileSync(join(ROOT, path), "utf8")) && !BY_CODE_OR_NEVER.has(path),
  );
  expect(silent).toEqual([]);
});

test("no refusal is kept that nothing refuses with", () => {
  const source = globSync("{lib,app}/**/*.{ts,tsx}", { cwd: ROOT })
    .filter((path) => path !== "lib/shared/refusals.ts" && !path.startsWith("lib/platform/prisma/"))
    .map((path) => readFileSync(join(ROOT, path), "utf8"))
    .join("\n");
  expect(Object.keys(REFUSALS).filter((code) => !source.includes(`"${code}"`))).toEqual([]);
});

/** Files that make an `AppError` of a code that they were given, or one that nobody in the portal can come to. */
const BY_CODE_OR_NEVER = new Set([
  "lib/shared/refusals.ts",
  "lib/portal/refusals.ts",
  "lib/directory-content/queries.ts",
  // What a person's role does not allow: whoever follows a link has none.
  "lib/access/actor.ts",
  // Signing in to the console, and a second factor there.
  "lib/auth/attempts.ts",
  "lib/auth/password.ts",
  "lib/auth/second-factor.ts",
  "lib/auth/sign-in.ts",
  // Rules, and the address sets in them, are chosen in the console.
  "lib/allowlist/sets/load.ts",
  // An environment is made in the console, and its client id is compared there.
  "lib/environments/driver.ts",
  "lib/drivers/workos.ts",
]);

/** Every file that the portal's pages and commands import, directly or not; types apart. */
function runByPortal(): Set<string> {
  const seen = new Set<string>();
  const waiting = globSync("{app/(portal),lib/portal}/**/*.{ts,tsx}", { cwd: ROOT });
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const imported = readFileSync(join(ROOT, path), "utf8").matchAll(
      /^(?:import|export)(?! type)[^;]*? from "([#.][^"]+\.tsx?)"|import\("([#.][^"]+\.tsx?)"\)/gm,
    );
    for (const [, one = "", other = one] of imported)
      waiting.push(
        other.startsWith("#") ? other.slice(1) : join(resolve("/", dirname(path)), other).slice(1),
      );
  }
  return seen;
}

describe.each(LOCALES.filter(isOther))("in %s", (locale) => {
  const SERVICE = [
    "lib/identity-service/ldap/{dial,failure,groups,session,input,probe}.ts",
    "lib/identity-service/ldap/sync/*.ts",
    "lib/identity-service/connections/**/*.ts",
    "lib/identity-service/directories/{commands,role*,routes,tokens}.ts",
    "lib/identity-service/organizations/domain*.ts",
    "lib/identity-service/management/{connections,directories,revisions,domains}.ts",
  ];
  const refuses = (node: ts.Node) =>
    /^(LdapFailure|SamlInputError|refused|invalid)$/.test(calledName(node)) ||
    /^(RESULTS|UNREACHABLE|UNTRUSTED|message|sentence)$/.test(keptName(node)) ||
    /^(missing|whatIsMissing)/.test(functionName(node));

  test("there are words for everything that the service refuses with and for why it could not read a directory", () => {
    const told = sentencesIn(SERVICE, (around) => around.some(refuses)).filter(({ sentence }) =>
      isSentence(sentence),
    );
    expect(told.length).toBeGreaterThan(80);
    for (const { sentence, where } of told)
      expect.soft(spoken(locale, "service", sentence), where).not.toBeNull();
  });

  test("there are words for everything that the doctor expects and finds", () => {
    // Beside names of products: what to do has words by its code, and what is asked of other machines nobody reads.
    const unseen = (node: ts.Node) =>
      /^(mend|purpose|INSPECTORS)$/.test(keptName(node)) ||
      /^(doorOf|client\.query|client\.query<.*>|Error)$/s.test(calledName(node));
    const told = sentencesIn(
      ["lib/doctor/checks/!(address-kind).ts", "lib/doctor/run.ts"],
      (around) => !around.some(unseen),
    )
      .filter(({ sentence }) => isSentence(sentence) && !sentence.endsWith(".") && !PARTS.has(sentence))
      .concat([...WHOLE].map((sentence) => ({ sentence, where: "put together" })));
    expect(told.length).toBeGreaterThan(80);
    expect(told.filter(({ sentence }) => spoken(locale, "findings", sentence) === null)).toEqual([]);
  });
});

/** Strings of the doctor's that are no saying by themselves, and the sayings that they are put together to. */
const PARTS = new Set([
  "1 2 this machine",
  "ahead of",
  ", leading to 1",
  "; not opened: 1",
  "1 from every name server",
  "TCP 1 open, TLS 1.2 or 1.3 with a certificate 2",
  "of a public authority",
  "this machine trusts",
  "CONNECT 1 HTTP/1.1",
  "Read what the identity provider says of itself",
  "Open the identity provider's pages",
]);
const WHOLE = [
  "5 s ahead of this machine",
  "3 min behind this machine; 5 s ahead of this machine",
  "2 s behind this machine, as 3 of 4 say",
  "answers 302, leading to https://login.example/",
  "opened: a.example, by Zscaler; not opened: b.example",
  "public addresses from every name server",
  "TCP 443 open, TLS 1.2 or 1.3 with a certificate of a public authority",
  "TCP 636 open, TLS 1.2 or 1.3 with a certificate this machine trusts",
  "A no such name (NXDOMAIN) (by 10.0.0.53); AAAA none (by 10.0.0.53)",
  "10.1.2.3 no answer: something on the way drops it; fd00::1 open",
  "PostgreSQL 16.4, 12 MB, 41 migrations",
  "expired 2026-01-02; TLSv1.3, CN=login.example, by CN=Example CA, until 2026-01-02",
  "answers 200; issued by CN=Inspection CA, which this machine does not trust; TLSv1.3, CN=a, by CN=b, until 2027-01-01",
  "the proxy 10.0.0.8:3128 answered 407",
  "login.example, port 443",
];

function isSentence(text: string): boolean {
  return /\p{L}{2,} .*\p{L}{2,}/u.test(text);
}

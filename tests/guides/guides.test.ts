import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "#lib/connections/providers.ts";
import { DIRECTORY_PROVIDERS } from "#lib/directories/providers.ts";
import { getGuide } from "#lib/guides/library.ts";
import { type Guide, GuideFile, inLanguage, LANGUAGES } from "#lib/guides/schema.ts";
import { PLACEHOLDERS, type Placeholder, problemsOf } from "#lib/guides/shape.ts";
import { CHECKS as LDAP } from "#lib/identity-service/ldap/trace.ts";
import { mapClaims } from "#lib/identity-service/oidc/claims.ts";
import { CHECKS as OIDC } from "#lib/identity-service/oidc/trace.ts";
import { mapProfile } from "#lib/identity-service/saml/profile.ts";
import { CHECKS as SAML } from "#lib/identity-service/saml/trace.ts";
import type { VerifiedAssertion } from "#lib/identity-service/saml/types.ts";
import { incomingUser } from "#lib/identity-service/scim/user.ts";
import { CHECKS as KNOWN } from "#lib/identity-service/sso/known.ts";
import { CHECKS as PERSON } from "#lib/identity-service/sso/person.ts";

// Every file of lib/guides/data, by itself. How they are read and shown: library.test.ts, render.test.ts.

const ROOT = join(import.meta.dirname, "../../lib/guides");
const FILES = globSync("data/*.json", { cwd: ROOT }).sort();

const CHECKS: Record<GuideFile["protocol"], string[]> = {
  saml: Object.keys({ ...SAML, ...KNOWN, ...PERSON }),
  oidc: Object.keys({ ...OIDC, ...PERSON }),
  ldap: Object.keys({ ...LDAP, ...PERSON }),
  scim: [],
};
/** What a product must be told: one of each line. */
const NEEDED: Record<GuideFile["protocol"], Placeholder[][]> = {
  saml: [
    ["acs_url", "metadata_url"],
    ["entity_id", "metadata_url"],
  ],
  oidc: [["redirect_uri"]],
  ldap: [],
  scim: [["scim_url"], ["scim_token"]],
};
/** What the form here cannot do without: one of each line. */
const BROUGHT_BACK: Record<GuideFile["protocol"], Guide["back"][number]["what"][][]> = {
  saml: [["metadata_url", "metadata_file"]],
  oidc: [["issuer"], ["client_id"], ["client_secret"]],
  ldap: [["servers"], ["bind_dn"], ["bind_password"], ["base_dn"]],
  scim: [],
};

test("there are guides", () => {
  expect(FILES.length).toBeGreaterThanOrEqual(27);
});

describe.each(FILES)("%s", (file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  const id = basename(file, ".json");

  test("is a guide", () => {
    expect(GuideFile.safeParse(JSON.parse(text)).error?.issues ?? []).toEqual([]);
  });

  test("names only values that are known, and every value that the product needs", () => {
    const named = new Set(holesIn(text));
    const strangers = [...named].filter((name) => !PLACEHOLDERS.some((known) => known === name));
    expect(strangers).toEqual([]);
    const { protocol } = read(text);
    for (const ways of NEEDED[protocol])
      expect(
        ways.some((name) => named.has(name)),
        ways.join(),
      ).toBe(true);
  });

  test("has a field to copy each value into, not only a sentence about it", () => {
    const { protocol, steps } = read(text);
    const copied = new Set(
      steps.flatMap(({ fields, code }) => [
        ...fields.flatMap((field) => ("value" in field ? holesIn(field.value) : [])),
        ...code.flatMap((one) => holesIn(one.text)),
      ]),
    );
    for (const ways of NEEDED[protocol])
      expect(
        ways.some((name) => copied.has(name)),
        ways.join(),
      ).toBe(true);
  });

  test("says what to bring back", () => {
    const { protocol, back } = read(text);
    for (const ways of BROUGHT_BACK[protocol])
      expect(
        back.some(({ what }) => ways.includes(what)),
        ways.join(),
      ).toBe(true);
  });

  test("names the same values in every language", () => {
    const [one, ...others] = LANGUAGES.map((language) => sentences(inLanguage(read(text), language)));
    for (const other of others)
      expect(other.map((said) => holesIn(said).sort())).toEqual(one?.map((said) => holesIn(said).sort()));
  });

  test("is not the same words under two languages, where it is a sentence", () => {
    const said = LANGUAGES.map((language) => inLanguage(read(text), language));
    const [en, de] = said.map(({ intro, role, steps, undo }) => [
      ...[intro, role, ...undo],
      ...steps.flatMap((step) => [step.title, ...step.say]),
    ]);
    en?.forEach((sentence, at) => {
      expect(de?.[at]).not.toBe(sentence);
    });
  });

  test("closes what it opens: bold names and typed text", () => {
    for (const language of LANGUAGES)
      for (const said of sentences(inLanguage(read(text), language))) {
        expect(said.split("**").length % 2, said).toBe(1);
        expect(said.split("`").length % 2, said).toBe(1);
      }
  });

  test("is of a connection or a directory that can be made", () => {
    const { protocol, connectionType, directoryType } = read(text);
    if (connectionType) {
      expect(protocol).not.toBe("scim");
      expect(Object.keys(PROVIDERS[protocol as keyof typeof PROVIDERS])).toContain(connectionType);
    }
    if (directoryType) expect([...Object.keys(DIRECTORY_PROVIDERS), "ldap"]).toContain(directoryType);
  });

  test("points to checks that there are, and says something to each that can fail", async () => {
    const guide = (await getGuide(id, "en")) as Guide;
    const known = CHECKS[guide.protocol];
    const named = [...guide.problems, ...guide.generalProblems].flatMap(({ checks }) => checks);
    expect(named.filter((check) => !known.includes(check))).toEqual([]);
    expect(known.filter((check) => problemsOf(guide, check).length === 0)).toEqual([]);
  });

  test("what it has the product send arrives where it says", () => {
    const { protocol, mapping, steps } = read(text);
    const rows = steps.flatMap(({ attributes }) => attributes?.rows ?? []);
    const sent = rows.map(({ to, name }) => [to, name, to === "groups" ? ["staff"] : [`its ${to}`]] as const);
    if (protocol === "saml") {
      const attributes = sent.filter(([, name]) => name !== "NameID");
      const profile = mapProfile(assertionWith(attributes), mapping);
      for (const [to] of attributes) expect.soft(profile[to as "email"], to).toEqual(wanted(to));
      for (const to of Object.keys(mapping)) expect.soft(sent.map(([field]) => field)).toContain(to);
    }
    if (protocol === "oidc") {
      const claims = Object.fromEntries(
        sent.map(([, name, values]) => [name, values.length > 1 ? values : values[0]]),
      );
      const profile = mapClaims({ sub: "its idp_id", ...claims }, mapping);
      for (const [to] of sent) expect.soft(profile[to as "email"], to).toEqual(wanted(to));
    }
    if (protocol === "scim") {
      const user = incomingUser(scimUser(sent), "none of its own");
      const { idpId: idp_id, username, email, firstName: first_name, lastName: last_name, name } = user;
      const read = { idp_id, username, email, first_name, last_name, name };
      for (const [to] of sent) expect.soft(read[to as "email"], to).toBe(wanted(to));
    }
  });
});

function read(text: string): GuideFile {
  return GuideFile.parse(JSON.parse(text));
}

/** `{username}` is the directory's own: the filter of people's entries is written with it. */
function holesIn(text: string): string[] {
  return [...text.matchAll(/\{([a-z_]+)\}/g)]
    .map(([, name]) => name ?? "")
    .filter((name) => name !== "username");
}

function sentences(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(sentences) : [];
}

function wanted(to: string): string | string[] {
  return to === "groups" ? ["staff"] : `its ${to}`;
}

/** A person as SCIM sends them, with each value at its path: `name.givenName`, `emails[type eq "work"].value`. */
function scimUser(sent: readonly (readonly [to: string, path: string, values: readonly string[]])[]) {
  const user: Record<string, unknown> = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] };
  for (const [, path, [value]] of sent) {
    const [outer = "", inner] = path.split(".");
    if (outer.startsWith("emails")) user.emails = [{ type: "work", primary: true, value }];
    else if (inner) user[outer] = { ...(user[outer] as object), [inner]: value };
    else user[outer] = value;
  }
  return user;
}

function assertionWith(
  sent: (readonly [to: string, name: string, values: readonly string[]])[],
): VerifiedAssertion {
  return {
    nameId: { value: "its idp_id", format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" },
    attributes: sent.map(([, name, values]) => ({ name, friendlyName: null, values })),
  } as unknown as VerifiedAssertion;
}

import { expect, test } from "vitest";
import { allPassed } from "#lib/identity-service/oidc/trace.ts";
import { Trace } from "#lib/identity-service/saml/trace.ts";
import { type Check, SamlRefusal } from "#lib/identity-service/saml/types.ts";
import { keepChecks, recallChecks } from "#lib/identity-service/sso/kept-checks.ts";
import { judge } from "#lib/identity-service/sso/person.ts";

/** As the database gives it back. */
function keptAndRecalled(of: "saml" | "oidc" | "ldap", checks: readonly Check[]): Check[] {
  return recallChecks(JSON.parse(JSON.stringify(keepChecks(of, checks))));
}

function refused(): readonly Check[] {
  const trace: Trace = new Trace();
  trace.passed("connection.active");
  trace.passed("message.xml", "7168 bytes");
  trace.passed("response.destination", "https://a.example", "https://a.example");
  trace.skipped("assertion.encrypted", "Encryption is not required on this connection.");
  try {
    trace.refuse("conditions.audience", { message: "For somebody else.", expected: "us", found: "them" });
  } catch (error) {
    if (error instanceof SamlRefusal) return error.checks;
  }
  return [];
}

test("every check of a trace is shown as it was made", () => {
  const nobody = judge({ email: null } as never, {} as never).checks;
  const checks = [...refused(), ...nobody];
  expect(checks.length).toBeGreaterThan(40);
  expect(keptAndRecalled("saml", checks)).toEqual(checks);
  expect(keptAndRecalled("oidc", allPassed())).toEqual(allPassed());
});

test("a check that no catalogue knows, and a trace of an earlier version, are shown whole", () => {
  const other = { ...(allPassed()[0] as Check), id: "magic_link.first_use", name: "The link is good" };
  expect(keptAndRecalled("oidc", [other])).toEqual([other]);
  expect(recallChecks(allPassed())).toEqual(allPassed());
  const checks: [string, "passed" | "skipped" | "failed", ...(string | null)[]][] = [
    ["connection.active", "passed"],
    ["response.issuer", "passed", "https://a.example", "https://a.example"],
    ["assertion.decrypted", "skipped"],
    ["conditions.audience", "failed", "them", "us", "For somebody else."],
  ];
  expect(recallChecks({ of: "saml", checks } as never)).toMatchObject([
    { id: "connection.active", result: "passed", found: null, expected: null, message: "" },
    { id: "response.issuer", result: "passed", found: "https://a.example", expected: "https://a.example" },
    { id: "assertion.decrypted", result: "skipped", name: "The assertion can be decrypted" },
    {
      id: "conditions.audience",
      result: "failed",
      found: "them",
      expected: "us",
      message: "For somebody else.",
    },
  ]);
});

test("what is kept of a sign-in is a small part of what is shown", () => {
  const shown = new Trace().all();
  expect(JSON.stringify(keepChecks("saml", shown)).length).toBeLessThan(JSON.stringify(shown).length / 6);
});

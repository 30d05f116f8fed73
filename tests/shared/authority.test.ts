import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { understood } from "#lib/shared/authority.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

test("certificates are read one by one, and told apart: an authority's, and a server's own", () => {
  const ca = createTestCa();
  const { certificate } = ca.issue(["ldap.corp.example"]);
  const text = `Here it is:\n${readFileSync(ca.file, "utf8")}\n${readFileSync(certificate, "utf8")}`;
  ca.remove();
  expect(understood({ text })).toMatchObject([
    { subject: expect.stringContaining("CN=Test CA"), isAuthority: true },
    {
      subject: expect.stringContaining("CN=ldap.corp.example"),
      issuer: expect.stringContaining("CN=Test CA"),
      isAuthority: false,
    },
  ]);
});

test("what is no certificate is refused in a sentence", () => {
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  for (const text of ["", "hello", broken])
    expect(() => understood({ text })).toThrow(/no certificate in PEM/);
});

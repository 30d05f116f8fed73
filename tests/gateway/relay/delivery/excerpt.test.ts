import { expect, test } from "vitest";
import { excerptOf } from "#lib/gateway/relay/delivery/excerpt.ts";

const text = (body: string, known: string[] = []) => excerptOf(Buffer.from(body), "text/plain", known);

test.each([
  ["a JSON password", '{"password":"hunter2!","id":"user_1"}', "hunter2!"],
  ["a key with a prefix", '{"db_password" : "s3cr\\"et", "ok": true}', "s3cr"],
  ["a form field", "user=ada&client_secret=abcdefgh&x=1", "abcdefgh"],
  ["a header", "Authorization: Bearer abc.def-ghi", "abc.def-ghi"],
  ["a cookie", "cookie: session=abcdef", "abcdef"],
  ["a token", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl instead", "eyJzdWIiOiIxIn0"],
  ["an API key", "no such key sk_live_1234567890", "sk_live_1234567890"],
  ["a connection string", "cannot reach postgres://app:hunter2@db:5432/app", "hunter2"],
  ["a private key", "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "MIIEvQ"],
  ["a private key that is cut", "-----BEGIN PRIVATE KEY-----\nMIIEvQ", "MIIEvQ"],
  ["a person's address", "no user ada.lovelace+1@example.com", "ada.lovelace"],
])("%s is hidden", (_what, body, secret) => {
  const kept = text(body);
  expect(kept).toContain("[hidden]");
  expect(kept).not.toContain(secret);
});

test("the endpoint's own secret is hidden wherever it is repeated", () => {
  expect(text("expected 0123456789abcdef0123 but", ["0123456789abcdef0123"])).toBe("expected [hidden] but");
});

test("what helps to find the fault stays", () => {
  const body = '{"error":"duplicate_key","message":"Row user_01 exists already.","status":500}';
  expect(text(body)).toBe(body);
});

test("it is cut, and no half of a secret is left where it is", () => {
  const kept = text(`${"x ".repeat(505)}token=${"a".repeat(400)} the rest`) ?? "";
  expect(kept.length).toBeLessThanOrEqual(1_025);
  expect(kept).not.toContain("aaaa");
  expect(text("long ".repeat(1_000))).toHaveLength(1_025);
});

test("other than text is only named, and characters that steer a terminal or the reading order are replaced", () => {
  expect(excerptOf(Buffer.alloc(84), "image/png")).toBe("(84 bytes of image/png)");
  expect(text("a\u001b[2Jb\u202ec\u0000")).toBe("a�[2Jb�c�");
  expect(text("")).toBeNull();
});

import { beforeAll, expect, test, vi } from "vitest";
import { open, seal } from "#lib/platform/seal.ts";

beforeAll(() => {
  vi.stubEnv("SALLYPORT_CONSOLE_DATABASE_URL", "postgresql://nobody@127.0.0.1/none");
  vi.stubEnv("SALLYPORT_SEALING_KEY", Buffer.alloc(32, 7).toString("base64"));
});

const CONTEXT = "environment:env_1:driver_key";

test("what is sealed opens in its own place", () => {
  expect(open(seal("a secret", CONTEXT), CONTEXT)).toBe("a secret");
});

test("what was sealed for another place does not open", () => {
  expect(() => open(seal("a secret", CONTEXT), "environment:env_2:driver_key")).toThrow();
});

test("a value whose proof was cut short does not open", () => {
  const [version, key, nonce, body = ""] = seal("", CONTEXT).split(".");
  const short = Buffer.from(body, "base64url").subarray(0, 4).toString("base64url");
  expect(() => open([version, key, nonce, short].join("."), CONTEXT)).toThrow();
});

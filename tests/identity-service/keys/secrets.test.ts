import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { sameSecret } from "#lib/identity-service/keys/secrets.ts";

const compared = vi.hoisted(() => [] as [number, number][]);
vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  const timingSafeEqual: typeof real.timingSafeEqual = (one, other) => {
    compared.push([one.byteLength, other.byteLength]);
    return real.timingSafeEqual(one, other);
  };
  return { ...real, timingSafeEqual };
});

test.each([
  ["the same", "secret-of-some-length", "secret-of-some-length", true],
  ["one that begins alike", "secret-of-some-length", "secret-of-some-lengtX", false],
  ["one that is shorter", "secret-of-some-length", "s", false],
  ["nothing", "secret-of-some-length", "", false],
])("comparing a secret with %s takes the same steps", (_what, kept, shown, same) => {
  compared.splice(0);
  expect(sameSecret(kept, shown)).toBe(same);
  expect(compared).toEqual([[32, 32]]);
});

const ROOT = join(import.meta.dirname, "../../../lib/identity-service");

// Everything else is looked up by its hash: of what somebody shows, nobody compares a part.
test("no secret is compared in the service otherwise", () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const opened =
    /(?:[!=]==?\s*(?:[\w.]*sealer\.open\(|hashSecret\()|(?:sealer\.open|hashSecret)\([^()]*\)\s*[!=]==?)/;
  const offenders = files.filter((file) => opened.test(readFileSync(join(ROOT, file), "utf8")));
  expect(offenders).toEqual([]);
  expect(opened.test("if (hashSecret(token) === row.token_hash) return;")).toBe(true);
});

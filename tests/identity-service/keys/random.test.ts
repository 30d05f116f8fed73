import { expect, test } from "vitest";
import { drawRandom } from "#lib/identity-service/keys/random.ts";

test("no piece comes twice, none is short, and none is empty or changes afterwards", () => {
  const pieces = Array.from({ length: 2_000 }, (_, number) => drawRandom(12 + (number % 53)));
  const asDrawn = pieces.map((piece) => piece.toString("hex"));
  expect(new Set(asDrawn.map((hex) => hex.slice(0, 24))).size).toBe(2_000);
  expect(pieces.every((piece, number) => piece.length === 12 + (number % 53))).toBe(true);
  for (let more = 0; more < 1_000; more += 1) drawRandom(64);
  expect(pieces.map((piece) => piece.toString("hex"))).toEqual(asDrawn);
});

import { expect, test } from "vitest";
import { archiveObstacle, slugOf } from "#lib/customers/policy.ts";

test.each([
  ["Hafenbank AG", "hafenbank-ag"],
  ["  HAFENBANK -- ag. ", "hafenbank-ag"],
  ["Crédit Maritime & Fils", "credit-maritime-fils"],
  ["東京 銀行", "東京-銀行"],
  ["***", ""],
])("the slug of %j is %j", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test("a customer is archived when no deployment of it runs", () => {
  expect(archiveObstacle(0)).toBeNull();
  expect(archiveObstacle(1)).toContain("its deployment");
  expect(archiveObstacle(3)).toContain("3 deployments");
});

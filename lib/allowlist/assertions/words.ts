import type { AssertionMust } from "#lib/platform/prisma/enums.ts";
import { type Traffic, trafficText } from "../policy.ts";
import type { SetBook } from "../sets/book.ts";

/** An assertion in one line, the way people say it: "Must deny: Egress tcp 25 to 0.0.0.0/0". */
export function assertionText(
  { must, ...traffic }: Traffic & { must: AssertionMust },
  sets: SetBook,
): string {
  return `Must ${must}: ${trafficText(traffic, sets)}`;
}

import "server-only";
import { understood } from "#lib/shared/authority.ts";

/** Whose certificates these are, in their order. */
export function authorityNames(pem: string): string[] {
  return understood({ text: pem }).map(({ subject }) => subject);
}

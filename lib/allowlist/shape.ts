import type { PeerKind } from "#lib/platform/prisma/enums.ts";
import { readCidr } from "#lib/shared/addresses.ts";
import { readFqdn } from "#lib/shared/hostnames.ts";
import { type Reading, read, refuse } from "#lib/shared/reading.ts";

/** The peer in its one canonical form, or exactly what is wrong with it. Whether a set is there is asked of the database. */
export function readPeer(kind: PeerKind, text: string): Reading<string> {
  if (kind === "fqdn") return readFqdn(text);
  if (kind === "address_set")
    return /^[a-z0-9][a-z0-9-]{0,79}$/.test(text) ? read(text) : refuse("Choose an address set.");
  const cidr = readCidr(text);
  return cidr.ok ? read(cidr.value.text) : cidr;
}

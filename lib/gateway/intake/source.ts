import { readAddress } from "#lib/shared/addresses.ts";

/**
 * Whose request it is: the address that the outermost of our own proxies saw. What stands further left in the header is
 * the client's own word. Null where it cannot be told: fewer entries than proxies, or one that is no address.
 */
export function sourceOf(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string | null {
  if (trustedProxies === 0) return canonical(socketAddress);
  const entries = forwardedFor?.split(",") ?? [];
  return canonical(entries.at(-trustedProxies)?.trim().replace(PORT, "$1$2"));
}

/** Some proxies add the port that they saw. */
const PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\da-f:.]+)\])(?::\d{1,5})?$/i;
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** As rules are written: IPv4 that arrived on an IPv6 socket is IPv4, and a link's name is no part of an address. */
export function canonical(address: string | undefined): string | null {
  const reading = readAddress((address ?? "").replace(MAPPED, "").replace(/%.*$/s, ""));
  return reading.ok ? reading.value.text : null;
}

import { rangesOverlap } from "../address-ranges.ts";
import { type AddressRange, readCidr } from "../addresses.ts";

/** Whether a machine on the Internet may have this address. */
export function isPublic(address: AddressRange): boolean {
  return !RESERVED_NETWORKS.some(({ range }) => rangesOverlap(range, address));
}

/** What no address on the Internet lies in: IANA's special-purpose registries, as far as they are not global. */
export const RESERVED_NETWORKS = [
  ["0.0.0.0/8", "this network (RFC 791)"],
  ["10.0.0.0/8", "private (RFC 1918)"],
  ["100.64.0.0/10", "shared with carriers (RFC 6598)"],
  ["127.0.0.0/8", "loopback (RFC 1122)"],
  ["169.254.0.0/16", "link-local (RFC 3927)"],
  ["172.16.0.0/12", "private (RFC 1918)"],
  ["192.0.0.0/24", "set aside for protocols (RFC 6890)"],
  ["192.0.2.0/24", "for documentation (RFC 5737)"],
  ["192.168.0.0/16", "private (RFC 1918)"],
  ["198.18.0.0/15", "for benchmarks (RFC 2544)"],
  ["198.51.100.0/24", "for documentation (RFC 5737)"],
  ["203.0.113.0/24", "for documentation (RFC 5737)"],
  ["224.0.0.0/4", "multicast (RFC 5771)"],
  ["240.0.0.0/4", "reserved (RFC 1112)"],
  ["::/8", "reserved (RFC 4291)"],
  ["100::/8", "reserved (RFC 4291)"],
  ["2001:db8::/32", "for documentation (RFC 3849)"],
  ["3fff::/20", "for documentation (RFC 9637)"],
  ["fc00::/7", "private (RFC 4193)"],
  ["fe80::/10", "link-local (RFC 4291)"],
  ["ff00::/8", "multicast (RFC 4291)"],
].map(([text = "", use = ""]) => {
  const reading = readCidr(text);
  if (!reading.ok) throw new Error(reading.problem);
  return { range: reading.value, use, isPrivate: /^(private|shared)/.test(use) };
});

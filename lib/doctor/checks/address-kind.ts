import { readAddress, readCidr } from "#lib/shared/addresses.ts";

export type AddressKind = "public" | "private" | "loopback" | "nowhere" | "sinkhole";

const KINDS: readonly [AddressKind, string, readonly string[]][] = [
  [
    "nowhere",
    "the address of nothing",
    [
      "0.0.0.0/8",
      "::/128",
      "100::/64",
      "192.0.2.0/24",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "2001:db8::/32",
      "240.0.0.0/4",
    ],
  ],
  ["loopback", "this machine itself", ["127.0.0.0/8", "::1/128"]],
  [
    "private",
    "a private address",
    [
      "10.0.0.0/8",
      "172.16.0.0/12",
      "192.168.0.0/16",
      "100.64.0.0/10",
      "169.254.0.0/16",
      "fc00::/7",
      "fe80::/10",
    ],
  ],
  // Where filters of the Internet send those who ask for what they block.
  ["sinkhole", "the block page of Cisco Umbrella", ["146.112.61.104/29", "146.112.48.0/24"]],
  ["sinkhole", "the sinkhole of Palo Alto Networks", ["72.5.65.111/32", "198.135.184.22/32"]],
  ["sinkhole", "the block portal of Fortinet", ["208.91.112.55/32", "208.91.112.53/32"]],
];

const NETWORKS = KINDS.flatMap(([kind, words, cidrs]) =>
  cidrs.map((text) => {
    const cidr = readCidr(text);
    if (!cidr.ok) throw new Error(cidr.problem);
    return { kind, words, ...cidr.value };
  }),
);

/** What sort of address this is, and in words. */
export function addressKind(text: string): { kind: AddressKind; words: string } {
  const address = readAddress(text);
  if (!address.ok) return { kind: "nowhere", words: "no address" };
  const { family, value } = address.value;
  const network = NETWORKS.find((one) => one.family === family && one.first <= value && value <= one.last);
  return network
    ? { kind: network.kind, words: network.words }
    : { kind: "public", words: "a public address" };
}

import ipaddr from "ipaddr.js";
import { type Reading, read, refuse, strangeCharacter } from "./reading.ts";

export type Family = 4 | 6;

/** A run of addresses of one family, both ends included. */
export interface AddressRange {
  family: Family;
  first: bigint;
  last: bigint;
}

/** A network: an aligned range. `text` is the one way it is written here (RFC 5952 for IPv6), always with its prefix. */
export interface Cidr extends AddressRange {
  prefix: number;
  text: string;
}

/** One address. `text` is canonical. */
export interface Address {
  family: Family;
  value: bigint;
  text: string;
}

export const FAMILY_BITS = { 4: 32, 6: 128 } as const satisfies Record<Family, number>;

/**
 * Reads one address strictly. Everything that some program reads differently from another (leading zeros, hex, short
 * forms, zone ids, IPv4 inside IPv6) is refused: an allowlist has to mean the same to every firewall.
 */
export function readAddress(text: string): Reading<Address> {
  const strange = strangeCharacter(text);
  if (strange) return refuse(strange);
  if (text === "") return refuse("Write an address, such as 203.0.113.7 or 2001:db8::7.");
  if (text.startsWith("[")) return refuse("Leave out the brackets.");
  const problem = text.includes(":") ? ipv6Problem(text) : ipv4Problem(text);
  if (problem) return refuse(problem);
  const parsed = ipaddr.parse(text);
  const family = parsed.kind() === "ipv4" ? 4 : 6;
  const value = valueOfBytes(parsed.toByteArray());
  if (family === 6 && value >> 32n === 0xffffn) {
    return refuse(
      `${text} is the IPv4 address ${addressText(4, value & 0xffffffffn)} in IPv6 form: write that.`,
    );
  }
  return read({ family, value, text: addressText(family, value) });
}

/**
 * Reads a network, or one address as the network that holds only it. Host bits are refused with the corrected value:
 * whether `10.0.0.5/24` meant the host or the network, only its author knows.
 */
export function readCidr(text: string): Reading<Cidr> {
  const strange = strangeCharacter(text);
  if (strange) return refuse(strange);
  if (text === "") return refuse("Write a network, such as 203.0.113.0/24 or 2001:db8::/32.");
  const range = /^([^-/]+)-([^-/]+)$/.exec(text);
  if (range) return refuse("Write a range as one or more networks, each with its prefix length.");
  const [addressPart = "", prefixPart, ...more] = text.split("/");
  if (more.length > 0) return refuse(`${text} has more than one “/”.`);
  const address = readAddress(addressPart);
  if (!address.ok) return address;
  if (prefixPart === undefined) return read(cidrOf(address.value, FAMILY_BITS[address.value.family]));
  const prefix = readPrefix(prefixPart, address.value);
  if (!prefix.ok) return prefix;
  const cidr = cidrOf(address.value, prefix.value);
  if (cidr.first === address.value.value) return read(cidr);
  return refuse(`${text} has host bits set: did you mean ${cidr.text}?`);
}

/** The network of this prefix length that holds the address. */
export function cidrOf(address: Pick<Address, "family" | "value">, prefix: number): Cidr {
  const hostBits = BigInt(FAMILY_BITS[address.family] - prefix);
  const first = (address.value >> hostBits) << hostBits;
  const last = first | ((1n << hostBits) - 1n);
  return {
    family: address.family,
    first,
    last,
    prefix,
    text: `${addressText(address.family, first)}/${prefix}`,
  };
}

/** An address as this product writes it: dotted decimal, or RFC 5952. */
export function addressText(family: Family, value: bigint): string {
  if (family === 4) {
    const bits = Number(value);
    return `${bits >>> 24}.${(bits >>> 16) & 0xff}.${(bits >>> 8) & 0xff}.${bits & 0xff}`;
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((value >> BigInt(16 * (7 - index))) & 0xffffn),
  );
  return new ipaddr.IPv6(groups).toRFC5952String();
}

function valueOfBytes(bytes: number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function ipv4Problem(text: string): string | null {
  if (/0x/i.test(text)) return `${text} is written in hexadecimal: use decimal numbers.`;
  if (/[^0-9.]/.test(text)) return `${text} is not an address.`;
  const parts = text.split(".");
  if (parts.length !== 4) return `${text} has ${parts.length} of the four parts of an IPv4 address.`;
  for (const part of parts) {
    if (part === "") return `${text} has an empty part.`;
    if (/^0\d/.test(part))
      return `${text} has a leading zero in “${part}”, which some programs read as octal.`;
    if (part.length > 3 || Number(part) > 255) return `${text} has a part above 255: “${part}”.`;
  }
  return null;
}

function ipv6Problem(text: string): string | null {
  if (text.includes("%"))
    return `${text} carries a zone id, which means nothing beyond one machine: leave out “%…”.`;
  if (/^\d+(\.\d+){3}:\d+$/.test(text)) return `${text} carries a port: the port has its own field.`;
  if (text.includes(".")) return mixedNotationProblem(text);
  const odd = /[^0-9a-f:]/i.exec(text);
  if (odd) return `${text} is not an address: “${odd[0]}” cannot stand in IPv6.`;
  const halves = text.split("::");
  if (halves.length > 2 || text.includes(":::")) return `${text} has more than one “::”.`;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (groups.includes("")) return `${text} begins or ends with a single “:”.`;
  const long = groups.find((group) => group.length > 4);
  if (long) return `${text} has a group of more than four digits: “${long}”.`;
  if (halves.length === 1 && groups.length !== 8)
    return `${text} has ${groups.length} of the eight groups of an IPv6 address.`;
  if (halves.length === 2 && groups.length > 7) return `${text} has a “::” that stands for nothing.`;
  return null;
}

function mixedNotationProblem(text: string): string {
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const embedded = readAddress(tail);
  if (!embedded.ok) return embedded.problem;
  if (/^(::|(0{1,4}:){1,6}|::(0{1,4}:)+|(0{1,4}:)+:)(ffff:)?[0-9.]+$/i.test(text)) {
    return `${text} is the IPv4 address ${embedded.value.text} in IPv6 form: write that.`;
  }
  return `${text} mixes IPv4 and IPv6 notation: write the last two groups in hexadecimal.`;
}

function readPrefix(text: string, address: Address): Reading<number> {
  const bits = FAMILY_BITS[address.family];
  if (text === "") return refuse(`The prefix length after “/” is missing: /${bits} is this one address.`);
  if (text.includes(".")) return refuse(netmaskProblem(text, address));
  if (!/^[0-9]+$/.test(text)) return refuse(`“/${text}” is not a prefix length.`);
  if (/^0[0-9]/.test(text)) return refuse(`“/${text}” has a leading zero: write /${BigInt(text)}.`);
  if (text.length > 3 || Number(text) > bits) {
    return refuse(`/${text} is too long: an IPv${address.family} prefix ends at /${bits}.`);
  }
  return read(Number(text));
}

function netmaskProblem(text: string, address: Address): string {
  const mask = readAddress(text);
  if (address.family === 4 && mask.ok) {
    const inverted = ~mask.value.value & 0xffffffffn;
    if ((inverted & (inverted + 1n)) === 0n) {
      const prefix = 32 - inverted.toString(2).replace(/^0$/, "").length;
      return `Write the netmask ${text} as a prefix length: ${cidrOf(address, prefix).text}.`;
    }
  }
  return `“/${text}” is not a prefix length.`;
}

import { z } from "zod";
import { readAddress, readCidr } from "../addresses.ts";

const Address = z.string().refine((text) => readAddress(text).ok, "It must be an IPv4 or IPv6 address.");
const Network = z.string().refine((text) => readCidr(text).ok, "It must be a network, such as 10.0.0.0/8.");
const Port = z.coerce.number().int().min(1).max(65_535);

/** What the rules are made from that leave a site no way out but its gateway. */
export const WayOut = z.strictObject({
  /** Where they are loaded: beside an application, on the router between the site and the rest, or on the gateway's own machine. */
  place: z.enum(["application", "router", "gateway"]),
  /** The gateway's addresses, as its clients reach it. */
  gateway: z.array(Address).min(1).max(16),
  proxyPort: Port.default(4128),
  proxyTlsPort: Port.nullish().transform((port) => port ?? null),
  /** Where connections are taken that were never meant for a proxy; null where applications know of it. */
  transparentPort: Port.nullish().transform((port) => port ?? null),
  /** What applications reach without the gateway: the site itself. */
  inside: z.array(Network).max(100).default([]),
  /** The account that the gateway runs as, where its own machine is closed. */
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$|^\d{1,10}$/, "It must be the name or number of an account.")
    .default("sallyport"),
});
export type WayOut = z.infer<typeof WayOut>;

const TABLE = "inet sallyport_way_out";
const FAMILIES = [4, 6] as const;

/**
 * A file for `nft -f` that leaves only the gateway a way out, by IPv4 and IPv6 alike. It has a table of its own, which it replaces,
 * and touches no other. What it stops is counted, and ten a second of it go to the kernel's log.
 */
export function wayOutRules(wayOut: WayOut): string {
  return [
    "#!/usr/sbin/nft -f",
    `# ${ABOUT[wayOut.place]}`,
    `table ${TABLE} {`,
    "}",
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...sets(wayOut),
    "\tcounter stopped {",
    "\t}",
    ...(wayOut.place === "router" ? forward(wayOut) : output(wayOut)),
    ...(wayOut.transparentPort === null || wayOut.place === "gateway"
      ? []
      : redirect(wayOut, wayOut.transparentPort)),
    "}",
    "",
  ].join("\n");
}

const ABOUT = {
  application: "Beside an application: it reaches the site, and beyond that the gateway's proxy alone.",
  router: "On the router: what leaves the site comes from the gateway.",
  gateway: "On the gateway's machine: its own account goes out, and nothing else that runs there.",
} as const satisfies Record<WayOut["place"], string>;

function sets({ gateway, inside }: WayOut): string[] {
  return FAMILIES.flatMap((family) => [
    ...set(
      `gateway_${family}`,
      `ipv${family}_addr`,
      gateway.filter((text) => familyOf(text) === family),
    ),
    ...set(
      `inside_${family}`,
      `ipv${family}_addr; flags interval; auto-merge`,
      inside.filter((text) => familyOf(text) === family),
    ),
  ]);
}

function set(name: string, type: string, elements: readonly string[]): string[] {
  return [
    `\tset ${name} {`,
    ...type.split("; ").map((line, index) => `\t\t${index === 0 ? `type ${line}` : line}`),
    ...(elements.length > 0 ? [`\t\telements = { ${elements.join(", ")} }`] : []),
    "\t}",
  ];
}

function familyOf(text: string): 4 | 6 {
  return text.includes(":") ? 6 : 4;
}

// What a machine needs to have an address at all: neighbours, routers, and its lease.
const HOUSEKEEPING = [
  "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-report, mld2-listener-report } accept",
  "udp sport 68 udp dport 67 accept",
  "udp sport 546 udp dport 547 accept",
];

function output(wayOut: WayOut): string[] {
  return chain("output", [
    'oifname "lo" accept',
    ...toInside(),
    ...(wayOut.place === "gateway" ? [`meta skuid ${wayOut.user} accept`] : toGateway(wayOut)),
    ...HOUSEKEEPING,
  ]);
}

function forward(wayOut: WayOut): string[] {
  return chain("forward", [
    "ip saddr @gateway_4 accept",
    "ip6 saddr @gateway_6 accept",
    ...toGateway(wayOut),
    ...toInside(),
  ]);
}

function toGateway({ proxyPort, proxyTlsPort, transparentPort }: WayOut): string[] {
  const ports = [proxyPort, proxyTlsPort, transparentPort].filter((port) => port !== null).join(", ");
  return [
    `ip daddr @gateway_4 tcp dport { ${ports} } accept`,
    `ip6 daddr @gateway_6 tcp dport { ${ports} } accept`,
  ];
}

function toInside(): string[] {
  return ["ip daddr @inside_4 accept", "ip6 daddr @inside_6 accept"];
}

function chain(hook: "output" | "forward", rules: readonly string[]): string[] {
  return [
    `\tchain ${hook} {`,
    // Behind address translation, so that it is seen where something really goes.
    `\t\ttype filter hook ${hook} priority filter; policy drop;`,
    // Answers to what somebody else began: what begins here goes on only as long as a rule lets it.
    "\t\tct direction reply ct state established,related accept",
    ...rules.map((rule) => `\t\t${rule}`),
    '\t\tlimit rate 10/second log prefix "sallyport stopped: "',
    "\t\tcounter name stopped reject with icmpx type admin-prohibited",
    "\t}",
  ];
}

/** Connections to port 443 of anywhere beyond the site end at the gateway, which reads whom they are for. */
function redirect({ place, gateway }: WayOut, port: number): string[] {
  const targets = FAMILIES.flatMap((family) => {
    const address = gateway.find((text) => familyOf(text) === family);
    if (!address) return [];
    const [protocol, to] = family === 4 ? ["ip", `${address}:${port}`] : ["ip6", `[${address}]:${port}`];
    const own = `${protocol} ${place === "router" ? "saddr" : "daddr"} @gateway_${family} accept`;
    return [
      own,
      `${protocol} daddr @inside_${family} accept`,
      `meta nfproto ipv${family} tcp dport 443 dnat ${protocol} to ${to}`,
    ];
  });
  const hook = place === "router" ? "prerouting priority dstnat" : "output priority -100";
  return [
    "\tchain led {",
    `\t\ttype nat hook ${hook}; policy accept;`,
    ...(place === "router" ? [] : ['\t\toifname "lo" accept']),
    ...targets.map((rule) => `\t\t${rule}`),
    "\t}",
  ];
}

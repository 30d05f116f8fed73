import { mergeRanges } from "#lib/shared/address-ranges.ts";
import { type AddressRange, type Family, readCidr } from "#lib/shared/addresses.ts";
import type { Direction, Protocol, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import type { PortRange } from "#lib/shared/ports.ts";

/**
 * Readers of what the formats write, made from the formats' own grammars and not from our renderers: each takes a file
 * apart into what it lets pass. What a file does not say (who carries the traffic) is left open: everything is `application`.
 */
export type Reader = (file: string) => TrafficRule[];

interface Opening {
  direction: Direction;
  protocol: Protocol;
  ports: PortRange | null;
  peers: readonly string[];
}

function opening({ direction, protocol, ports, peers }: Opening): TrafficRule[] {
  const networks = peers.filter((peer) => /[:/]/.test(peer) || /^[\d.]+$/.test(peer));
  const names = peers.filter((peer) => !networks.includes(peer));
  const common = { direction, protocol, carriedBy: "application" as const, ports };
  const rules = names.map((name): TrafficRule => ({ id: name, ...common, peer: { name } }));
  if (networks.length > 0)
    rules.push({ id: networks.join(), ...common, peer: { ranges: mergeRanges(networks.map(network)) } });
  return rules;
}

function network(text: string): AddressRange {
  const reading = readCidr(text);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.value;
}

function ports(from: string | number, to: string | number = from): PortRange {
  return { from: Number(from), to: Number(to) };
}

/** `443`, `443:443`, `8000-8100`. */
function span(text: string): PortRange {
  const [from = "", to = from] = text.split(/[-:]/);
  return ports(from, to);
}

const content = (file: string, comment: string) =>
  file.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trimStart().startsWith(comment));

function protocolOf(text: string): Protocol {
  const lower = text.toLowerCase();
  if (lower === "tcp" || lower === "udp") return lower;
  if (/^(ipv6-)?icmp(v?[46])?$/.test(lower) || lower === "58") return "icmp";
  throw new Error(`What is ${text}?`);
}

function maskBits(mask: string): number {
  return mask
    .split(".")
    .reduce((bits, part) => bits + Number(part).toString(2).replaceAll("0", "").length, 0);
}

function groups(match: RegExpExecArray | null, line: string): Record<string, string> {
  if (!match?.groups) throw new Error(`Cannot read: ${line}`);
  return match.groups as Record<string, string>;
}

const nftables: Reader = (file) => {
  const sets = new Map(
    [...file.matchAll(/set (\S+) \{[^}]*?elements = \{ ([^}]*) \}/g)].map(([, name, elements]) => [
      `@${name}`,
      (elements ?? "").split(", "),
    ]),
  );
  const uncommented = content(file, "#").join("\n");
  return [...uncommented.matchAll(/chain (egress|ingress) \{\n([^}]*)\}/g)].flatMap(([, direction, body]) =>
    content(body ?? "", "#").flatMap((line) => {
      const rule = groups(
        /^\s*ip6? [ds]addr (?<peer>\S+) (meta l4proto (?<icmp>\S+)|(?<protocol>\S+) dport (?<ports>\S+)) accept comment "\S+"$/.exec(
          line,
        ),
        line,
      );
      return opening({
        direction: direction as Direction,
        protocol: protocolOf(rule.icmp ?? rule.protocol ?? ""),
        ports: rule.ports ? span(rule.ports) : null,
        peers: sets.get(rule.peer ?? "") ?? [rule.peer ?? ""],
      });
    }),
  );
};

const iptables: Reader = (file) =>
  content(file, "#")
    .filter((line) => /^-A SALLYPORT-(EGRESS|INGRESS) /.test(line))
    .flatMap((line) => {
      const rule = groups(
        /^-A SALLYPORT-(?<direction>\S+) -[ds] (?<peer>\S+) -p (?<protocol>\S+)( -m \S+ --dport (?<ports>\S+))? -m comment --comment "\S+" -j ACCEPT$/.exec(
          line,
        ),
        line,
      );
      return opening({
        direction: rule.direction === "EGRESS" ? "egress" : "ingress",
        protocol: protocolOf(rule.protocol ?? ""),
        ports: rule.ports ? span(rule.ports) : null,
        peers: [rule.peer ?? ""],
      });
    });

const pf: Reader = (file) =>
  content(file, "#")
    .filter((line) => /^pass (in|out)/.test(line))
    .flatMap((line) => {
      const rule = groups(
        /^pass (?<way>in|out) quick inet6? proto (?<protocol>\S+) from (any|\{ (?<from>[^}]+) \}) to (any|\{ (?<to>[^}]+) \})( port (?<ports>\S+))? keep state label "\S+"$/.exec(
          line,
        ),
        line,
      );
      return opening({
        direction: rule.way === "out" ? "egress" : "ingress",
        protocol: protocolOf(rule.protocol ?? ""),
        ports: rule.ports ? span(rule.ports) : null,
        peers: (rule.way === "out" ? rule.to : rule.from)?.split(", ") ?? [],
      });
    });

const windows: Reader = (file) =>
  content(file, "#")
    .filter((line) => line.startsWith("New-NetFirewallRule"))
    .flatMap((line) => {
      const option = (name: string) =>
        new RegExp(` -${name} ('[^']*'(,'[^']*')*|\\S+)`).exec(line)?.[1] ?? "";
      const egress = option("Direction") === "Outbound";
      const range = option(egress ? "RemotePort" : "LocalPort");
      return opening({
        direction: egress ? "egress" : "ingress",
        protocol: protocolOf(option("Protocol")),
        ports: range ? span(range) : null,
        peers: option("RemoteAddress").replaceAll("'", "").split(","),
      });
    });

/** Words of Cisco's access lists: `any`, `host x`, `x mask`, `x/n`, `object y`, `object-group y`. */
function ciscoPeer(words: string[], objects: Map<string, string[]>, inverted: boolean): string[] | "any" {
  const word = words.shift() ?? "";
  if (/^any[46]?$/.test(word)) return "any";
  if (word === "host") return [words.shift() ?? ""];
  if (word === "object" || word === "object-group") return objects.get(words.shift() ?? "") ?? [];
  if (word.includes("/")) return [word];
  const mask = maskBits(words.shift() ?? "");
  return [`${word}/${inverted ? 32 - mask : mask}`];
}

function ciscoPorts(words: string[]): PortRange | null {
  if (words[0] === "eq") return ports(words[1] ?? "");
  return words[0] === "range" ? ports(words[1] ?? "", words[2] ?? "") : null;
}

const ciscoAsa: Reader = (file) => {
  const objects = new Map<string, string[]>();
  let open: string[] = [];
  return content(file, "!").flatMap((line) => {
    const words = line.trim().split(" ");
    if (/^object(-group)? network /.test(line)) {
      open = [];
      objects.set(words[2] ?? "", open);
    } else if (/^ fqdn /.test(line)) open.push(words[1] ?? "");
    else if (/^ network-object /.test(line)) {
      const peer = ciscoPeer(words.slice(1), objects, false);
      if (peer !== "any") open.push(...peer);
    }
    if (words[0] !== "access-list" || words[3] !== "permit") return [];
    const rest = words.slice(5);
    const [source, destination] = [ciscoPeer(rest, objects, false), ciscoPeer(rest, objects, false)];
    const direction = words[1] === "SALLYPORT-EGRESS" ? "egress" : "ingress";
    const peers = direction === "egress" ? destination : source;
    if (peers === "any") throw new Error(`Open to all: ${line}`);
    return opening({ direction, protocol: protocolOf(words[4] ?? ""), ports: ciscoPorts(rest), peers });
  });
};

const ciscoIos: Reader = (file) => {
  let direction: Direction = "egress";
  let family: Family = 4;
  return content(file, "!").flatMap((line) => {
    const list = /^(?:ip access-list extended|ipv6 access-list) SALLYPORT-(EGRESS|INGRESS)-V([46])$/.exec(
      line,
    );
    if (list) {
      direction = list[1] === "EGRESS" ? "egress" : "ingress";
      family = list[2] === "4" ? 4 : 6;
    }
    const words = line.trim().split(" ");
    if (words[0] !== "permit" || /nd-n[as]$/.test(line)) return [];
    const rest = words.slice(2);
    const any = family === 4 ? "0.0.0.0/0" : "::/0";
    const [source, destination] = [ciscoPeer(rest, new Map(), true), ciscoPeer(rest, new Map(), true)];
    const peers = direction === "egress" ? destination : source;
    return opening({
      direction,
      protocol: protocolOf(words[1] ?? ""),
      ports: ciscoPorts(rest),
      peers: peers === "any" ? [any] : peers,
    });
  });
};

const juniperSrx: Reader = (file) => {
  const addresses = new Map<string, string>();
  const sets = new Map<string, string[]>();
  const applications = new Map<string, { protocol: Protocol; ports: PortRange | null }>();
  const policies = new Map<string, { direction: Direction; match: Map<string, string[]>; permit: boolean }>();
  for (const line of content(file, "#")) {
    const words = line.split(" ");
    if (line.startsWith("set security address-book global address-set "))
      sets.set(words[5] ?? "", [...(sets.get(words[5] ?? "") ?? []), words[7] ?? ""]);
    else if (line.startsWith("set security address-book global address "))
      addresses.set(words[5] ?? "", words.at(-1) ?? "");
    else if (line.startsWith("set applications application ")) {
      const port = words.indexOf("destination-port");
      const range = port < 0 ? null : span(words[port + 1] ?? "");
      applications.set(words[3] ?? "", { protocol: protocolOf(words[5] ?? ""), ports: range });
    } else if (line.startsWith("set security policies from-zone ")) {
      const direction = words[4] === "trust" ? "egress" : "ingress";
      const key = `${direction} ${words[8]}`;
      const policy = policies.get(key) ?? { direction, match: new Map(), permit: false };
      policies.set(key, policy);
      if (words[9] === "match")
        policy.match.set(words[10] ?? "", [...(policy.match.get(words[10] ?? "") ?? []), words[11] ?? ""]);
      if (words[9] === "then" && words[10] === "permit") policy.permit = true;
    }
  }
  return [...policies.values()]
    .filter(({ permit }) => permit)
    .flatMap(({ direction, match }) => {
      const [set = ""] = match.get(direction === "egress" ? "destination-address" : "source-address") ?? [];
      const peers = (sets.get(set) ?? []).map((name) => addresses.get(name) ?? "");
      return (match.get("application") ?? []).flatMap((name) => {
        const application = applications.get(name);
        if (!application) throw new Error(`No application ${name}`);
        const six = name.endsWith("icmp6");
        const fitting =
          application.protocol === "icmp" ? peers.filter((peer) => peer.includes(":") === six) : peers;
        return opening({ direction, ...application, peers: fitting });
      });
    });
};

const paloAlto: Reader = (file) => {
  const addresses = new Map<string, string>();
  const members = new Map<string, string[]>();
  const services = new Map<string, { protocol: Protocol; ports: PortRange }>();
  return content(file, "#").flatMap((line) => {
    const words = line.split(" ");
    if (line.startsWith("set address ")) addresses.set(words[2] ?? "", words[4] ?? "");
    if (line.startsWith("set address-group ")) members.set(words[2] ?? "", words.slice(5, -1));
    if (line.startsWith("set service "))
      services.set(words[2] ?? "", { protocol: protocolOf(words[4] ?? ""), ports: span(words[6] ?? "") });
    if (!line.startsWith("set rulebase security rules ") || !line.includes(" action allow ")) return [];
    const rule = groups(
      /from (?<from>\S+) to \S+ source (?<source>\S+) destination (?<destination>\S+) application (?<application>any|\[ [^\]]+ \]) service (?<service>\S+) action/.exec(
        line,
      ),
      line,
    );
    const direction = rule.from === "trust" ? "egress" : "ingress";
    const group = (direction === "egress" ? rule.destination : rule.source) ?? "";
    const peers = (members.get(group) ?? []).map((name) => addresses.get(name) ?? "");
    const service = services.get(rule.service ?? "");
    if (service) return opening({ direction, ...service, peers });
    const four = rule.application?.includes(" icmp ") ?? false;
    const six = rule.application?.includes("ipv6-icmp") ?? false;
    const fitting = peers.filter((peer) => (peer.includes(":") ? six : four));
    return opening({ direction, protocol: "icmp", ports: null, peers: fitting });
  });
};

const fortigate: Reader = (file) => {
  let section = "";
  let name = "";
  const objects = new Map<string, Map<string, string>>();
  const policies: Map<string, string>[] = [];
  let settings = new Map<string, string>();
  for (const line of content(file, "#").map((text) => text.trim())) {
    if (line.startsWith("config ")) section = line.slice(7);
    if (line.startsWith("edit ")) {
      name = line.slice(5).replaceAll('"', "");
      settings = new Map();
      if (section === "firewall policy") policies.push(settings);
      else objects.set(`${section} ${name}`, settings);
    }
    const setting = /^set (\S+) (.*)$/.exec(line);
    if (setting) settings.set(setting[1] ?? "", setting[2] ?? "");
  }
  const names = (text: string) => [...text.matchAll(/"([^"]*)"/g)].map(([, quoted]) => quoted ?? "");
  return policies
    .filter((policy) => policy.get("action") === "accept")
    .flatMap((policy) => {
      const direction = policy.get("srcintf") === '"internal"' ? "egress" : "ingress";
      const key = direction === "egress" ? "dstaddr" : "srcaddr";
      const six = policy.has(`${key}6`);
      const peers = names(policy.get(six ? `${key}6` : key) ?? "").map((each) => {
        const object = objects.get(`firewall address${six ? "6" : ""} ${each}`);
        const subnet = object?.get("subnet")?.split(" ");
        return subnet
          ? `${subnet[0]}/${maskBits(subnet[1] ?? "")}`
          : (object?.get("ip6") ?? object?.get("fqdn")?.replaceAll('"', "") ?? "");
      });
      const [service = ""] = names(policy.get("service") ?? "");
      if (service.startsWith("ALL_ICMP")) return opening({ direction, protocol: "icmp", ports: null, peers });
      const custom = objects.get(`firewall service custom ${service}`);
      const protocol = custom?.has("tcp-portrange") ? "tcp" : "udp";
      return opening({ direction, protocol, ports: span(custom?.get(`${protocol}-portrange`) ?? ""), peers });
    });
};

const checkPoint: Reader = (file) => {
  const networks = new Map<string, string>();
  const members = new Map<string, string[]>();
  const services = new Map<string, { protocol: Protocol; ports: PortRange }>();
  return content(file, "#").flatMap((line) => {
    const option = (key: string) => new RegExp(` ${key.replace(".", "\\.")} "([^"]*)"`).exec(line)?.[1] ?? "";
    const all = (key: string) =>
      [...line.matchAll(new RegExp(` ${key}\\.\\d+ "([^"]*)"`, "g"))].map(([, value]) => value ?? "");
    if (line.startsWith("cli add network ")) {
      const family = option("subnet4") ? 4 : 6;
      networks.set(option("name"), `${option(`subnet${family}`)}/${option(`mask-length${family}`)}`);
    }
    if (line.startsWith("cli add group ")) members.set(option("name"), all("members"));
    const service = /^cli add service-(tcp|udp) /.exec(line);
    if (service)
      services.set(option("name"), { protocol: protocolOf(service[1] ?? ""), ports: span(option("port")) });
    if (!line.startsWith("cli add access-rule ") || option("action") !== "Accept") return [];
    const direction = option("source") === "$INSIDE" ? "egress" : "ingress";
    const peer = option(direction === "egress" ? "destination" : "source");
    const peers = peer.startsWith(".")
      ? [peer.slice(1)]
      : (members.get(peer) ?? []).map((name) => networks.get(name) ?? "");
    return all("service").flatMap((name) => {
      const known = services.get(name);
      if (known) return opening({ direction, ...known, peers });
      const six = name === "icmp-v6-proto";
      return opening({
        direction,
        protocol: "icmp",
        ports: null,
        peers: peers.filter((each) => each.includes(":") === six),
      });
    });
  });
};

interface AwsPermission {
  IpProtocol: string;
  FromPort: number;
  ToPort: number;
  IpRanges?: { CidrIp: string }[];
  Ipv6Ranges?: { CidrIpv6: string }[];
}

const awsJson: Reader = (file) => {
  const document = JSON.parse(file) as Record<"IpPermissions" | "IpPermissionsEgress", AwsPermission[]>;
  const read = (direction: Direction, permissions: AwsPermission[]) =>
    permissions.flatMap(({ IpProtocol, FromPort, ToPort, IpRanges = [], Ipv6Ranges = [] }) =>
      opening({
        direction,
        protocol: protocolOf(IpProtocol),
        ports: FromPort === -1 ? null : ports(FromPort, ToPort),
        peers: [...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)],
      }),
    );
  return [...read("egress", document.IpPermissionsEgress), ...read("ingress", document.IpPermissions)];
};

const awsTerraform: Reader = (file) =>
  [...file.matchAll(/resource "aws_vpc_security_group_(egress|ingress)_rule" "\w+" \{\n([^}]*)\}/g)].flatMap(
    ([, direction, body = ""]) => {
      const value = (key: string) => new RegExp(`^  ${key} += "?([^"\\n]*)"?$`, "m").exec(body)?.[1] ?? "";
      return opening({
        direction: direction as Direction,
        protocol: protocolOf(value("ip_protocol")),
        ports: value("from_port") === "-1" ? null : ports(value("from_port"), value("to_port")),
        peers: [value("cidr_ipv4") || value("cidr_ipv6")],
      });
    },
  );

interface AzureRule {
  properties: {
    protocol: string;
    access: string;
    direction: string;
    destinationPortRange: string;
    sourceAddressPrefixes?: string[];
    destinationAddressPrefixes?: string[];
  };
}

const azureNsg: Reader = (file) => {
  const document = JSON.parse(file) as { resources: [{ properties: { securityRules: AzureRule[] } }] };
  return document.resources[0].properties.securityRules
    .filter(({ properties }) => properties.access === "Allow")
    .flatMap(({ properties }) =>
      opening({
        direction: properties.direction === "Outbound" ? "egress" : "ingress",
        protocol: protocolOf(properties.protocol),
        ports: properties.destinationPortRange === "*" ? null : span(properties.destinationPortRange),
        peers: properties.destinationAddressPrefixes ?? properties.sourceAddressPrefixes ?? [],
      }),
    );
};

interface GcpFirewall {
  direction: string;
  allowed?: { IPProtocol: string; ports?: string[] }[];
  destinationRanges?: string[];
  sourceRanges?: string[];
}

const gcpFirewall: Reader = (file) => {
  const { firewalls } = JSON.parse(file) as { firewalls: GcpFirewall[] };
  return firewalls.flatMap(({ direction, allowed = [], destinationRanges, sourceRanges }) =>
    allowed.flatMap(({ IPProtocol, ports: ranges }) =>
      (ranges ?? [null]).flatMap((range) =>
        opening({
          direction: direction === "EGRESS" ? "egress" : "ingress",
          protocol: protocolOf(IPProtocol),
          ports: range === null ? null : span(range),
          peers: destinationRanges ?? sourceRanges ?? [],
        }),
      ),
    ),
  );
};

const squid: Reader = (file) => {
  const acls = new Map<string, string[]>();
  return content(file, "#").flatMap((line) => {
    const words = line.split(" ");
    if (words[0] === "acl") {
      const value = words[2] === "dstdom_regex" ? nameOfRegex(words.at(-1) ?? "") : (words.at(-1) ?? "");
      acls.set(words[1] ?? "", [...(acls.get(words[1] ?? "") ?? []), value]);
    }
    if (words[0] !== "http_access" || words[1] !== "allow") return [];
    const [range = ""] = acls.get(words[4] ?? "") ?? [];
    return opening({
      direction: "egress",
      protocol: "tcp",
      ports: span(range),
      peers: acls.get(words[3] ?? "") ?? [],
    });
  });
};

/** `^[^.]+\.example\.com$` stands for one label before example.com. */
export function nameOfRegex(pattern: string): string {
  return pattern
    .replace(/^\^\[\^\.\]\+\\\./, "*.")
    .replace(/\$$/, "")
    .replaceAll("\\.", ".");
}

const csv: Reader = (file) =>
  file
    .trimEnd()
    .split("\r\n")
    .slice(1)
    .flatMap((line) => {
      const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)].map(([, cell = ""]) =>
        cell.replace(/^"|"$/g, ""),
      );
      if (!cells.includes("allow")) return [];
      const [, direction, protocol, from = "", to = "", kind, peer = "", addresses = ""] = cells;
      return opening({
        direction: direction as Direction,
        protocol: protocolOf(protocol ?? ""),
        ports: from === "" ? null : ports(from, to),
        peers: kind === "fqdn" ? [peer] : addresses.split(" "),
      });
    });

interface JsonRule {
  direction: Direction;
  protocol: Protocol;
  ports: PortRange | null;
  peer: { kind: string; value: string };
  networks: string[];
}

const json: Reader = (file) =>
  (JSON.parse(file) as { rules: JsonRule[] }).rules.flatMap(
    ({ direction, protocol, ports: range, peer, networks }) =>
      opening({ direction, protocol, ports: range, peers: peer.kind === "fqdn" ? [peer.value] : networks }),
  );

export const READERS: Readonly<Record<string, Reader>> = {
  nftables,
  iptables,
  ip6tables: iptables,
  pf,
  windows,
  "cisco-asa": ciscoAsa,
  "cisco-ios": ciscoIos,
  "juniper-srx": juniperSrx,
  "palo-alto": paloAlto,
  fortigate,
  "check-point": checkPoint,
  "aws-json": awsJson,
  "aws-terraform": awsTerraform,
  "azure-nsg": azureNsg,
  "gcp-firewall": gcpFirewall,
  squid,
  csv,
  json,
};

export { opening, ports };

import type { Direction, Protocol } from "#lib/shared/allowlist/traffic.ts";
import type { PortRange } from "#lib/shared/ports.ts";
import { content, groups, maskBits, opening, protocolOf, type Reader, span } from "./reading.ts";

export const juniperSrx: Reader = (file) => {
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

export const paloAlto: Reader = (file) => {
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

export const fortigate: Reader = (file) => {
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

export const checkPoint: Reader = (file) => {
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

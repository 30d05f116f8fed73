import type { Family } from "#lib/shared/addresses.ts";
import type { Direction } from "#lib/shared/allowlist/traffic.ts";
import type { PortRange } from "#lib/shared/ports.ts";
import { content, maskBits, opening, ports, protocolOf, type Reader } from "./reading.ts";

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

export const ciscoAsa: Reader = (file) => {
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

export const ciscoIos: Reader = (file) => {
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

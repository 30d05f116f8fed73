import type { Direction, Protocol } from "#lib/shared/allowlist/traffic.ts";
import type { PortRange } from "#lib/shared/ports.ts";
import { content, opening, ports, protocolOf, type Reader, span } from "./reading.ts";

export const squid: Reader = (file) => {
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

export const csv: Reader = (file) =>
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

export const json: Reader = (file) =>
  (JSON.parse(file) as { rules: JsonRule[] }).rules.flatMap(
    ({ direction, protocol, ports: range, peer, networks }) =>
      opening({ direction, protocol, ports: range, peers: peer.kind === "fqdn" ? [peer.value] : networks }),
  );

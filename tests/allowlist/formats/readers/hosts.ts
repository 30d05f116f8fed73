import type { Direction } from "#lib/shared/allowlist/traffic.ts";
import { content, groups, opening, protocolOf, type Reader, span } from "./reading.ts";

export const nftables: Reader = (file) => {
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

export const iptables: Reader = (file) =>
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

export const pf: Reader = (file) =>
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

export const windows: Reader = (file) =>
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

import {
  type AllowlistFormat,
  aboutRule,
  expressible,
  FAMILIES,
  heading,
  objectName,
  plainText,
  portsOf,
  splitCidr,
  utcParts,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** A shell script of `mgmt_cli` calls for Check Point management (R80 and later). */
export const checkPoint: AllowlistFormat = {
  id: "check-point",
  name: "Check Point",
  group: "appliance",
  ending: "checkpoint.sh",
  type: "text/x-shellscript; charset=utf-8",
  cannot: ["wildcards"],
  render: (allowlist) => {
    const rules = expressible(allowlist, checkPoint);
    return [
      "#!/bin/sh",
      ...heading(allowlist, checkPoint, "#", [
        "INSIDE is the group of your own networks; the rules go to the bottom of the layer LAYER.",
        "Log in first: mgmt_cli login > sallyport.session",
      ]),
      "set -eu",
      `: "\${LAYER:=Network}" "\${INSIDE:=SP-Inside}"`,
      'cli() { mgmt_cli -s sallyport.session "$@" ignore-warnings true; }',
      ...serviceLines(rules),
      ...rules.flatMap(ruleLines),
      'cli add access-rule layer "$LAYER" position bottom name "SP-DENY" source "Any" destination "Any" service "Any" action "Drop" track.type "Log"',
      "mgmt_cli -s sallyport.session publish",
      "",
    ].join("\n");
  },
};

function serviceLines(rules: readonly ExportedRule[]): string[] {
  const lines = rules.flatMap((rule) => {
    const ports = portsOf(rule);
    return ports
      ? [`cli add service-${rule.protocol} name "${serviceNames(rule)[0]}" port "${ports.from}-${ports.to}"`]
      : [];
  });
  return [...new Set(lines)];
}

function serviceNames(rule: ExportedRule): string[] {
  const ports = portsOf(rule);
  if (ports) return [`SP-${rule.protocol}-${ports.from}-${ports.to}`];
  return [
    ...(rule.networks[4].length > 0 || rule.peerKind === "fqdn" ? ["icmp-proto"] : []),
    ...(rule.networks[6].length > 0 || rule.peerKind === "fqdn" ? ["icmp-v6-proto"] : []),
  ];
}

function ruleLines(rule: ExportedRule): string[] {
  const name = objectName(rule);
  const networks = FAMILIES.flatMap((family) =>
    rule.networks[family].map((cidr) => ({ family, ...splitCidr(cidr) })),
  );
  const objects =
    rule.peerKind === "fqdn"
      ? [`cli add dns-domain name ".${rule.peer}" is-sub-domain false`]
      : [
          ...networks.map(
            ({ family, address, prefix }, index) =>
              `cli add network name "${name}-${index}" subnet${family} "${address}" mask-length${family} "${prefix}"`,
          ),
          `cli add group name "${name}-peers"${networks.map((_, index) => ` members.${index + 1} "${name}-${index}"`).join("")}`,
        ];
  const peer = rule.peerKind === "fqdn" ? `".${rule.peer}"` : `"${name}-peers"`;
  const [source, destination] = rule.direction === "egress" ? ['"$INSIDE"', peer] : [peer, '"$INSIDE"'];
  const services = serviceNames(rule).map((service, index) => ` service.${index + 1} "${service}"`);
  const time = rule.expiresAt ? [timeLine(rule, rule.expiresAt)] : [];
  return [
    ...aboutRule(rule).map((text) => `# ${text}`),
    ...objects,
    ...time,
    `cli add access-rule layer "$LAYER" position bottom name "${name}" source ${source} destination ${destination}${services.join("")}` +
      `${rule.expiresAt ? ` time "${timeName(rule)}"` : ""} action "Accept" track.type "Log" comments "${plainText(rule.purpose, 200)}"`,
  ];
}

/** Names of times are at most eleven characters long: the last ones of an id are those that differ. */
function timeName({ id }: ExportedRule): string {
  return `SP-${id.slice(-8)}`;
}

function timeLine(rule: ExportedRule, at: Date): string {
  const { year, month, day, time } = utcParts(at);
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  return `cli add time name "${timeName(rule)}" start-now true end-never false end.date "${day}-${months[Number(month) - 1]}-${year}" end.time "${time}"`;
}

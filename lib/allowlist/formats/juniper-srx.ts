import {
  type AllowlistFormat,
  aboutRule,
  expressible,
  FAMILIES,
  heading,
  objectName,
  plainText,
  portsOf,
  spanText,
  utcParts,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** `set` commands for Juniper SRX. */
export const juniperSrx: AllowlistFormat = {
  id: "juniper-srx",
  name: "Juniper SRX",
  group: "appliance",
  ending: "srx.set",
  type: "text/plain; charset=utf-8",
  cannot: ["wildcards"],
  render: (allowlist) => {
    const rules = expressible(allowlist, juniperSrx);
    return [
      ...heading(allowlist, juniperSrx, "#", [
        "The zones are trust and untrust: change them where yours are called otherwise.",
        "IPv6 is switched to flow mode below: on some devices that takes a restart, and IPv6 passes nowhere until then.",
        "Schedulers are in the device's own time: keep its clock in UTC.",
      ]),
      "set security forwarding-options family inet6 mode flow-based",
      ...serviceLines(rules),
      ...rules.flatMap(ruleLines),
      ...ZONES.flatMap(({ zones }) => [
        `${zones} policy SP-DENY match source-address any`,
        `${zones} policy SP-DENY match destination-address any`,
        `${zones} policy SP-DENY match application any`,
        `${zones} policy SP-DENY then deny`,
        `${zones} policy SP-DENY then log session-init`,
      ]),
      "set security policies default-policy deny-all",
      "",
    ].join("\n");
  },
};

const ZONES = [
  { direction: "egress", zones: "set security policies from-zone trust to-zone untrust" },
  { direction: "ingress", zones: "set security policies from-zone untrust to-zone trust" },
] as const;

function serviceLines(rules: readonly ExportedRule[]): string[] {
  const services = new Map(rules.flatMap(applicationsOf).map(({ name, set }) => [name, set]));
  return [...services].map(([name, set]) => `set applications application ${name} ${set}`);
}

function applicationsOf(rule: ExportedRule): { name: string; set: string }[] {
  const ports = portsOf(rule);
  if (ports) {
    const span = spanText(ports);
    return [
      { name: `SP-${rule.protocol}-${span}`, set: `protocol ${rule.protocol} destination-port ${span}` },
    ];
  }
  return FAMILIES.filter((family) => rule.networks[family].length > 0 || rule.peerKind === "fqdn").map(
    (family) =>
      family === 4 ? { name: "SP-icmp", set: "protocol icmp" } : { name: "SP-icmp6", set: "protocol icmp6" },
  );
}

function ruleLines(rule: ExportedRule): string[] {
  const name = objectName(rule);
  const peers =
    rule.peerKind === "fqdn"
      ? [`dns-name ${rule.peer}`]
      : FAMILIES.flatMap((family) => rule.networks[family]);
  const zones = ZONES.find(({ direction }) => direction === rule.direction)?.zones ?? "";
  const policy = `${zones} policy ${name}`;
  const [source, destination] =
    rule.direction === "egress" ? ["any", `${name}-peers`] : [`${name}-peers`, "any"];
  return [
    ...aboutRule(rule).map((text) => `# ${text}`),
    ...peers.map((peer, index) => `set security address-book global address ${name}-${index} ${peer}`),
    ...peers.map(
      (_, index) => `set security address-book global address-set ${name}-peers address ${name}-${index}`,
    ),
    ...schedulerLines(rule),
    `${policy} description "${plainText(rule.purpose, 200)}"`,
    `${policy} match source-address ${source}`,
    `${policy} match destination-address ${destination}`,
    ...applicationsOf(rule).map((application) => `${policy} match application ${application.name}`),
    `${policy} then permit`,
    `${policy} then log session-close`,
    ...(rule.expiresAt ? [`${policy} scheduler-name ${name}`] : []),
  ];
}

function schedulerLines({ id, expiresAt }: ExportedRule): string[] {
  if (!expiresAt) return [];
  const { year, month, day, time } = utcParts(expiresAt);
  return [`set schedulers scheduler ${objectName({ id })} stop-date ${year}-${month}-${day}.${time}`];
}

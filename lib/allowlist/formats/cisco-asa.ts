import { addressText, serviceText, timeRange, untilText } from "./cisco.ts";
import {
  type AllowlistFormat,
  aboutRule,
  expressible,
  FAMILIES,
  heading,
  netmask,
  objectName,
  plainText,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

const LIST = { egress: "SALLYPORT-EGRESS", ingress: "SALLYPORT-INGRESS" } as const;

/** For Cisco ASA 9 and later, where one access list holds both families. */
export const ciscoAsa: AllowlistFormat = {
  id: "cisco-asa",
  name: "Cisco ASA",
  group: "appliance",
  ending: "asa.txt",
  type: "text/plain; charset=utf-8",
  cannot: ["wildcards"],
  render: (allowlist) => {
    const rules = expressible(allowlist, ciscoAsa);
    return [
      ...heading(allowlist, ciscoAsa, "!", [
        "The names of the interfaces are inside and outside: change them where yours are called otherwise.",
        "Time ranges are in the device's own time: keep its clock in UTC. Names need `dns domain-lookup`.",
      ]),
      ...Object.values(LIST).map((name) => `clear configure access-list ${name}`),
      ...rules.flatMap(objectLines),
      ...rules.flatMap(ruleLines),
      ...Object.values(LIST).flatMap((name) => [
        `access-list ${name} extended deny ip any4 any4 log`,
        `access-list ${name} extended deny ip any6 any6 log`,
      ]),
      `access-group ${LIST.egress} in interface inside`,
      `access-group ${LIST.ingress} in interface outside`,
      "",
    ].join("\n");
  },
};

/** What a rule's lines refer to: its networks by family, its name, the time until which it holds. */
function objectLines(rule: ExportedRule): string[] {
  const name = objectName(rule);
  if (rule.peerKind === "fqdn") return [`object network ${name}`, ` fqdn ${rule.peer}`, ...timeRange(rule)];
  const groups = FAMILIES.flatMap((family) => {
    const networks = rule.networks[family];
    if (networks.length < 2) return [];
    return [
      `object-group network ${name}-V${family}`,
      ...networks.map((cidr) => ` network-object ${addressText(cidr, family, netmask)}`),
    ];
  });
  return [...groups, ...timeRange(rule)];
}

function ruleLines(rule: ExportedRule): string[] {
  const list = `access-list ${LIST[rule.direction]}`;
  const permit = (protocol: string, any: string, peer: string) => {
    const ends = rule.direction === "egress" ? `${any} ${peer}` : `${peer} ${any}`;
    return `${list} extended permit ${protocol} ${ends}${serviceText(rule)}${untilText(rule)}`;
  };
  const lines =
    rule.peerKind === "fqdn"
      ? [permit(rule.protocol, "any", `object ${objectName(rule)}`)]
      : FAMILIES.flatMap((family) => {
          const [first, ...more] = rule.networks[family];
          if (first === undefined) return [];
          const peer =
            more.length > 0
              ? `object-group ${objectName(rule)}-V${family}`
              : addressText(first, family, netmask);
          const protocol = rule.protocol === "icmp" && family === 6 ? "icmp6" : rule.protocol;
          return [permit(protocol, `any${family}`, peer)];
        });
  return [...aboutRule(rule).map((text) => `${list} remark ${plainText(text, 95)}`), ...lines];
}

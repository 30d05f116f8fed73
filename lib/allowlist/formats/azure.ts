import { type AllowlistFormat, expressible, FAMILIES, heading, plainText, portsOf } from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

const FIRST_PRIORITY = 100;
const LAST_PRIORITY = 4_096;

/** An ARM template of one network security group. A rule there holds one family, so that some become two. */
export const azureNsg: AllowlistFormat = {
  id: "azure-nsg",
  name: "Azure network security group",
  group: "cloud",
  ending: "azure.json",
  type: "application/json",
  cannot: ["names", "expiry"],
  render: (allowlist) => {
    const rules = expressible(allowlist, azureNsg);
    const document = {
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      metadata: {
        description: heading(allowlist, azureNsg, "")
          .map((line) => line.trim())
          .join(" "),
      },
      parameters: { location: { type: "string", defaultValue: "[resourceGroup().location]" } },
      resources: [
        {
          type: "Microsoft.Network/networkSecurityGroups",
          apiVersion: "2023-09-01",
          name: `sallyport-${allowlist.deployment.id}`,
          location: "[parameters('location')]",
          properties: { securityRules: [...numbered(rules.flatMap(securityRules)), ...DENIALS] },
        },
      ],
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

interface SecurityRule {
  name: string;
  properties: Record<string, unknown> & { direction: "Inbound" | "Outbound" };
}

/** Priorities count for each direction on its own. */
function numbered(rules: readonly SecurityRule[]): SecurityRule[] {
  const next = { Inbound: FIRST_PRIORITY, Outbound: FIRST_PRIORITY };
  return rules.map(({ name, properties }) => {
    const priority = next[properties.direction];
    next[properties.direction] += 1;
    return { name, properties: { ...properties, priority } };
  });
}

function securityRules(rule: ExportedRule): SecurityRule[] {
  const egress = rule.direction === "egress";
  const ports = portsOf(rule);
  return FAMILIES.flatMap((family) => {
    const peers = [...rule.networks[family]];
    if (peers.length === 0) return [];
    const ends = egress
      ? { sourceAddressPrefix: "*", destinationAddressPrefixes: peers }
      : { sourceAddressPrefixes: peers, destinationAddressPrefix: "*" };
    return [
      {
        name: `${rule.id}-v${family}`,
        properties: {
          description: plainText(rule.purpose, 140),
          protocol: { tcp: "Tcp", udp: "Udp", icmp: "Icmp" }[rule.protocol],
          sourcePortRange: "*",
          destinationPortRange: ports ? `${ports.from}-${ports.to}` : "*",
          ...ends,
          access: "Allow",
          direction: egress ? ("Outbound" as const) : ("Inbound" as const),
        },
      },
    ];
  });
}

/** Above Azure's own rules, which let the virtual network and the Internet out. */
const DENIALS: SecurityRule[] = (["Outbound", "Inbound"] as const).map((direction) => ({
  name: `sallyport-deny-${direction.toLowerCase()}`,
  properties: {
    protocol: "*",
    sourcePortRange: "*",
    destinationPortRange: "*",
    sourceAddressPrefix: "*",
    destinationAddressPrefix: "*",
    access: "Deny",
    direction,
    priority: LAST_PRIORITY,
  },
}));

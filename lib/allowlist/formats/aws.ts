import {
  type AllowlistFormat,
  aboutRule,
  DIRECTIONS,
  expressible,
  FAMILIES,
  heading,
  portsOf,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** For `aws ec2 authorize-security-group-egress` and `-ingress`, which take a list as `--ip-permissions`. */
export const awsJson: AllowlistFormat = {
  id: "aws-json",
  name: "AWS security group (JSON)",
  group: "cloud",
  ending: "aws.json",
  type: "application/json",
  cannot: ["names", "expiry"],
  render: (allowlist) => {
    const rules = expressible(allowlist, awsJson);
    const permissions = (direction: ExportedRule["direction"]) =>
      rules.filter((rule) => rule.direction === direction).flatMap(permissionsOf);
    const document = {
      about: heading(allowlist, awsJson, "", [
        "A security group denies what it does not name, but a new one lets everything out: revoke that rule first.",
      ]).map((line) => line.trim()),
      IpPermissionsEgress: permissions("egress"),
      IpPermissions: permissions("ingress"),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

/** HCL for Terraform's AWS provider: one security group and a resource for each network. */
export const awsTerraform: AllowlistFormat = {
  id: "aws-terraform",
  name: "AWS security group (Terraform)",
  group: "cloud",
  ending: "tf",
  type: "text/plain; charset=utf-8",
  cannot: ["names", "expiry"],
  render: (allowlist) => {
    const rules = expressible(allowlist, awsTerraform);
    return [
      ...heading(allowlist, awsTerraform, "#"),
      'variable "vpc_id" {',
      "  type = string",
      "}",
      "",
      'resource "aws_security_group" "sallyport" {',
      `  name        = "sallyport-${allowlist.deployment.id}"`,
      `  description = "${describe(`Allowlist of ${allowlist.deployment.name}`)}"`,
      "  vpc_id      = var.vpc_id",
      "}",
      ...DIRECTIONS.flatMap((direction) =>
        rules.filter((rule) => rule.direction === direction).flatMap(resources),
      ),
      "",
    ].join("\n");
  },
};

/** The protocol as AWS names it, and its ports; -1 is every type of ICMP. */
function service(rule: ExportedRule, family: 4 | 6): { protocol: string; from: number; to: number } {
  const ports = portsOf(rule);
  if (ports) return { protocol: rule.protocol, ...ports };
  return { protocol: family === 4 ? "icmp" : "icmpv6", from: -1, to: -1 };
}

function permissionsOf(rule: ExportedRule): object[] {
  return FAMILIES.flatMap((family) => {
    if (rule.networks[family].length === 0) return [];
    const { protocol, from, to } = service(rule, family);
    const Description = describe(`${rule.id} ${rule.purpose}`);
    const ranges = rule.networks[family].map((cidr) =>
      family === 4 ? { CidrIp: cidr, Description } : { CidrIpv6: cidr, Description },
    );
    const listed = family === 4 ? { IpRanges: ranges } : { Ipv6Ranges: ranges };
    return [{ IpProtocol: protocol, FromPort: from, ToPort: to, ...listed }];
  });
}

function resources(rule: ExportedRule): string[] {
  const networks = FAMILIES.flatMap((family) => rule.networks[family].map((cidr) => ({ family, cidr })));
  return networks.flatMap(({ family, cidr }, index) => {
    const { protocol, from, to } = service(rule, family);
    return [
      "",
      ...(index === 0 ? aboutRule(rule).map((text) => `# ${text}`) : []),
      `resource "aws_vpc_security_group_${rule.direction}_rule" "${rule.id.replace(/[^A-Za-z0-9_]/g, "_")}_${index}" {`,
      "  security_group_id = aws_security_group.sallyport.id",
      `  description       = "${describe(`${rule.id} ${rule.purpose}`)}"`,
      `  ip_protocol       = "${protocol}"`,
      `  from_port         = ${from}`,
      `  to_port           = ${to}`,
      `  cidr_ipv${family}         = "${cidr}"`,
      "}",
    ];
  });
}

/** AWS takes 255 characters, of these only. */
function describe(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[^a-zA-Z0-9. _\-:/()#,@[\]+=&;!*]/g, "")
    .replace(/ +/g, " ")
    .trim()
    .slice(0, 255);
}

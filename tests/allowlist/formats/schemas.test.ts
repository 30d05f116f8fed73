import { parse as parseHcl } from "@cdktf/hcl2json";
import { CiliumNetworkPolicy } from "@kubernetes-models/cilium/cilium.io/v2/CiliumNetworkPolicy";
import fc from "fast-check";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { awsTerraform } from "#lib/allowlist/formats/aws.ts";
import { ciliumPolicy, networkPolicy } from "#lib/allowlist/formats/kubernetes.ts";
import { anyAllowlist } from "./arbitrary.ts";

/** Kubernetes's own schema of the resource, and that of Cilium's definition: what the API server checks first. */
const RESOURCES = [
  { format: networkPolicy, Resource: NetworkPolicy, kinds: ["NetworkPolicy", "networking.k8s.io/v1"] },
  { format: ciliumPolicy, Resource: CiliumNetworkPolicy, kinds: ["CiliumNetworkPolicy", "cilium.io/v2"] },
] as const;

describe.each(RESOURCES)("$format.name", ({ format, Resource, kinds }) => {
  test("keeps to the schema of its resource, whatever the rules are", () => {
    fc.assert(
      fc.property(anyAllowlist, (allowlist) => {
        const document = parseYaml(format.render(allowlist));
        expect([document.kind, document.apiVersion]).toEqual(kinds);
        expect(() => new Resource(document).validate()).not.toThrow();
      }),
      { numRuns: 40 },
    );
  });

  test("would be refused with an entry of another type", () => {
    const document = { kind: kinds[0], apiVersion: kinds[1], metadata: { name: "x" } };
    const spec = {
      podSelector: {},
      endpointSelector: {},
      policyTypes: ["Egress"],
      egress: [{ toPorts: 443, ports: 443 }],
    };
    expect(() => new Resource({ ...document, spec } as never).validate()).toThrow(/must be array/);
  });
});

type Blocks = Record<string, Record<string, Record<string, unknown>[]>>;

/** The arguments of the resources as the AWS provider's schema (version 5) has them. */
const ARGUMENTS: Record<string, { required: string[]; optional: string[] }> = {
  aws_security_group: { required: ["name", "description", "vpc_id"], optional: [] },
  aws_vpc_security_group_egress_rule: {
    required: ["security_group_id", "ip_protocol", "from_port", "to_port"],
    optional: ["cidr_ipv4", "cidr_ipv6", "description"],
  },
};
ARGUMENTS.aws_vpc_security_group_ingress_rule = ARGUMENTS.aws_vpc_security_group_egress_rule as never;

describe("Terraform", () => {
  test("is HCL that HashiCorp's own parser reads, and names only arguments that the provider knows", async () => {
    await fc.assert(
      fc.asyncProperty(anyAllowlist, async (allowlist) => {
        const file = (await parseHcl("allowlist.tf", awsTerraform.render(allowlist))) as {
          resource: Blocks;
          variable: Blocks;
        };
        expect(Object.keys(file).sort()).toEqual(["resource", "variable"]);
        for (const [type, named] of Object.entries(file.resource))
          for (const [name, blocks] of Object.entries(named)) {
            expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]*$/);
            expect(blocks.length).toBe(1);
            for (const block of blocks) expectArguments(type, block);
          }
      }),
      { numRuns: 40 },
    );
  });

  test("that is not HCL is not read", async () => {
    await expect(parseHcl("x.tf", 'resource "a" "b" {')).rejects.toThrow();
  });
});

function expectArguments(type: string, block: Record<string, unknown>): void {
  const known = ARGUMENTS[type];
  if (!known) throw new Error(`No resource ${type} is expected here.`);
  const names = Object.keys(block);
  expect(names).toEqual(expect.arrayContaining(known.required));
  expect(names.filter((name) => ![...known.required, ...known.optional].includes(name))).toEqual([]);
  // Both the provider and AWS refuse other characters, and more of them.
  expect(String(block.description)).toMatch(/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
  if (type === "aws_security_group") return;
  expect(["tcp", "udp", "icmp", "icmpv6"]).toContain(block.ip_protocol);
  // Exactly one peer, and ports as numbers: -1 for every type of ICMP.
  expect([block.cidr_ipv4, block.cidr_ipv6].filter((cidr) => cidr !== undefined).length).toBe(1);
  const icmp = String(block.ip_protocol).startsWith("icmp");
  for (const port of [block.from_port, block.to_port]) {
    expect(Number.isInteger(port)).toBe(true);
    if (icmp) expect(port).toBe(-1);
    else expect(Number(port)).toBeGreaterThanOrEqual(1);
  }
}

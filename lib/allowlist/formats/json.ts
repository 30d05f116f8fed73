import type { AllowlistFormat } from "./format.ts";
import type { ExportedAllowlist } from "./normal-form.ts";

/** The allowlist for programs: everything the console knows of it, and a token that changes with any door. */
export const json: AllowlistFormat = {
  id: "json",
  name: "JSON",
  group: "document",
  ending: "json",
  type: "application/json",
  cannot: [],
  render,
};

function render(allowlist: ExportedAllowlist): string {
  return `${JSON.stringify(allowlistDocument(allowlist), null, 2)}\n`;
}

/** The same before it is text: it is also the heart of what a boundary gateway is told. */
export function allowlistDocument({ deployment, exportedAt, rules, sets, digest }: ExportedAllowlist) {
  return {
    format: "sallyport-allowlist/v1",
    deployment: {
      id: deployment.id,
      name: deployment.name,
      mode: deployment.mode,
      customer: deployment.customerName,
    },
    exported_at: exportedAt.toISOString(),
    change_token: digest,
    default: { egress: "deny", ingress: "deny" },
    rules: rules.map((rule) => ({
      id: rule.id,
      direction: rule.direction,
      protocol: rule.protocol,
      ports: rule.portFrom === null ? null : { from: rule.portFrom, to: rule.portTo },
      peer: { kind: rule.peerKind, value: rule.peer },
      networks: [...rule.networks[4], ...rule.networks[6]],
      names: rule.hosts,
      carried_by: rule.carriedBy,
      purpose: rule.purpose,
      owner: rule.ownerName,
      ticket: rule.ticket,
      pack: rule.pack,
      expires_at: rule.expiresAt?.toISOString() ?? null,
    })),
    address_sets: sets.map((set) => ({
      slug: set.slug,
      name: set.name,
      origin: set.origin,
      changed_on: set.changedOn,
      checked_on: set.checkedOn,
      cidrs: set.cidrs,
    })),
  };
}

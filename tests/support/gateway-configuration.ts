import { type ConfiguredRule, GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";

/** A configuration as a console writes it, of one deployment without any door, and what a test wants of it otherwise. */
export function exampleConfiguration(
  changes: Partial<GatewayConfiguration> & { rules?: ConfiguredRule[] } = {},
): GatewayConfiguration {
  const { rules = [], ...others } = changes;
  return GatewayConfiguration.parse({
    format: "sallyport-gateway/v1",
    deployment: { id: "dep_1", name: "Vault", customer_id: "cus_1", mode: "restricted" },
    allowlist: { format: "sallyport-allowlist/v1", change_token: "token-1", rules },
    ...others,
  });
}

/** A rule that lets HTTPS out to some networks or names. */
export function egressRule(changes: Partial<ConfiguredRule> = {}): ConfiguredRule {
  return {
    id: "rule_1",
    direction: "egress",
    protocol: "tcp",
    ports: { from: 443, to: 443 },
    peer: { kind: "cidr", value: "192.0.2.0/24" },
    networks: ["192.0.2.0/24"],
    names: [],
    carried_by: "application",
    purpose: "Identity API",
    expires_at: null,
    ...changes,
  };
}

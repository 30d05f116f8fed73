import { createHash } from "node:crypto";
import { readCidr } from "#lib/shared/addresses.ts";
import { type ConfiguredRule, GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";

/** A configuration that may be put in force, and the digest by which it is named. */
export interface Accepted {
  readonly digest: string;
  readonly configuration: GatewayConfiguration;
}

/** Why a configuration is refused, for whoever looks at the gateway's health. It never quotes a value: some are keys. */
export class ConfigurationRefused extends Error {
  override name = "ConfigurationRefused";
}

/**
 * @param deploymentId what this gateway serves already: another deployment's configuration is refused, for it would open this
 *   site's door by somebody else's rules.
 * @throws ConfigurationRefused naming each part that makes no sense.
 */
export function readConfiguration(text: string, deploymentId: string | null): Accepted {
  const parsed = GatewayConfiguration.safeParse(json(text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".") || "document"}: ${message}`,
    );
    throw new ConfigurationRefused(`The configuration makes no sense. ${problems.slice(0, 10).join(" ")}`);
  }
  const configuration = parsed.data;
  for (const { id, networks } of [...configuration.allowlist.rules, ...configuration.clients])
    for (const network of networks) {
      const reading = readCidr(network);
      if (!reading.ok)
        throw new ConfigurationRefused(`${id} names a network that is none. ${reading.problem}`);
    }
  if (deploymentId !== null && configuration.deployment.id !== deploymentId)
    throw new ConfigurationRefused("The configuration is another deployment's.");
  return {
    digest: createHash("sha256").update(text).digest("hex"),
    configuration: withPackedRules(configuration),
  };
}

/**
 * The same, with its rules as bytes outside of the heap, read anew for whoever asks for them: that is once for each configuration
 * and whenever one of them ends. As objects, ten thousand of them are megabytes that every collection looks through.
 */
function withPackedRules(configuration: GatewayConfiguration): GatewayConfiguration {
  const packed = Buffer.from(JSON.stringify(configuration.allowlist.rules));
  return {
    ...configuration,
    allowlist: {
      ...configuration.allowlist,
      get rules() {
        return JSON.parse(packed.toString()) as ConfiguredRule[];
      },
    },
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigurationRefused("The configuration is not JSON.");
  }
}

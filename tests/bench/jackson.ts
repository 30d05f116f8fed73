import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * SAML Jackson with these options. It brings a quarter of a gigabyte of its own, so it is installed when it is measured, and
 * not with the product.
 */
// biome-ignore lint/suspicious/noExplicitAny: its types are not there before it is installed
export async function startJackson(options: Record<string, unknown>): Promise<any> {
  const folder = join(import.meta.dirname, "../../bench-results/peers");
  const home = join(folder, "node_modules/@boxyhq/saml-jackson");
  if (!existsSync(home)) {
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
    execFileSync("npm", ["install", "--prefix", folder, ...quiet, "@boxyhq/saml-jackson@26.2"]);
  }
  const { default: jackson } = await import(join(home, "dist/index.js"));
  return await (jackson.default ?? jackson)({ noAnalytics: true, clientSecretVerifier: "dummy", ...options });
}

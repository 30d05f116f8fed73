/** A gateway's delivery side in a process of its own, to be killed. Its time runs faster, from the same beginning in all of them. */
import { openPool } from "#lib/gateway/db.ts";
import type { Gateway } from "#lib/gateway/gateway.ts";
import { startDeliveries } from "#lib/gateway/relay/delivery/deliveries.ts";
import { LIMITS } from "#lib/gateway/relay/delivery/runner.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";

const { databaseUrl, name, endpoints, began, haste, leaseMarginMs } = JSON.parse(
  process.env.RELAY_WORKER ?? "",
);
const configuration = exampleConfiguration();
// Not read by the schema: leases shorter than a site may have, or every kill would cost half a minute.
Object.assign(configuration, { endpoints });
const gateway = {
  env: { name, databaseUrl },
  pool: openPool(databaseUrl, 4, configuration.deployment.id),
  clock: () => new Date(began + (Date.now() - began) * haste),
  recorder: { record: () => undefined },
  log: { warn: () => undefined },
  configurations: { current: { digest: "", configuration }, problem: null, onChange: () => undefined },
} as unknown as Gateway;
await startDeliveries(gateway, { ...LIMITS, leaseMarginMs });
process.send?.("ready");

import type { Clock } from "#lib/shared/clock.ts";
import type { Database } from "./db.ts";
import type { Env } from "./env.ts";
import type { Sealer } from "./keys/seal.ts";
import type { Load } from "./load.ts";
import type { Metrics } from "./metrics.ts";

/** What every part of the identity service is given to work with. */
export interface Service {
  readonly env: Env;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly load: Load;
}

import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayConfiguration, GatewayEndpoint } from "#lib/shared/gateway/configuration.ts";
import type { Gateway, RunningPart } from "../../gateway.ts";
import { listen } from "./listen.ts";
import { openReplays, replayOn, replaysOf } from "./replay.ts";
import { LIMITS, type Limits, Runner } from "./runner.ts";
import { forgetAbsent, readStates } from "./states.ts";
import type { Place } from "./store.ts";

const LOOK_EVERY_MS = SECOND_MS;

/** Delivers to every endpoint of the configuration that no other gateway delivers to. Any number of gateways may. */
export async function startDeliveries(gateway: Gateway, limits: Limits = LIMITS): Promise<RunningPart> {
  const { configurations, pool, log } = gateway;
  const runners = new Map<string, Runner>();
  let configuration = configurations.current.configuration;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const placeOf = (endpoint: GatewayEndpoint): Place => ({
    customerId: configuration.deployment.customer_id,
    deploymentId: configuration.deployment.id,
    endpointId: endpoint.id,
    gateway: gateway.env.name,
  });
  const take = async (endpoint: GatewayEndpoint) => {
    const runner = await Runner.start(gateway, placeOf(endpoint), endpoint, limits);
    if (!runner) return;
    runners.set(endpoint.id, runner);
    void runner.ended.then(() => runners.delete(endpoint.id));
  };
  const replay = async () => {
    for (const errand of await openReplays(pool, configuration)) {
      const runner = runners.get(errand.endpoint_id);
      await runner?.replay((place, fence) =>
        replayOn(pool, place, fence, runner.endpoint, errand, gateway.clock()),
      );
    }
  };
  const look = async () => {
    try {
      await follow(configuration, runners, take);
      await replay();
      await forgetAbsent(pool, configuration);
    } catch (error) {
      log.warn({ err: error }, "endpoints cannot be looked after");
    }
    if (!stopped) timer = setTimeout(again, LOOK_EVERY_MS);
  };
  const again = () => {
    looking = look();
  };
  configurations.onChange((accepted) => {
    configuration = accepted.configuration;
  });
  const unlisten = listen(
    gateway.env.databaseUrl,
    () => {
      for (const runner of runners.values()) runner.wake();
    },
    (error) => log.warn({ err: error }, "new events are not heard of at once"),
  );
  again();
  return {
    report: async () => ({
      endpoints: await readStates(pool, configuration, gateway.clock()),
      errands: await replaysOf(pool, configuration),
    }),
    metrics: () => [`sallyport_gateway_endpoints_held ${runners.size}`],
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
      await Promise.all([unlisten(), ...[...runners.values()].map((runner) => runner.stop())]);
    },
  };
}

/** One turn: lets go of what is configured no more, tells the others of changes, takes what is free. */
async function follow(
  { endpoints }: GatewayConfiguration,
  runners: ReadonlyMap<string, Runner>,
  take: (endpoint: GatewayEndpoint) => Promise<void>,
): Promise<void> {
  const wanted = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  for (const [id, runner] of runners) {
    const endpoint = wanted.get(id);
    if (!endpoint) await runner.stop();
    else if (JSON.stringify(endpoint) !== JSON.stringify(runner.endpoint)) runner.configure(endpoint);
  }
  for (const endpoint of endpoints) if (!runners.has(endpoint.id)) await take(endpoint);
}

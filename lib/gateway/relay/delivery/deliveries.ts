import { SECOND_MS } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Gateway, RunningPart } from "../../gateway.ts";
import { FolderWriter } from "../folder/writer.ts";
import { listen } from "./listen.ts";
import { boundaryBy } from "./outside.ts";
import { openReplays, replayOn, replaysOf } from "./replay.ts";
import { LIMITS, type Limits, Runner } from "./runner.ts";
import { forgetAbsent, readHeld, readStates } from "./states.ts";
import type { Place } from "./store.ts";

const LOOK_EVERY_MS = SECOND_MS;

/** Something that hands events over while it holds a lease. */
interface Holder<Target> {
  readonly endpoint: Target;
  readonly ended: Promise<void>;
  configure(target: Target): void;
  wake(): void;
  stop(): Promise<void>;
}

/** Hands events over to every endpoint and folder of the configuration that no other gateway sees to. Any number of gateways may. */
export async function startDeliveries(gateway: Gateway, limits: Limits = LIMITS): Promise<RunningPart> {
  const { configurations, pool, log } = gateway;
  const runners = new Map<string, Runner>();
  const writers = new Map<string, FolderWriter>();
  let configuration = configurations.current.configuration;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const placeOf = ({ id }: { id: string }): Place => ({
    customerId: configuration.deployment.customer_id,
    deploymentId: configuration.deployment.id,
    endpointId: id,
    gateway: gateway.env.name,
  });
  const around = {
    ...{ pool, log, clock: gateway.clock },
    boundary: boundaryBy(() => configuration, gateway.clock),
    record: (crossing: Crossing) => gateway.recorder.record(crossing),
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
      const { endpoints, folders } = configuration;
      await follow(endpoints, runners, (each) => Runner.start(around, placeOf(each), each, limits));
      await follow(folders, writers, (each) => FolderWriter.start(around, placeOf(each), each));
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
  const holders = () => [...runners.values(), ...writers.values()];
  const unlisten = listen(
    gateway.env.databaseUrl,
    () => {
      for (const holder of holders()) holder.wake();
    },
    (error) => log.warn({ err: error }, "new events are not heard of at once"),
  );
  again();
  return {
    report: async () => ({
      endpoints: await readStates(pool, configuration, gateway.clock()),
      held: await readHeld(pool, configuration),
      errands: await replaysOf(pool, configuration),
    }),
    metrics: () => [`sallyport_gateway_endpoints_held ${runners.size + writers.size}`],
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
      await Promise.all([unlisten(), ...holders().map((holder) => holder.stop())]);
    },
  };
}

/** One turn: lets go of what is configured no more, tells the others of changes, takes what is free. */
async function follow<Target extends { id: string }, Each extends Holder<Target>>(
  targets: readonly Target[],
  holders: Map<string, Each>,
  take: (target: Target) => Promise<Each | null>,
): Promise<void> {
  const wanted = new Map(targets.map((target) => [target.id, target]));
  for (const [id, holder] of holders) {
    const target = wanted.get(id);
    if (!target) await holder.stop();
    else if (JSON.stringify(target) !== JSON.stringify(holder.endpoint)) holder.configure(target);
  }
  for (const target of targets) {
    if (holders.has(target.id)) continue;
    const holder = await take(target);
    if (!holder) continue;
    holders.set(target.id, holder);
    void holder.ended.finally(() => holders.delete(target.id));
  }
}

import type { Gateway, RunningPart } from "../gateway.ts";
import { createEgressProxy } from "./proxy.ts";
import { egressSettings } from "./settings.ts";

/** The way out of the site: the proxy that applications are told to use. */
export async function startEgress({
  env,
  clock,
  log,
  configurations,
  recorder,
}: Gateway): Promise<RunningPart> {
  let { configuration } = configurations.current;
  const settingsAt = (now: Date) => egressSettings(configuration, now);
  const proxy = createEgressProxy({
    settingsAt,
    record: (crossing) => recorder.record(crossing),
    clock,
    failed: (error) => log.error({ err: error }, "a connection could not be served"),
  });
  configurations.onChange((accepted) => {
    configuration = accepted.configuration;
    proxy.reload(settingsAt);
  });
  const { address, port } = await proxy.listen({ host: env.host, port: env.proxyPort });
  log.info({ address, port }, "the proxy listens");
  return {
    async report() {
      const { allowed, refused } = proxy.tally.lastHour();
      return {
        egress: { open_tunnels: proxy.open, allowed_last_hour: allowed, refused_last_hour: refused },
      };
    },
    metrics: () => [`sallyport_gateway_egress_tunnels ${proxy.open}`, ...proxy.tally.metrics()],
    stop: () => proxy.stop(),
  };
}

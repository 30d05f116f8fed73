import type { Gateway, RunningPart } from "../gateway.ts";
import { followTls, readTls } from "../tls.ts";
import { createEgressProxy, type EgressProxy } from "./proxy.ts";
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
  const host = env.proxyHost ?? env.host;
  const { address, port } = await proxy.listen({ host, port: env.proxyPort });
  log.info({ address, port }, "the proxy listens");
  if (env.transparentPort !== undefined) {
    const led = await proxy.listen({ host, port: env.transparentPort, manner: "transparent" });
    log.info({ address: led.address, port: led.port }, "the proxy takes what was led to it");
  }
  const stopFollowing = env.proxyTls ? await listenTls(proxy, host, env.proxyTls, log) : () => undefined;
  return {
    async report() {
      const { allowed, refused } = proxy.tally.lastHour();
      return {
        egress: { open_tunnels: proxy.open, allowed_last_hour: allowed, refused_last_hour: refused },
      };
    },
    metrics: () => [`sallyport_gateway_egress_tunnels ${proxy.open}`, ...proxy.tally.metrics()],
    async stop() {
      stopFollowing();
      await proxy.stop();
    },
  };
}

/** Also where clients show certificates; it serves with a renewed one of its own as soon as that is there. */
async function listenTls(
  proxy: EgressProxy,
  host: string,
  { port, ...files }: NonNullable<Gateway["env"]["proxyTls"]>,
  log: Gateway["log"],
): Promise<() => void> {
  const listener = await proxy.listen({ host, port, tls: readTls(files) });
  log.info({ address: listener.address, port: listener.port }, "the proxy listens for TLS");
  return followTls(files, listener, (error) =>
    log.error({ err: error }, "the proxy's new certificate cannot be used"),
  );
}

import type { Counter, Histogram, Registry } from "prom-client";

/** What is counted. Loaded once the service listens, since nobody scrapes it in its first moments. */
export interface Metrics {
  readonly signIns: { inc(labels: { outcome: "passed" | "failed" }): void };
  observe(labels: { method: string; route: string; status: number }, seconds: number): void;
  /** In Prometheus's text format, and the content type of that. */
  render(): Promise<{ text: string; contentType: string }>;
}

export function createMetrics(): Metrics {
  let loading: Promise<Instruments> | undefined;
  let loaded: Instruments | undefined;
  const load = async (): Promise<Instruments> => {
    loading ??= instruments();
    loaded = await loading;
    return loaded;
  };
  return {
    signIns: {
      inc(labels) {
        void load().then(({ signIns }) => signIns.inc(labels));
      },
    },
    observe(labels, seconds) {
      if (loaded) loaded.requests.observe(labels, seconds);
      else void load().then(({ requests }) => requests.observe(labels, seconds));
    },
    async render() {
      const { registry } = await load();
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

interface Instruments {
  registry: Registry;
  requests: Histogram<"method" | "route" | "status">;
  signIns: Counter<"outcome">;
}

async function instruments(): Promise<Instruments> {
  const { collectDefaultMetrics, Counter, Histogram, Registry } = (await import("prom-client")).default;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: "sallyport_identity_request_seconds",
      help: "How long requests took, by route and status.",
      labelNames: ["method", "route", "status"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers: [registry],
    }),
    signIns: new Counter({
      name: "sallyport_identity_sign_ins_total",
      help: "Sign-ins that came back from an identity provider.",
      labelNames: ["outcome"],
      registers: [registry],
    }),
  };
}

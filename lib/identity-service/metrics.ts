import type { Shortage } from "./load.ts";

/** What is counted, and shown at `/metrics` in Prometheus's text format. */
export interface Metrics {
  readonly signIns: { inc(labels: { outcome: "passed" | "failed" }): void };
  readonly shed: { inc(labels: { shortage: Shortage }): void };
  observe(labels: { method: string; route: string; status: number }, seconds: number): void;
  render(): string;
}

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

interface Series {
  buckets: number[];
  sum: number;
  count: number;
}

/**
 * Written by hand: the usual library costs this small program a quarter of its memory, for two figures. Labels are
 * routes, methods and statuses, never anything a caller could make up, so the series are few.
 */
export function createMetrics(): Metrics {
  const requests = new Map<string, Series>();
  const signIns = { passed: 0, failed: 0 };
  const shed: Record<Shortage, number> = { requests: 0, database: 0, event_loop: 0 };
  return {
    signIns: {
      inc({ outcome }) {
        signIns[outcome] += 1;
      },
    },
    shed: {
      inc({ shortage }) {
        shed[shortage] += 1;
      },
    },
    observe({ method, route, status }, seconds) {
      const labels = `method="${method}",route="${route}",status="${status}"`;
      const series = requests.get(labels) ?? { buckets: BUCKETS_S.map(() => 0), sum: 0, count: 0 };
      requests.set(labels, series);
      const bucket = BUCKETS_S.findIndex((limit) => seconds <= limit);
      if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
      series.sum += seconds;
      series.count += 1;
    },
    render: () =>
      [...requestLines(requests), ...signInLines(signIns), ...shedLines(shed), ...processLines(), ""].join(
        "\n",
      ),
  };
}

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

function requestLines(requests: ReadonlyMap<string, Series>): string[] {
  const name = "sallyport_identity_request_seconds";
  const lines = [...requests].flatMap(([labels, { buckets, sum, count }]) => {
    let below = 0;
    const cumulative = buckets.map((inBucket, index) => {
      below += inBucket;
      return `${name}_bucket{${labels},le="${BUCKETS_S[index]}"} ${below}`;
    });
    return [
      ...cumulative,
      `${name}_bucket{${labels},le="+Inf"} ${count}`,
      `${name}_sum{${labels}} ${sum}`,
      `${name}_count{${labels}} ${count}`,
    ];
  });
  return [
    `# HELP ${name} How long requests took, by route and status.`,
    `# TYPE ${name} histogram`,
    ...lines,
  ];
}

function signInLines(signIns: { passed: number; failed: number }): string[] {
  const name = "sallyport_identity_sign_ins_total";
  return [
    `# HELP ${name} Sign-ins that came back from an identity provider.`,
    `# TYPE ${name} counter`,
    ...Object.entries(signIns).map(([outcome, count]) => `${name}{outcome="${outcome}"} ${count}`),
  ];
}

function shedLines(shed: Readonly<Record<Shortage, number>>): string[] {
  const name = "sallyport_identity_requests_shed_total";
  return [
    `# HELP ${name} Requests answered 503 at once, by what there was too much of.`,
    `# TYPE ${name} counter`,
    ...Object.entries(shed).map(([shortage, count]) => `${name}{shortage="${shortage}"} ${count}`),
  ];
}

function processLines(): string[] {
  const { user, system } = process.cpuUsage();
  return [
    "# TYPE process_cpu_seconds_total counter",
    `process_cpu_seconds_total ${(user + system) / 1e6}`,
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    "# TYPE nodejs_heap_size_used_bytes gauge",
    `nodejs_heap_size_used_bytes ${process.memoryUsage().heapUsed}`,
    "# TYPE process_start_time_seconds gauge",
    `process_start_time_seconds ${(performance.timeOrigin / 1000).toFixed(3)}`,
  ];
}

// What Prometheus is told: our own names, of-watchdog's, and under Knative its queue-proxy's. A client
// library would cost each start more than all else that is loaded (docs/performance.md).

/** Seconds, as Prometheus's clients have them by default. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A function may name its errors as it likes; what counts them has a limit. */
const maximumTypes = 100;

interface FinishedRequest {
  /** Undefined when the request met no function. */
  readonly function: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  /** Whether the function was run. */
  readonly invoked: boolean;
  readonly errorType: string | undefined;
}

interface Gauges {
  readonly function: string;
  readonly inFlight: number;
  readonly queued: number;
}

export interface Metrics {
  started(): void;
  finished(request: FinishedRequest): void;
  startup(name: string): void;
  /** The page. */
  text(gauges: readonly Gauges[]): string;
}

export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

export function createMetrics(
  functions: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Metrics {
  const invocations = new Map(functions.map((name) => [labels({ function: name }), 0]));
  const startups = new Map(functions.map((name) => [labels({ function: name }), 0]));
  const errors = new Map<string, number>();
  const durations = new Map<string, Histogram>();
  const requests = new Map<string, number>();
  const requestDurations = new Map<string, Histogram>();
  const revisionRequests = new Map<string, number>();
  const revisionLatencies = new Map<string, Histogram>();
  let inFlight = 0;
  const revision = revisionLabels(env);
  return {
    started() {
      inFlight += 1;
    },
    startup: (name) => count(startups, labels({ function: name })),
    finished({ function: name, method, status, seconds, invoked, errorType }) {
      inFlight -= 1;
      const request = `code="${status}",method="${method.toLowerCase()}"`;
      count(requests, request);
      observe(requestDurations, request, seconds);
      if (name === undefined) return;
      if (revision !== undefined) {
        const own = `${revision},response_code="${status}",response_code_class="${Math.floor(status / 100)}xx"`;
        count(revisionRequests, own);
        observe(revisionLatencies, own, seconds * 1000, revisionBounds);
      }
      const one = labels({ function: name });
      if (errorType !== undefined) {
        const type = labels({ function: name, type: errorType });
        const isNew = !errors.has(type) && errors.size >= maximumTypes * functions.length;
        count(errors, isNew ? labels({ function: name, type: "other" }) : type);
      }
      if (!invoked) return;
      count(invocations, one);
      observe(durations, one, seconds);
    },
    text(gauges) {
      const of = (what: "inFlight" | "queued") =>
        new Map(gauges.map((gauge) => [labels({ function: gauge.function }), gauge[what]]));
      const parts = [
        family("stdlambda_invocations_total", "counter", "Invocations of a function.", invocations),
        family("stdlambda_errors_total", "counter", "Errors of a function, by type.", errors),
        histogram("stdlambda_duration_seconds", "Time from a request to its answer.", durations),
        family("stdlambda_in_flight", "gauge", "Invocations that are running.", of("inFlight")),
        family("stdlambda_queued", "gauge", "Requests that wait for their turn.", of("queued")),
        family("stdlambda_startups_total", "counter", "Starts of a runtime.", startups),
        family("http_requests_total", "counter", "HTTP requests answered.", requests),
        histogram("http_request_duration_seconds", "Time of an HTTP request.", requestDurations),
        family(
          "http_requests_in_flight",
          "gauge",
          "HTTP requests in progress.",
          new Map([["", inFlight]]),
        ),
      ];
      if (revision !== undefined) {
        const depth = gauges.reduce((sum, gauge) => sum + gauge.inFlight + gauge.queued, 0);
        parts.push(
          family("revision_app_request_count", "counter", "Requests answered.", revisionRequests),
          histogram(
            "revision_app_request_latencies",
            "Time of a request in milliseconds.",
            revisionLatencies,
            revisionBounds,
          ),
          family(
            "revision_queue_depth",
            "gauge",
            "Requests that run or wait.",
            new Map([[revision, depth]]),
          ),
        );
      }
      return parts.join("");
    },
  };
}

/** Milliseconds, as Knative's queue-proxy has them. */
const revisionBounds = [5, 10, 20, 40, 60, 80]
  // From there by steps of 50 and of 100.
  .concat([2, 3, 4, 5, 6, 7, 8, 9].map((fifties) => 50 * fifties))
  .concat([5, 6, 7, 8, 9, 10].map((hundreds) => 100 * hundreds))
  .concat([2000, 5000, 10_000, 20_000, 50_000, 100_000]);

/** What Knative tells a container of its revision; undefined elsewhere. */
function revisionLabels(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (!env.K_REVISION) return undefined;
  return labels({
    configuration_name: env.K_CONFIGURATION ?? "",
    container_name: "user-container",
    namespace_name: env.POD_NAMESPACE ?? "",
    pod_name: env.HOSTNAME ?? "",
    revision_name: env.K_REVISION,
    service_name: env.K_SERVICE ?? "",
  });
}

interface Histogram {
  /** By bound; what is above the last one is in `count` alone. */
  readonly buckets: number[];
  sum: number;
  count: number;
}

function count(counters: Map<string, number>, key: string): void {
  counters.set(key, (counters.get(key) ?? 0) + 1);
}

function observe(
  histograms: Map<string, Histogram>,
  key: string,
  value: number,
  limits: readonly number[] = bounds,
): void {
  let one = histograms.get(key);
  if (one === undefined) {
    one = { buckets: limits.map(() => 0), sum: 0, count: 0 };
    histograms.set(key, one);
  }
  one.sum += value;
  one.count += 1;
  const at = limits.findIndex((limit) => value <= limit);
  if (at >= 0) one.buckets[at] = (one.buckets[at] ?? 0) + 1;
}

function labels(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");
}

function escaped(value: string): string {
  return value.replace(/["\\\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

function family(
  name: string,
  type: "counter" | "gauge",
  help: string,
  values: ReadonlyMap<string, number>,
): string {
  const lines = [...values].map(([key, value]) => `${name}${braced(key)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function histogram(
  name: string,
  help: string,
  histograms: ReadonlyMap<string, Histogram>,
  limits: readonly number[] = bounds,
): string {
  const lines: string[] = [];
  for (const [key, { buckets, sum, count }] of histograms) {
    let total = 0;
    for (const [at, limit] of limits.entries()) {
      total += buckets[at] ?? 0;
      lines.push(`${name}_bucket{${key},le="${limit}"} ${total}\n`);
    }
    lines.push(`${name}_bucket{${key},le="+Inf"} ${count}\n`);
    lines.push(`${name}_sum{${key}} ${sum}\n`, `${name}_count{${key}} ${count}\n`);
  }
  return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${lines.join("")}`;
}

function braced(key: string): string {
  return key === "" ? "" : `{${key}}`;
}

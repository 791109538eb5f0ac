// STDLAMBDA_METRICS_NAMESPACE: a line of metrics for each event, which CloudWatch reads out of the log (AWS:
// "Embedded metric format specification").
import type { Outcome } from "../answer/outcome.ts";
import type { Invocation } from "../invocation.ts";
import { keepProcessFacts, type ProcessFacts, takeProcessFacts } from "../process/process-facts.ts";
import type { Runner, Surroundings } from "./runner.ts";

const units = {
  Duration: "Milliseconds",
  StartUp: "Milliseconds",
  ColdStart: "Count",
  Errors: "Count",
  ExitStatus: "None",
  PeakMemory: "Megabytes",
  BytesOut: "Bytes",
} as const;

type Metrics = Partial<Record<keyof typeof units, number | undefined>>;

export function withMetrics(
  runner: Runner,
  namespace: string,
  { platform, log }: Surroundings,
): Runner {
  keepProcessFacts();
  let isCold = true;
  let startUp = 0;

  function write(invocation: Invocation, errorType: string | undefined, metrics: Metrics): void {
    const given = Object.entries(metrics).filter(([, value]) => value !== undefined);
    const definitions = given.map(([Name]) => ({ Name, Unit: units[Name as keyof typeof units] }));
    const record = {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          { Namespace: namespace, Dimensions: [["FunctionName"]], Metrics: definitions },
        ],
      },
      FunctionName: platform.functionName ?? "unknown",
      FunctionVersion: platform.functionVersion,
      requestId: invocation.id,
      errorType,
      ...Object.fromEntries(given),
    };
    log.line(JSON.stringify(record), invocation);
  }

  return {
    ...runner,
    async prepare(after) {
      await runner.prepare(after);
      if (startUp === 0) startUp = performance.now();
    },
    async run(invocation) {
      const started = performance.now();
      const first = isCold;
      isCold = false;
      const tell = (errorType: string | undefined, bytesOut: number) => {
        const facts = takeProcessFacts(invocation.id);
        write(invocation, errorType, {
          Duration: rounded(performance.now() - started),
          ColdStart: first ? 1 : 0,
          Errors: errorType === undefined ? 0 : 1,
          BytesOut: bytesOut,
          PeakMemory: megabytes(peakBytes(facts)),
          ...(facts !== undefined && exitStatus(facts)),
          ...(first && { StartUp: rounded(startUp) }),
        });
      };
      const outcome = await runner.run(invocation);
      if (outcome.kind === "stream") return counted(outcome, tell);
      const isFailure = outcome.kind === "failure";
      tell(isFailure ? outcome.failure.errorType : undefined, isFailure ? 0 : outcome.body.length);
      return outcome;
    },
  };
}

/** The same stream, told of at its end. */
function counted(
  outcome: Extract<Outcome, { kind: "stream" }>,
  tell: (errorType: string | undefined, bytesOut: number) => void,
): Outcome {
  return {
    kind: "stream",
    get contentType() {
      return outcome.contentType;
    },
    async pump(write) {
      let bytesOut = 0;
      const failure = await outcome.pump((piece) => {
        bytesOut += piece.length;
        return write(piece);
      });
      tell(failure?.errorType, bytesOut);
      return failure;
    },
  };
}

/** Of the script's process, else of the host's own, where the function lives. */
function peakBytes(facts: ProcessFacts | undefined): number | undefined {
  return facts === undefined ? process.resourceUsage().maxRSS * 1024 : facts.peakBytes;
}

function exitStatus({ ending }: ProcessFacts): Metrics {
  return ending.kind === "exit" ? { ExitStatus: ending.status } : {};
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : rounded(bytes / 1024 / 1024);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

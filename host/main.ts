// The host: settings -> client -> handler -> runner -> poll.
import { createErrorReport } from "./answer/error-report.ts";
import { failureFromThrown, hostFailure } from "./answer/failure.ts";
import type { ErrorType } from "./errors.ts";
import { baseEnvironment } from "./event/environment.ts";
import { resolveHandler } from "./handler/resolve.ts";
import { createRoots } from "./handler/roots.ts";
import { closeInheritedDescriptors } from "./inherited-descriptors.ts";
import { interpreterVariable, managedLanguage } from "./languages/managed.ts";
import { createLog, type Log } from "./log.ts";
import { poll } from "./poll.ts";
import { chooseRunner } from "./runners/choose-runner.ts";
import type { Runner, Surroundings } from "./runners/runner.ts";
import { type Address, parseAddress } from "./runtime-api/address.ts";
import { connectRuntimeApi, type RuntimeApi } from "./runtime-api/client.ts";
import { type Platform, readPlatform, readSettings } from "./settings.ts";
import { endHost, endOnSignals, isEnding } from "./shutdown.ts";
import { refuseMissingTaskRoot } from "./task-root.ts";

async function main(environment: NodeJS.ProcessEnv): Promise<never> {
  const given = readPlatform(environment);
  const platform = {
    ...given,
    telemetryLogFd: closeInheritedDescriptors(given.telemetryLogFd),
  };
  const many =
    platform.slots === undefined ? undefined : await createMany(platform, platform.slots);
  const log = many?.log ?? createLog(platform);
  const address = parseAddress(platform.runtimeApi);
  if (address === undefined) {
    const message = `AWS_LAMBDA_RUNTIME_API=${platform.runtimeApi} is not host:port. Lambda sets it; to run a handler by hand, use: npx stdlambda invoke HANDLER`;
    log.failure(hostFailure("Runtime.InvalidRuntimeApi", message), undefined);
    return endHost(1);
  }
  const api = connectRuntimeApi(address, log.warn);
  const choose = many?.chooseRunner ?? chooseRunner;
  const runner = await init(environment, { platform, address, api, log, choose });
  try {
    await (many === undefined ? poll(api, runner, log) : many.poll(address, runner));
  } catch (error) {
    log.failure(failureFromThrown(error), undefined);
  }
  return endHost(1, runner);
}

/** Its exit status is the one of AWS's client. */
const beforeSnapshotError: ErrorType = "Runtime.BeforeSnapshotError";

interface Parts {
  readonly platform: Platform;
  readonly address: Address;
  readonly api: RuntimeApi;
  readonly log: Log;
  readonly choose: typeof chooseRunner;
}

/**
 * Ends the host after init/error: if it stayed alive, it would hang until the platform's timeout.
 */
async function init(
  environment: NodeJS.ProcessEnv,
  { platform, address, api, log, choose }: Parts,
): Promise<Runner> {
  try {
    const settings = readSettings(environment);
    refuseMissingTaskRoot(platform.taskRoot);
    const scripts = baseEnvironment(environment, settings);
    const { handler, warnings } = resolveHandler(platform.handler, {
      roots: createRoots(platform.taskRoot),
      settings,
      path: scripts.PATH ?? "",
      managed: managedLanguage(environment[interpreterVariable]),
    });
    for (const warning of warnings) log.warn(warning);
    const surroundings: Surroundings = {
      settings,
      platform,
      log,
      environment: scripts,
      broken(failure) {
        // A listener of SIGTERM may call process.exit.
        if (isEnding()) return;
        log.failure(failure, undefined);
        void endHost(1);
      },
      release: api.release,
    };
    const runner = await measured(await choose(handler, surroundings), surroundings);
    endOnSignals(runner);
    await runner.prepare();
    if (settings.registerForSigterm) {
      const { registerForSigterm } = await import("./runtime-api/extension.ts");
      await registerForSigterm(address).catch((error: Error) => log.warn(error.message));
    }
    if (platform.isSnapStart) {
      const { passSnapshot } = await import("./snapshot/pass-snapshot.ts");
      await passSnapshot(runner, surroundings, address);
    }
    return runner;
  } catch (error) {
    const failure = failureFromThrown(error);
    log.failure(failure, undefined);
    await api.initError(createErrorReport(failure)).catch((posting: Error) => {
      log.error(`the init error could not be posted: ${posting.message}`);
    });
    return endHost(failure.errorType === beforeSnapshotError ? 64 : 1);
  }
}

async function measured(runner: Runner, surroundings: Surroundings): Promise<Runner> {
  const { metricsNamespace } = surroundings.settings;
  if (metricsNamespace === undefined) return runner;
  const { withMetrics } = await import("./runners/with-metrics.ts");
  return withMetrics(runner, metricsNamespace, surroundings);
}

async function createMany(platform: Platform, slots: number) {
  const { serveMany } = await import("./many/serve-many.ts");
  return serveMany(platform, slots);
}

// A worker thread of Managed Instances starts with the same file.
if (process.env._STDLAMBDA_THREAD === undefined) void main(process.env);
else void import("./many/thread.ts").then(({ serveThread }) => serveThread());

// The host: settings -> client -> handler -> runner -> poll.
import { createErrorReport } from "./answer/error-report.ts";
import { failureFromThrown, hostFailure } from "./answer/failure.ts";
import { baseEnvironment } from "./event/environment.ts";
import { type Handler, resolveHandler } from "./handler/resolve.ts";
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
import { endHost, endOnSignals } from "./shutdown.ts";
import { refuseMissingTaskRoot } from "./task-root.ts";

async function main(environment: NodeJS.ProcessEnv): Promise<never> {
  const given = readPlatform(environment);
  const platform = {
    ...given,
    telemetryLogFd: closeInheritedDescriptors(given.telemetryLogFd),
  };
  const log = createLog(platform);
  const address = parseAddress(platform.runtimeApi);
  if (address === undefined) {
    const message = `AWS_LAMBDA_RUNTIME_API=${platform.runtimeApi} is not host:port. Lambda sets it; to run a handler by hand, use: npx stdlambda invoke HANDLER`;
    log.failure(hostFailure("Runtime.InvalidRuntimeApi", message), undefined);
    return endHost(1);
  }
  const api = connectRuntimeApi(address, log.warn);
  const runner = await init(environment, platform, address, api, log);
  try {
    if (platform.slots === undefined) await poll(api, runner, log);
    else {
      const { pollSlots } = await import("./many/slots.ts");
      await pollSlots(platform.slots, address, runner, log);
    }
  } catch (error) {
    log.failure(failureFromThrown(error), undefined);
  }
  return endHost(1, runner);
}

/** Ends the host after init/error: staying alive after it would hang until the platform's timeout. */
async function init(
  environment: NodeJS.ProcessEnv,
  platform: Platform,
  address: Address,
  api: RuntimeApi,
  log: Log,
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
        log.failure(failure, undefined);
        void endHost(1);
      },
      release: api.release,
    };
    const runner = await runnerOf(handler, surroundings);
    endOnSignals(runner);
    await runner.prepare();
    if (settings.registerForSigterm) {
      const { registerForSigterm } = await import("./runtime-api/extension.ts");
      await registerForSigterm(address).catch((error: Error) => log.warn(error.message));
    }
    return runner;
  } catch (error) {
    const failure = failureFromThrown(error);
    log.failure(failure, undefined);
    await api.initError(createErrorReport(failure)).catch((posting: Error) => {
      log.error(`the init error could not be posted: ${posting.message}`);
    });
    return endHost(1);
  }
}

async function runnerOf(handler: Handler, surroundings: Surroundings): Promise<Runner> {
  const { slots } = surroundings.platform;
  if (slots === undefined) return chooseRunner(handler, surroundings);
  const { chooseRunnerOfSlots } = await import("./many/choose-runner.ts");
  return chooseRunnerOfSlots(slots, handler, surroundings);
}

void main(process.env);

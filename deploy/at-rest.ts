// Waits until a function is at rest: Lambda takes one change at a time and refuses the next one.
// https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html

import { setTimeout } from "node:timers/promises";
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { ExpectedError } from "../host/expected-error.ts";
import { callOptions, type Session } from "./session.ts";

/** As long as AWS's own waiters of functions in a VPC: 300 polls, a second each. */
const patienceMs = 300_000;
/** The first poll comes at once: most changes are done within a second. */
const firstPauseMs = 50;
const longestPauseMs = 2000;

/**
 * The configuration once it is neither Pending nor InProgress; of a version where one is named.
 * @throws ExpectedError when it failed, or takes longer than five minutes.
 */
export async function waitAtRest(
  name: string,
  session: Session,
  version?: string,
): Promise<FunctionConfiguration> {
  const { client, signal } = session;
  const begin = performance.now();
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.6)) {
    const command = new GetFunctionConfigurationCommand({
      FunctionName: name,
      Qualifier: version,
    });
    const configuration = await client.send(command, callOptions(session));
    if (!isInMotion(configuration)) return requireSound(configuration);
    const seconds = Math.round((performance.now() - begin) / 1000);
    if (seconds * 1000 > patienceMs) {
      throw new ExpectedError(`${name} is still ${stateOf(configuration)} after ${seconds} s`, {
        remedy: "Run the command again later: it continues from here",
      });
    }
    if (seconds > 1)
      session.steps.step(`Waiting for ${name}: ${stateOf(configuration)}, ${seconds} s`);
    await setTimeout(pause, undefined, signal && { signal });
  }
}

/**
 * Makes a change when the function is at rest; when somebody else's change comes between, it waits
 * for that and tries again.
 */
export async function changeAtRest<Output>(
  name: string,
  session: Session,
  change: () => Promise<Output>,
): Promise<Output> {
  const mostTries = 5;
  for (let tries = 1; ; tries++) {
    try {
      return await change();
    } catch (error) {
      const isConflict = error instanceof Error && error.name === "ResourceConflictException";
      // Also a name that is taken is a conflict, which no waiting solves.
      if (!isConflict || tries === mostTries || /already exists?/i.test(error.message)) throw error;
      session.steps.step(`Another change of ${name} is in progress, waiting for it`);
      await waitAtRest(name, session);
    }
  }
}

function isInMotion({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State === "Pending" || LastUpdateStatus === "InProgress";
}

function stateOf({ State, LastUpdateStatus }: FunctionConfiguration): string {
  return State === "Pending" ? "being created" : `being updated (${LastUpdateStatus})`;
}

function requireSound(configuration: FunctionConfiguration): FunctionConfiguration {
  const { FunctionName, State, StateReason, StateReasonCode } = configuration;
  if (State !== "Failed") return configuration;
  throw new ExpectedError(
    `Lambda could not create ${FunctionName}: ${StateReason ?? "no reason was given"} (${StateReasonCode ?? "Failed"})`,
    {
      remedy: `Correct that, then delete the function (stdlambda delete ${FunctionName}) and deploy it again`,
    },
  );
}

/** @throws ExpectedError when the change that was just made did not take. */
export function requireUpdated(configuration: FunctionConfiguration): void {
  const { FunctionName, LastUpdateStatus, LastUpdateStatusReason, LastUpdateStatusReasonCode } =
    configuration;
  if (LastUpdateStatus !== "Failed") return;
  throw new ExpectedError(
    `Lambda could not update ${FunctionName}: ${LastUpdateStatusReason ?? "no reason was given"} (${LastUpdateStatusReasonCode ?? "Failed"})`,
    { remedy: "The function still runs as before; correct that and run the command again" },
  );
}

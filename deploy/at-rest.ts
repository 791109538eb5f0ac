// Waits until Lambda has finished a change, because it accepts one at a time and refuses the next
// one. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html

import { setTimeout } from "node:timers/promises";
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { ExpectedError } from "../host/expected-error.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";

/** As long as AWS's own waiters for functions in a VPC: 300 polls, a second each. */
const patienceMs = 300_000;
/** The first poll comes at once, because most changes are done within a second. */
const firstPauseMs = 50;
const longestPauseMs = 2000;

/**
 * The configuration once it is neither Pending nor InProgress; that of a version if one is given.
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

/** A conflict is over within seconds, a new role or grant within half a minute. */
const changePausesMs = [500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000, 4000];

/**
 * Makes a change, and repeats it while Lambda refuses it for a temporary reason: another change of
 * the function, or a role, a permission or a grant of a key that is too new.
 */
export async function changePatiently<Output>(
  name: string,
  session: Session,
  change: () => Promise<Output>,
): Promise<Output> {
  for (const pause of changePausesMs) {
    try {
      return await change();
    } catch (error) {
      const reason = passingReason(error);
      if (reason === undefined) throw error;
      session.steps.step(`Waiting: ${reason.replace("NAME", name)}`);
      await setTimeout(pause, undefined, session.signal && { signal: session.signal });
      if (isConflict(error)) await orUndefined(waitAtRest(name, session));
    }
  }
  return change();
}

/** Lambda's messages about roles and keys that IAM and KMS do not know everywhere yet. */
const passingRefusals: readonly (readonly [RegExp, string])[] = [
  [/cannot be assumed by Lambda/i, "Lambda cannot assume the role of NAME yet"],
  [
    /provided execution role does not have permissions/i,
    "the role of NAME does not have its permissions yet",
  ],
  [
    /KMS key is invalid for CreateGrant|unable to configure access to your environment variables/i,
    "Lambda has no grant for the key of NAME yet",
  ],
];

function passingReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isConflict(error)) return "another change of NAME is in progress";
  if (error.name !== "InvalidParameterValueException") return undefined;
  return passingRefusals.find(([words]) => words.test(error.message))?.[1];
}

/** A name that is taken is a conflict as well, but waiting does not solve it. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && error.name === "ResourceConflictException" && !isTaken(error);
}

/** The answer to a call that creates something which exists already. */
export function isTaken(error: unknown): boolean {
  const isOfConflict = error instanceof Error && error.name === "ResourceConflictException";
  return isOfConflict && /exists?\b/i.test(error.message);
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

/** @throws ExpectedError when the change that was just made failed. */
export function requireUpdated(configuration: FunctionConfiguration): void {
  const { FunctionName, LastUpdateStatus, LastUpdateStatusReason, LastUpdateStatusReasonCode } =
    configuration;
  if (LastUpdateStatus !== "Failed") return;
  throw new ExpectedError(
    `Lambda could not update ${FunctionName}: ${LastUpdateStatusReason ?? "no reason was given"} (${LastUpdateStatusReasonCode ?? "Failed"})`,
    { remedy: "The function still runs as before; correct that and run the command again" },
  );
}

// Makes a function that is not there yet.

import { setTimeout } from "node:timers/promises";
import { CreateFunctionCommand, type CreateFunctionCommandInput } from "@aws-sdk/client-lambda";
import { readableSize } from "../build/zip/readable-size.ts";
import { ExpectedError } from "../host/expected-error.ts";
import { waitAtRest } from "./at-rest.ts";
import type { Plan } from "./plan.ts";
import { callOptions, type Session } from "./session.ts";
import { type UploadTarget, uploadCode } from "./upload.ts";

/** A role takes up to half a minute after it was made until Lambda may assume it. */
const roleTries = 8;
const rolePauseMs = 4000;

const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

/** Tries again for half a minute while the role is too young. */
export async function createFunction(
  plan: Plan,
  target: UploadTarget | undefined,
  session: Session,
): Promise<void> {
  const { name } = plan;
  const code = await uploadCode(plan.package, target, session);
  session.steps.step(`Creating ${name}, ${readableSize(plan.package.bytes)}`);
  await create({ ...creation(plan), Code: code }, session);
  session.onDone(`created the function ${name}`);
  await waitAtRest(name, session);
}

/** @throws ExpectedError when the function is new and nobody said in whose name it shall work. */
export function requireRole(name: string, exists: boolean, role: string | undefined): void {
  if (exists || role !== undefined) return;
  throw new ExpectedError(
    [
      `${name} is new, and a new function needs an execution role: --role ARN`,
      "To create one that can only write logs, and print its ARN:",
      `  aws iam create-role --role-name stdlambda --query Role.Arn --output text --assume-role-policy-document '${trust}'`,
      "  aws iam attach-role-policy --role-name stdlambda --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ].join("\n"),
  );
}

function creation({ name, update, tags, architecture }: Plan): CreateFunctionCommandInput {
  const { Role = "", ...settings } = update;
  return {
    FunctionName: name,
    ...settings,
    Role,
    Architectures: [architecture],
    Tags: { ...tags },
    Code: undefined,
  } as CreateFunctionCommandInput;
}

async function create(input: CreateFunctionCommandInput, session: Session): Promise<void> {
  const { client, signal } = session;
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new CreateFunctionCommand(input), callOptions(session));
      return;
    } catch (error) {
      if (!isYoungRole(error) || tries === roleTries) throw error;
      session.steps.step(`Waiting until Lambda may assume the role (${tries} of ${roleTries})`);
      await setTimeout(rolePauseMs, undefined, signal && { signal });
    }
  }
}

function isYoungRole(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "InvalidParameterValueException" &&
    /cannot be assumed by Lambda/i.test(error.message)
  );
}

// Creates a function that does not exist yet.

import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionCommand,
} from "@aws-sdk/client-lambda";
import { readableSize } from "../build/zip/readable-size.ts";
import { ExpectedError } from "../host/expected-error.ts";
import { changePatiently, isTaken, waitAtRest } from "./at-rest.ts";
import type { Plan } from "./plan.ts";
import { callOptions, type Session } from "./session.ts";
import { type UploadTarget, uploadCode } from "./upload.ts";

const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

export async function createFunction(
  plan: Plan,
  target: UploadTarget | undefined,
  session: Session,
): Promise<void> {
  const { name } = plan;
  const code = await uploadCode(plan.package, target, session);
  session.steps.step(`Creating ${name}, ${readableSize(plan.package.bytes)}`);
  const command = new CreateFunctionCommand({ ...creation(plan), Code: code });
  try {
    await changePatiently(name, session, () => session.client.send(command, callOptions(session)));
  } catch (error) {
    // The SDK repeats a call whose reply is lost, and finds what the first one has created.
    if (!isTaken(error) || !(await isCreated(plan, session))) throw error;
  }
  session.onDone(`created the function ${name}`);
  await waitAtRest(name, session);
}

/** Whether the existing function is the planned one, which did not exist before. */
async function isCreated(
  { name, package: { codeSha256 }, tags }: Plan,
  session: Session,
): Promise<boolean> {
  await waitAtRest(name, session);
  const command = new GetFunctionCommand({ FunctionName: name });
  const { Configuration, Tags = {} } = await session.client.send(command, callOptions(session));
  const hasTags = Object.entries(tags).every(([tag, value]) => Tags[tag] === value);
  return hasTags && Configuration?.CodeSha256 === codeSha256;
}

/** @throws ExpectedError when the function is new and no role was given. */
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

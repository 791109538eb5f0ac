// Whether a layer that the user names by its ARN fits the function.

import { GetLayerVersionByArnCommand } from "@aws-sdk/client-lambda";
import { ExpectedError } from "../host/expected-error.ts";
import type { Architecture } from "../lambda/architectures.ts";
import { layerVersionArnForm, parseLayerVersionArn } from "../lambda/arns.ts";
import { callOptions, type Session } from "./session.ts";

/** @throws ExpectedError for a layer of another region or processor, or one that does not exist. */
export async function checkLayer(
  arn: string,
  architecture: Architecture,
  session: Session,
): Promise<void> {
  const parsed = parseLayerVersionArn(arn);
  if (parsed === undefined) {
    throw new ExpectedError(`${arn} is not the ARN of a layer version`, {
      remedy: `Write ${layerVersionArnForm}; stdlambda layer publish prints the ARN`,
    });
  }
  if (parsed.region !== session.region) {
    throw new ExpectedError(
      `the layer ${arn} is in ${parsed.region}, and the function in ${session.region}: Lambda accepts only layers in the function's own region`,
      {
        remedy: `Publish it there (stdlambda layer publish --region ${session.region}), or deploy with --region ${parsed.region}`,
      },
    );
  }
  const found = await lookUp(arn, session);
  const made = found?.CompatibleArchitectures ?? [];
  if (made.length > 0 && !made.includes(architecture)) {
    throw new ExpectedError(
      `the layer ${arn} is for ${made.join(", ")}, and the function runs on ${architecture}`,
      { remedy: `Deploy with --arch ${made[0]}, or name a layer for ${architecture}` },
    );
  }
}

/** Undefined if the layer's owner lets us use it but not read it. */
async function lookUp(arn: string, session: Session) {
  try {
    return await session.client.send(
      new GetLayerVersionByArnCommand({ Arn: arn }),
      callOptions(session),
    );
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "AccessDeniedException") return undefined;
    if (name !== "ResourceNotFoundException") throw error;
    throw new ExpectedError(`there is no layer ${arn}`, {
      remedy: `stdlambda layer publish publishes one and prints its ARN (the service says: ${message})`,
      cause: error,
    });
  }
}

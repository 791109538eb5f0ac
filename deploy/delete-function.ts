// Deletes a function with everything attached to it, and on request its layers.

import {
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteLayerVersionCommand,
} from "@aws-sdk/client-lambda";
import { parseLayerVersionArn } from "../lambda/arns.ts";
import type { DescribedFunction } from "./describe-function.ts";
import { isHostLayer } from "./is-host-layer.ts";
import { listAll } from "./list-functions.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";

/**
 * The URLs first, so that nobody calls a function that is half deleted; Lambda deletes the rest
 * with the function.
 */
export async function deleteFunction(
  name: string,
  { urls }: Pick<DescribedFunction, "urls">,
  session: Session,
): Promise<void> {
  const { client } = session;
  const options = callOptions(session);
  session.steps.step(`Deleting ${name}`);
  for (const { alias } of urls) {
    const qualified = { FunctionName: name, ...(alias !== undefined && { Qualifier: alias }) };
    await orUndefined(client.send(new DeleteFunctionUrlConfigCommand(qualified), options));
    session.onDone(`deleted the URL of ${name}`);
  }
  await orUndefined(client.send(new DeleteFunctionCommand({ FunctionName: name }), options));
  session.onDone(`deleted the function ${name}`);
}

/**
 * Deletes the host's layers of the function, in its account, that no other function in the region
 * uses; returns the ARNs of the deleted ones. Call it when the function is gone.
 */
export async function deleteUnusedLayers(
  { configuration }: Pick<DescribedFunction, "configuration">,
  session: Session,
): Promise<string[]> {
  const account = configuration.FunctionArn?.split(":")[4];
  const candidates = (configuration.Layers ?? []).flatMap(({ Arn = "" }) => {
    const parsed = parseLayerVersionArn(Arn);
    return parsed?.accountId === account && isHostLayer(Arn) ? [{ Arn, parsed }] : [];
  });
  if (candidates.length === 0) return [];
  session.steps.step("Looking for other functions with the same layers");
  const used = new Set(
    (await listAll(session)).flatMap(({ Layers = [] }) => Layers.map(({ Arn }) => Arn)),
  );
  const unused = candidates.filter(({ Arn }) => !used.has(Arn));
  for (const { Arn, parsed } of unused) {
    const command = new DeleteLayerVersionCommand({
      LayerName: parsed?.name,
      VersionNumber: parsed?.version,
    });
    await session.client.send(command, callOptions(session));
    session.onDone(`deleted the layer ${Arn}`);
  }
  return unused.map(({ Arn }) => Arn);
}

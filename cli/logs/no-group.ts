// The message when there is no log: the function has none yet, or there is no such function.
import { ExpectedError } from "../../host/expected-error.ts";
import { nearest } from "../../host/nearest.ts";
import { type ClientOptions, clientConfiguration } from "../service/service-client.ts";
import type { ServiceEndpoint } from "../service/service-endpoint.ts";
import { notFound } from "../service/service-fault.ts";
import type { LogReader } from "./log-reader.ts";

/** The log group of a function is this prefix and its name. */
export const groupPrefix = "/aws/lambda/";

export async function noGroup(
  group: string,
  reader: LogReader,
  endpoint: ServiceEndpoint,
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
): Promise<ExpectedError> {
  const name = group.replace(groupPrefix, "");
  const functions = endpoint.isRemote ? undefined : await functionNames(endpoint, options, env);
  if (functions?.includes(name)) {
    return new ExpectedError(`${name} has no log yet`, {
      type: notFound,
      remedy: `A log begins with the first invocation: stdlambda invoke ${name}; --follow waits for it`,
    });
  }
  if (functions !== undefined && name !== group) {
    const [near] = nearest(name, functions, 1);
    return new ExpectedError(`there is no function ${name} at ${endpoint.url}, and no log of one`, {
      type: notFound,
      remedy:
        near === undefined
          ? "The service has no functions"
          : `Did you mean ${near}? The service has: ${functions.join(", ")}`,
    });
  }
  const names = (await reader.groups(groupPrefix)).map((name) => name.slice(groupPrefix.length));
  const near = nearest(group.replace(groupPrefix, ""), names, 5);
  const known = near.length > 0 ? `There are logs of: ${near.join(", ")}` : "There are no logs yet";
  return new ExpectedError(`there is no log group ${group}`, {
    type: notFound,
    remedy: `${known}\nCheck the name${endpoint.isRemote ? ", --region and --profile" : ""}`,
  });
}

/** The functions of a local service; undefined when it does not say. */
async function functionNames(
  endpoint: ServiceEndpoint,
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
): Promise<string[] | undefined> {
  const { LambdaClient, paginateListFunctions } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient(await clientConfiguration(endpoint, options, env));
  try {
    const names: string[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
      names.push(...Functions.flatMap(({ FunctionName }) => FunctionName ?? []));
    }
    return names;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

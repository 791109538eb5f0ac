// A function as Lambda has it now, with everything attached to it that a deployment may change.
import {
  type AliasConfiguration,
  type FunctionConfiguration,
  type FunctionUrlConfig,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
} from "@aws-sdk/client-lambda";
import { waitAtRest } from "./at-rest.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";

export const latestPublishedVersion = "$LATEST.PUBLISHED";

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

export interface CurrentFunction {
  /** Of $LATEST. */
  readonly configuration: FunctionConfiguration;
  /** Where the code can be downloaded for some minutes; a file URL when it is served in place. */
  readonly codeLocation: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | undefined;
  readonly alias: AliasConfiguration | undefined;
  /** Of the version that the alias points to. */
  readonly aliasVersion: FunctionConfiguration | undefined;
  /** Of `$LATEST.PUBLISHED`, which runs on Managed Instances if no version is named. */
  readonly latestPublished?: FunctionConfiguration | undefined;
  /** Of the alias, or of the function itself if no alias is wanted. */
  readonly url: FunctionUrlConfig | undefined;
  readonly statements: readonly PolicyStatement[];
}

/** Undefined when there is no such function. Waits until Lambda has finished changing it. */
export async function readCurrentFunction(
  name: string,
  alias: string | undefined,
  session: Session,
): Promise<CurrentFunction | undefined> {
  const { client } = session;
  const options = callOptions(session);
  const named = { FunctionName: name };
  const found = await orUndefined(client.send(new GetFunctionCommand(named), options));
  if (found === undefined) return undefined;
  const configuration = await waitAtRest(name, session);
  const pointed =
    alias === undefined
      ? undefined
      : await orUndefined(client.send(new GetAliasCommand({ ...named, Name: alias }), options));
  const latestPublished = new GetFunctionConfigurationCommand({
    ...named,
    Qualifier: latestPublishedVersion,
  });
  const isThere = alias === undefined || pointed !== undefined;
  const qualified = { ...named, ...(alias !== undefined && { Qualifier: alias }) };
  return {
    configuration,
    codeLocation: found.Code?.Location,
    tags: found.Tags ?? {},
    reservedConcurrency: found.Concurrency?.ReservedConcurrentExecutions,
    alias: pointed,
    aliasVersion:
      pointed && (await client.send(new GetFunctionConfigurationCommand(qualified), options)),
    latestPublished: configuration.CapacityProviderConfig
      ? await orUndefined(client.send(latestPublished, options))
      : undefined,
    url: isThere
      ? await orUndefined(client.send(new GetFunctionUrlConfigCommand(qualified), options))
      : undefined,
    statements: isThere ? await readStatements(qualified, session) : [],
  };
}

async function readStatements(
  qualified: { FunctionName: string; Qualifier?: string },
  session: Session,
): Promise<readonly PolicyStatement[]> {
  const command = new GetPolicyCommand(qualified);
  const answer = await orUndefined(session.client.send(command, callOptions(session)));
  if (answer?.Policy === undefined) return [];
  const { Statement = [] } = JSON.parse(answer.Policy) as { Statement?: PolicyStatement[] };
  return Statement;
}

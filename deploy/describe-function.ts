// Everything known about a deployed function, for `stdlambda status` and before it is deleted.
import {
  type AliasConfiguration,
  type FunctionConfiguration,
  type FunctionUrlConfig,
  GetFunctionCommand,
  GetPolicyCommand,
  ListAliasesCommand,
  ListFunctionUrlConfigsCommand,
} from "@aws-sdk/client-lambda";
import type { PolicyStatement } from "./current-function.ts";
import { ownTag } from "./owner.ts";
import { isOpenToAll } from "./public-url.ts";
import { publishedVersions } from "./rollback.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";

export interface DescribedUrl {
  readonly url: string;
  /** Undefined: of the function itself. */
  readonly alias: string | undefined;
  readonly authType: string | undefined;
  readonly invokeMode: string;
  /** Whether it has both permissions that public access needs. */
  readonly isOpenToAll: boolean;
}

export interface DescribedFunction {
  readonly configuration: FunctionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  /** The version of stdlambda that deployed it last; undefined if another tool created it. */
  readonly deployedBy: string | undefined;
  readonly reservedConcurrency: number | undefined;
  readonly versions: readonly string[];
  readonly aliases: readonly AliasConfiguration[];
  readonly urls: readonly DescribedUrl[];
}

/** Undefined when there is no such function. */
export async function describeFunction(
  name: string,
  session: Session,
): Promise<DescribedFunction | undefined> {
  const { client } = session;
  const options = callOptions(session);
  const named = { FunctionName: name };
  const found = await orUndefined(client.send(new GetFunctionCommand(named), options));
  if (found?.Configuration === undefined) return undefined;
  const aliases: AliasConfiguration[] = [];
  let Marker: string | undefined;
  do {
    const answer = await client.send(new ListAliasesCommand({ ...named, Marker }), options);
    aliases.push(...(answer.Aliases ?? []));
    Marker = answer.NextMarker;
  } while (Marker !== undefined);
  const { FunctionUrlConfigs = [] } = await client.send(
    new ListFunctionUrlConfigsCommand(named),
    options,
  );
  const tags = found.Tags ?? {};
  return {
    configuration: found.Configuration,
    tags,
    deployedBy: tags[ownTag],
    reservedConcurrency: found.Concurrency?.ReservedConcurrentExecutions,
    versions: await publishedVersions(name, session),
    aliases,
    urls: await Promise.all(FunctionUrlConfigs.map((url) => describeUrl(name, url, session))),
  };
}

async function describeUrl(
  name: string,
  { FunctionUrl = "", FunctionArn = "", AuthType, InvokeMode = "BUFFERED" }: FunctionUrlConfig,
  session: Session,
): Promise<DescribedUrl> {
  const alias = /:function:[^:]+:([^:]+)$/.exec(FunctionArn)?.[1];
  const qualified = { FunctionName: name, ...(alias !== undefined && { Qualifier: alias }) };
  const policy = await orUndefined(
    session.client.send(new GetPolicyCommand(qualified), callOptions(session)),
  );
  const { Statement = [] } = JSON.parse(policy?.Policy ?? "{}") as {
    Statement?: PolicyStatement[];
  };
  return {
    url: FunctionUrl,
    alias,
    authType: AuthType,
    invokeMode: InvokeMode,
    isOpenToAll: isOpenToAll(Statement),
  };
}

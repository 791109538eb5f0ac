// Moves an alias back to a version that was deployed before.

import {
  type AliasConfiguration,
  GetAliasCommand,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { ExpectedError } from "../host/expected-error.ts";
import { changePatiently } from "./at-rest.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";

export interface RollbackOptions {
  readonly alias: string;
  /** Undefined: the version published before the one that the alias points to. */
  readonly to: string | undefined;
  readonly dryRun: boolean;
}

export interface Rollback {
  readonly name: string;
  readonly alias: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Sends neither code nor settings, because a version has both.
 * @throws ExpectedError
 */
export async function rollback(
  name: string,
  { alias, to, dryRun }: RollbackOptions,
  session: Session,
): Promise<Rollback> {
  const { client } = session;
  session.steps.step(`Reading the versions of ${name}`);
  const numbers = await publishedVersions(name, session);
  const get = new GetAliasCommand({ FunctionName: name, Name: alias });
  const current = await orUndefined(client.send(get, callOptions(session)));
  const before = current?.FunctionVersion;
  if (current === undefined || before === undefined) throw noAlias(name, alias);
  const after = to ?? previousVersion(name, alias, before, numbers);
  if (!numbers.includes(after)) {
    throw new ExpectedError(`${name} has no version ${after}`, {
      remedy: `Versions: ${numbers.join(", ") || "none"}`,
    });
  }
  const isShared = Object.keys(current.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
  if (!dryRun && (before !== after || isShared)) await move(name, current, after, session);
  return { name, alias, before, after };
}

/** Numbers, in their order. */
export async function publishedVersions(name: string, session: Session): Promise<string[]> {
  const numbers: number[] = [];
  let Marker: string | undefined;
  do {
    const command = new ListVersionsByFunctionCommand({ FunctionName: name, Marker });
    const answer = await session.client.send(command, callOptions(session));
    for (const { Version = "" } of answer.Versions ?? []) {
      if (/^\d+$/.test(Version)) numbers.push(Number(Version));
    }
    Marker = answer.NextMarker;
  } while (Marker !== undefined);
  return numbers.sort((a, b) => a - b).map(String);
}

function previousVersion(
  name: string,
  alias: string,
  before: string,
  numbers: readonly string[],
): string {
  const earlier = numbers.filter((number) => Number(number) < Number(before)).at(-1);
  if (earlier !== undefined) return earlier;
  const others = numbers.filter((number) => number !== before);
  const hint =
    others.length > 0
      ? `Name one of the others with --to: ${others.join(", ")}`
      : "Deploy again to get a second one";
  throw new ExpectedError(
    `${name} has no version before ${before}, which is where ${alias} points`,
    {
      remedy: `${hint}`,
    },
  );
}

/** The revision makes sure that a deployment which came in between is not undone. */
async function move(
  name: string,
  { Name, RevisionId }: AliasConfiguration,
  version: string,
  session: Session,
): Promise<void> {
  const command = new UpdateAliasCommand({
    FunctionName: name,
    Name,
    FunctionVersion: version,
    RevisionId,
    RoutingConfig: { AdditionalVersionWeights: {} },
  });
  try {
    await changePatiently(name, session, () => session.client.send(command, callOptions(session)));
  } catch (error) {
    // The SDK repeats a call whose reply is lost; the first one has changed the revision by then.
    const isOtherRevision = error instanceof Error && error.name === "PreconditionFailedException";
    if (!isOtherRevision || !(await pointsTo(version, name, Name, session))) throw error;
  }
  session.onDone(`moved the alias ${Name} of ${name} to version ${version}`);
}

async function pointsTo(
  version: string,
  name: string,
  alias: string | undefined,
  session: Session,
): Promise<boolean> {
  const command = new GetAliasCommand({ FunctionName: name, Name: alias });
  const { FunctionVersion, RoutingConfig } = await session.client.send(
    command,
    callOptions(session),
  );
  const shares = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
  return FunctionVersion === version && shares.length === 0;
}

function noAlias(name: string, alias: string): ExpectedError {
  return new ExpectedError(`${name} has no alias ${alias}, so there is nothing to roll back`, {
    remedy: `stdlambda deploy ${name} --alias ${alias} creates it; from then on each deployment can be rolled back. --alias names another alias`,
  });
}

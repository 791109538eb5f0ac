// The functions of a region that stdlambda has deployed, found by their tag.
import {
  type FunctionConfiguration,
  ListFunctionsCommand,
  ListTagsCommand,
} from "@aws-sdk/client-lambda";
import { ownTag } from "./owner.ts";
import { callOptions, orUndefined, type Session } from "./session.ts";

export interface ListedFunction {
  readonly configuration: FunctionConfiguration;
  /** The version of stdlambda that deployed it last; undefined if another tool created it. */
  readonly deployedBy: string | undefined;
}

/** Tags are asked for one function at a time; more at once would be throttled. */
const concurrency = 5;

/** Sorted by name. With `all`, also those that other tools created. */
export async function listFunctions(all: boolean, session: Session): Promise<ListedFunction[]> {
  session.steps.step("Listing functions");
  const configurations = await listAll(session);
  const listed: ListedFunction[] = [];
  const queue = configurations.values();
  let looked = 0;
  const work = async () => {
    for (const configuration of queue) {
      const deployedBy = await ownTagOf(configuration, session);
      if (++looked % 50 === 0) {
        session.steps.step(`Looked at ${looked} of ${configurations.length} functions`);
      }
      if (all || deployedBy !== undefined) listed.push({ configuration, deployedBy });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return listed.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

export async function listAll(session: Session): Promise<FunctionConfiguration[]> {
  const configurations: FunctionConfiguration[] = [];
  let Marker: string | undefined;
  do {
    const command = new ListFunctionsCommand({ Marker });
    const answer = await session.client.send(command, callOptions(session));
    configurations.push(...(answer.Functions ?? []));
    Marker = answer.NextMarker;
  } while (Marker !== undefined);
  return configurations;
}

/** Undefined also for a function that has been deleted since it was listed. */
async function ownTagOf(
  { FunctionArn }: FunctionConfiguration,
  session: Session,
): Promise<string | undefined> {
  const command = new ListTagsCommand({ Resource: FunctionArn });
  const answer = await orUndefined(session.client.send(command, callOptions(session)));
  return answer?.Tags?.[ownTag];
}

function nameOf({ configuration }: ListedFunction): string {
  return configuration.FunctionName ?? "";
}

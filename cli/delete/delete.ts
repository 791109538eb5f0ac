// `stdlambda delete`: a function with its URLs, permissions, aliases and versions.

import { deleteUnusedLayers, deleteFunction as deleteWhole } from "../../deploy/delete-function.ts";
import { type DescribedFunction, describeFunction } from "../../deploy/describe-function.ts";
import { ExpectedError, incorrectUsage } from "../../host/expected-error.ts";
import { type DeploySession, type ServiceOptions, withSession } from "../service/deploy-session.ts";
import { noFunction } from "../service/no-function.ts";
import { openQuestions } from "../terminal/questions.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

export interface DeleteOptions extends ServiceOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly layers?: boolean;
}

export function deleteFunction(
  name: string,
  options: DeleteOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stdin } = surroundings;
  if (!options.yes && !stdin.isTTY) {
    throw incorrectUsage(`cannot ask whether to delete ${name}: stdin is not a terminal`, {
      remedy: "Pass --yes",
    });
  }
  return withSession(options, surroundings, async (session) => {
    session.steps.step(`Reading ${name}`);
    const found = await describeFunction(name, session);
    if (found === undefined) throw noFunction(name, session);
    requireOwn(name, found, options);
    if (!options.yes && !(await confirm(name, found, session, surroundings))) {
      await session.print(`${name} was not deleted\n`);
      return 1;
    }
    await deleteWhole(name, found, session);
    const layers = options.layers ? await deleteUnusedLayers(found, session) : [];
    const deleted = { name, arn: found.configuration.FunctionArn, layers };
    const text = options.json
      ? JSON.stringify({ deleted })
      : [`${name} deleted`, ...layers.map((arn) => `${arn} deleted`)].join("\n");
    await session.print(`${text}\n`);
    return 0;
  });
}

function requireOwn(
  name: string,
  { deployedBy }: DescribedFunction,
  { force = false }: DeleteOptions,
): void {
  if (deployedBy !== undefined || force) return;
  throw new ExpectedError(
    `${name} was not deployed by stdlambda (it has no tag stdlambda), so it was not deleted`,
    { remedy: "--force deletes it nevertheless" },
  );
}

async function confirm(
  name: string,
  { configuration, versions, aliases, urls }: DescribedFunction,
  session: DeploySession,
  surroundings: Surroundings,
): Promise<boolean> {
  session.steps[Symbol.dispose]();
  const parts = [
    ...urls.map(({ url }) => url),
    ...aliases.map((alias) => `the alias ${alias.Name}`),
    ...(versions.length > 0 ? [`${versions.length} published versions`] : []),
  ];
  const also = parts.length > 0 ? `, with ${parts.join(", ")}` : "";
  using questions = openQuestions(surroundings);
  const answer = await questions.ask(`Delete ${configuration.FunctionArn ?? name}${also}?`, {
    no: "keep everything",
    yes: "delete it permanently",
  });
  return answer === "yes";
}

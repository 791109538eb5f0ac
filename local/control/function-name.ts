// The ways to name a function: its name, a partial or a whole ARN, each with a qualifier or without.
// Used for every invocation, so it only looks at the text.

import type { Home } from "../../lambda/arns.ts";
import { functionNameForm, functionNamePattern } from "../../lambda/arns.ts";
import { nameCharacter } from "../../lambda/names.ts";
import { lambdaError, type ServiceError } from "../service-error.ts";
import { functionNotFound, invalidParameter, notFound } from "./errors.ts";

export interface FunctionName {
  readonly name: string;
  /** `$LATEST`, a version or an alias; undefined when none was given. */
  readonly qualifier: string | undefined;
}

const simple = new RegExp(`^${nameCharacter}+$`);

/**
 * @param qualifier the one given beside the name; must be the same if the name has one too. @param
 * home where this service is; an ARN of another region or account is not found.
 * @throws ServiceError ValidationException, InvalidParameterValueException or
 * ResourceNotFoundException
 */
export function parseFunctionName(text: string, qualifier?: string, home?: Home): FunctionName {
  if (simple.test(text)) return { name: text, qualifier };
  const groups = functionNamePattern.exec(text)?.groups;
  if (groups?.name === undefined) throw malformed(text);
  const { region, account, name, qualifier: derived } = groups;
  if (home !== undefined) {
    if (region !== undefined && region !== home.region) {
      throw notFound(
        `Functions from '${region}' are not reachable in this region ('${home.region}')`,
      );
    }
    if (account !== undefined && account !== home.accountId) throw functionNotFound(text);
  }
  if (qualifier !== undefined && derived !== undefined && qualifier !== derived) {
    throw invalidParameter(
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  }
  return { name, qualifier: qualifier ?? derived };
}

function malformed(text: string): ServiceError {
  return lambdaError(
    "ValidationException",
    `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${functionNameForm}`,
  );
}

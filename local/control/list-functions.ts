// ListFunctions.
import type {
  FunctionConfiguration,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from "@aws-sdk/client-lambda";
import type { ControlContext } from "./context.ts";
import { page } from "./page.ts";
import { settledRecord } from "./target.ts";

export async function listFunctions(
  input: ListFunctionsRequest,
  context: ControlContext,
): Promise<ListFunctionsResponse> {
  const all = input.FunctionVersion === "ALL";
  const configurations = context.store.functions
    .all()
    .map(settledRecord)
    .flatMap(({ latest, versions }) => (all ? [latest, ...versions] : [latest]))
    .map(({ configuration }) => configuration);
  const key = ({ FunctionName, Version }: FunctionConfiguration) => `${FunctionName}:${Version}`;
  const { items, next } = page(configurations, key, input);
  return { ...next, Functions: items.map((item) => listed(item, all)) };
}

/**
 * A function as lists show it: without its state.
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
 * @param qualified whether $LATEST is named in its ARN too.
 */
export function listed(
  configuration: FunctionConfiguration,
  qualified: boolean,
): FunctionConfiguration {
  const { State, StateReason, StateReasonCode, LastUpdateStatus, RuntimeVersionConfig, ...rest } =
    configuration;
  if (!qualified || rest.Version !== "$LATEST") return rest;
  return { ...rest, FunctionArn: `${rest.FunctionArn}:$LATEST` };
}

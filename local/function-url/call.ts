// A request below /lambda-url/NAME: the function it is for, who may call it, and its answer.
import type { Call, ServiceContext } from "../http/call.ts";
import { invokeFunction } from "../invoke/invoke-function.ts";
import { lambdaError } from "../service-error.ts";
import { functionUrlOriginAllowed, isListed } from "./cross-origin.ts";
import { handleFunctionUrl } from "./handle-function-url.ts";

/** @throws ServiceError when there is no such URL, or the caller may not use it. */
export async function callFunctionUrl(
  { request, response, groups }: Call,
  { guard, invoke, allowedOrigins, onFault }: ServiceContext,
): Promise<void> {
  const [prefix = "", name = "", alias] = groups;
  const record = invoke.store.functions.get(name);
  const url = record?.urls.find(({ qualifier }) => qualifier === alias);
  // AWS passes every request to the function, whose URL is public there. Here any page in the
  // developer's browser could call it, so pages need permission, unless the browser opens the URL
  // as a page of its own.
  guard(request, {
    allowsOrigin: (origin) =>
      url !== undefined &&
      (functionUrlOriginAllowed(origin, url.configuration) || isListed(origin, allowedOrigins)),
    allowsNavigation: true,
  });
  if (url === undefined) {
    throw lambdaError(
      "ResourceNotFoundException",
      record === undefined
        ? `There is no function ${name}`
        : `The function ${name} has no URL${alias ? ` for ${alias}` : ""}; create one with create-function-url-config, or with "url": true in stdlambda.config.json`,
    );
  }
  await handleFunctionUrl(request, response, {
    functionName: name,
    qualifier: alias,
    prefix,
    configuration: url.configuration,
    region: invoke.region,
    accountId: invoke.accountId,
    invoke: (event, { requestId, traceId }) =>
      invokeFunction({ functionName: name, qualifier: alias, event, requestId, traceId }, invoke),
    onFault,
  });
}

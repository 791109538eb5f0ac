// The control plane: one request of Lambda's API in, one answer out.
import type { IncomingHttpHeaders } from "node:http";
import { type Input, readInput } from "../api-model/read-input.ts";
import { validationFault } from "../api-model/validate.ts";
import { lambdaError, type ServiceError } from "../service-error.ts";
import type { ControlContext } from "./context.ts";
import { model, type OperationName, shapeOf } from "./model.ts";
import { type Operation, operations } from "./operations.ts";
import { route } from "./route.ts";

export interface ControlRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
}

export interface ControlAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The largest request that AWS accepts: 50 MB of zip in base64, and the rest of the JSON. */
export const maximumRequestBytes = 70_167_211;

/**
 * AWS refuses a bad runtime of a function as InvalidParameterValueException; the operation does
 * that.
 */
const checkedByOperation: readonly string[] = ["Runtime"];

/**
 * Undefined when no operation of the control plane has this method and path.
 * @throws ServiceError for every refusal, as the API words it.
 */
export async function handleControl(
  request: ControlRequest,
  context: ControlContext,
): Promise<ControlAnswer | undefined> {
  const found = route(request.method, request.path, request.query);
  if (found === undefined) return undefined;
  if ("unsupported" in found) throw unsupported(found.unsupported);
  const { operation, labels } = found;
  if (request.body.length > maximumRequestBytes) throw tooLarge(operation);
  const shape = model.operations[operation].input;
  const source = { labels, query: request.query, body: request.body };
  const input = readInput(shape, source, shapeOf);
  const fault = validationFault(shape, input, shapeOf, checkedByOperation);
  if (fault !== undefined) throw lambdaError("ValidationException", fault);
  // The check has made sure that the input is of the type that this operation takes.
  const run = operations[operation] as unknown as Operation<Input>;
  return answer(operation, await run(input, context), request.requestId);
}

function answer(
  operation: OperationName,
  output: object | undefined,
  requestId: string,
): ControlAnswer {
  const { status, output: shape } = model.operations[operation];
  const headers = { "x-amzn-RequestId": requestId };
  if (output === undefined || shape === undefined) return { status, headers, body: "" };
  const body: Record<string, unknown> = { ...output };
  let actual = status;
  for (const [name, { location }] of Object.entries(shapeOf(shape).members ?? {})) {
    if (location !== "statusCode") continue;
    actual = Number(body[name]);
    delete body[name];
  }
  if (actual === 204) return { status: actual, headers, body: "" };
  return {
    status: actual,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

function unsupported(operation: string): ServiceError {
  return lambdaError(
    "UnsupportedOperationException",
    `The local service does not have the operation ${operation} of Lambda's API.`,
  );
}

function tooLarge(operation: OperationName): ServiceError {
  return lambdaError(
    "RequestEntityTooLargeException",
    `Request must be smaller than ${maximumRequestBytes} bytes for the ${operation} operation`,
  );
}

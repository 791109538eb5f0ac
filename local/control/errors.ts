// The errors of Lambda that several operations return, in AWS's words.
import { lambdaError, type ServiceError } from "../service-error.ts";

export function invalidParameter(message: string): ServiceError {
  return lambdaError("InvalidParameterValueException", message);
}

/** @param message by default AWS's for anything that does not exist. */
export function notFound(message = "The resource you requested does not exist."): ServiceError {
  return lambdaError("ResourceNotFoundException", message);
}

/** @param arn of the function, with the qualifier that was asked for. */
export function functionNotFound(arn: string): ServiceError {
  return notFound(`Function not found: ${arn}`);
}

export function conflict(message: string): ServiceError {
  return lambdaError("ResourceConflictException", message);
}

/** A RevisionId that is not the newest one. @param source what returns the newest one. */
export function staleRevision(source = "GetFunction/GetAlias"): ServiceError {
  return lambdaError(
    "PreconditionFailedException",
    `The Revision Id provided does not match the latest Revision Id. Call the ${source} API to retrieve the latest Revision Id`,
  );
}

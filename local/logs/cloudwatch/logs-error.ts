// An error of CloudWatch Logs as its clients know it: status 400, `{"__type":"…","message":"…"}`.
import { ServiceError } from "../../service-error.ts";

/** `UnknownOperationException` and `SerializationException` are of the protocol, JSON 1.1. */
export type LogsErrorType =
  | "InvalidParameterException"
  | "ResourceNotFoundException"
  | "SerializationException"
  | "UnknownOperationException";

export function logsError(type: LogsErrorType, message: string): ServiceError {
  return new ServiceError(type, 400, message);
}

export function invalidParameter(message: string): ServiceError {
  return logsError("InvalidParameterException", message);
}

// An error of CloudWatch Logs as its clients know it.

/** `UnknownOperationException` and `SerializationException` are of the protocol, JSON 1.1. */
export type LogsErrorType =
  | "InvalidParameterException"
  | "ResourceNotFoundException"
  | "SerializationException"
  | "UnknownOperationException";

/** On the wire: status 400, `{"__type":"…","message":"…"}`. */
export class LogsError extends Error {
  override name = "LogsError";
  readonly type: LogsErrorType;

  constructor(type: LogsErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

export function invalidParameter(message: string): LogsError {
  return new LogsError("InvalidParameterException", message);
}

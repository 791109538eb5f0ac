// An error of an AWS API as its clients know it: type, status and message. Operations throw it.

/** Extra fields of the body, such as `Reason` of TooManyRequestsException. */
export type ServiceErrorFields = Readonly<Record<string, string>>;

/** The wire form is `x-amzn-ErrorType: <type>` and `{"Type":"User","Message":"…"}`. */
export class ServiceError extends Error {
  override name = "ServiceError";
  readonly type: string;
  readonly status: number;
  readonly fields: ServiceErrorFields;

  constructor(type: string, status: number, message: string, fields: ServiceErrorFields = {}) {
    super(message);
    this.type = type;
    this.status = status;
    this.fields = fields;
  }
}

/** The errors of Lambda's API that this service gives, with their statuses as AWS's model has them. */
export const lambdaErrors = {
  AccessDeniedException: 403,
  CodeSigningConfigNotFoundException: 404,
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  PolicyLengthExceededException: 400,
  PreconditionFailedException: 412,
  RequestEntityTooLargeException: 413,
  RequestTooLargeException: 413,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceException: 500,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
  UnsupportedOperationException: 501,
  ValidationException: 400,
} as const;

export function lambdaError(
  type: keyof typeof lambdaErrors,
  message: string,
  fields?: ServiceErrorFields,
): ServiceError {
  return new ServiceError(type, lambdaErrors[type], message, fields);
}

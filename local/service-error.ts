// An error of the Lambda API as its clients know it: type, status and message. Operations throw it.

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

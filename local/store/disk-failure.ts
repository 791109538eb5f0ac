// A disk that is full, read-only or gone, as the error the caller of the API gets.
import { lambdaError, type ServiceError } from "../service-error.ts";

/** @param what The thing that was not done, such as `keep the function hello`. */
export function diskFailure(what: string, cause: unknown): ServiceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const failure = lambdaError(
    "ServiceException",
    `The service could not ${what}: ${reason}. Nothing has changed; ${fixes(cause)}.`,
  );
  failure.cause = cause;
  return failure;
}

function fixes(cause: unknown): string {
  switch (errorCode(cause)) {
    case "ENOSPC":
    case "EDQUOT":
      return "make room on the disk and try again";
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return "make the directory writable for this user and try again";
    case "ENOENT":
    case "ENOTDIR":
      return "the directory was moved or removed: start the service again";
    default:
      return "check the disk and try again";
  }
}

/** The code of a system error, such as `ENOENT`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

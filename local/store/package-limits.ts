// How big code may be. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
import { maximumUnpackedBytes, maximumZipBytes } from "../../lambda/limits.ts";
import { lambdaError } from "../service-error.ts";

/** Not a limit of Lambda: more files than any package has, few enough to be read at once. */
export const maximumEntries = 100_000;

/**
 * A zip that comes in a request. AWS limits the request, and 69,905,067 is the base64 of the most a
 * zip may have; the error is made by the front of the service and is not in Lambda's model.
 */
export function checkUploadSize(size: number): void {
  if (size <= maximumZipBytes) return;
  throw lambdaError(
    "RequestEntityTooLargeException",
    `Request must be smaller than 69905067 bytes (a zip of at most ${maximumZipBytes} bytes; this one has ${size})`,
  );
}

/** @param size Bytes of all files after unpacking. */
export function checkUnpackedSize(size: number): void {
  if (size < maximumUnpackedBytes) return;
  throw lambdaError(
    "InvalidParameterValueException",
    `Unzipped size must be smaller than ${maximumUnpackedBytes} bytes`,
  );
}

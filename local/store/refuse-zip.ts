// The API's answer to a zip that cannot be unpacked, or must not be.
import { lambdaError, type ServiceError } from "../service-error.ts";

const couldNotUnzip =
  "Could not unzip uploaded file. Please check your file, then try to upload again.";

/** AWS's words for bytes that are not a zip. */
export function refuseZip(reason?: string): ServiceError {
  return invalid(reason === undefined ? couldNotUnzip : `${couldNotUnzip} ${reason}`);
}

/** @param reason A predicate, such as `is encrypted`. */
export function refuseEntry(name: string, reason: string): ServiceError {
  return refuseZip(`The entry ${quoted(name)} ${reason}.`);
}

/** AWS's words for a zip without entries. */
export function refuseEmptyZip(): ServiceError {
  return invalid("Uploaded file must be a non-empty zip");
}

/** Names of entries are hostile text: control characters are shown escaped, long ones are cut. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 300 ? `${name.slice(0, 300)}…` : name);
}

function invalid(message: string): ServiceError {
  return lambdaError("InvalidParameterValueException", message);
}

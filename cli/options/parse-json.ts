// JSON from a user: parsed, or a usage error that points at the place.
import { incorrectUsage } from "../../host/expected-error.ts";
import { describeJsonFault } from "../../project/describe-json-fault.ts";

/** `what` names the text in the error, `hint` says what to do. */
export function parseJson(text: string, what: string, hint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = describeJsonFault(text);
    const where = fault
      ? `line ${fault.place.line}, column ${fault.place.column}: ${fault.text}`
      : String(error);
    throw incorrectUsage(`${what} is not valid JSON, ${where}`, { remedy: hint, cause: error });
  }
}

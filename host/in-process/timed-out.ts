// The answer for a function that has not answered in time.
import { hostFailure } from "../answer/failure.ts";

export const timedOut = hostFailure(
  "Function.Timeout",
  "The function had not answered just before its timeout. It keeps running in the background, and what it still writes goes to the log. Raise the timeout, or make it faster.",
);

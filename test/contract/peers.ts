// Other runtimes for Lambda that the cases are run against, and what each of them fails.
import { join } from "node:path";

/** Outside the project's dependencies: made by `npm run peers`. */
export const peersFolder = join(import.meta.dirname, "../../node_modules/.cache/peers");

const ignoresPosts = "it goes on to next whatever its post was answered";
const postsOnce = "it does not post again: it polls, and is given the same event once more";

export const peers = {
  ric: {
    title: "aws-lambda-ric 4.0.2",
    package: "aws-lambda-ric@4.0.2",
    bootstrap: join(peersFolder, "ric-bootstrap"),
    /** Case by number and name, with the reason as its source code shows it. */
    fails: {
      "1 all polls and posts go over one connection":
        "it polls on threads of a pool, each with a curl handle of its own",
      "11 an exception is a function error of its name":
        "its X-Ray cause header holds raw UTF-8 where the message does",
      "11 an exception is reported with an error type header":
        "its native client posts errors without Lambda-Runtime-Function-Error-Type",
      "35 a poll that is reset once is tried again and its event served":
        "it retries a poll on Managed Instances only",
      "37 a response answered 403 is not run again nor reported: exit": ignoresPosts,
      "39 a response answered 500 ends the runtime": ignoresPosts,
      "42 a streaming post has a connection of its own, which is closed after it":
        "it keeps the streaming connection for the next stream",
      "44 a stream that fails before its first byte is an error":
        "it posts an empty stream with error trailers, and polls before that is answered",
      "63 a deadline that is absent or malformed does not fail the event":
        "its native client asserts that the deadline is a number above 0, and aborts",
      "65 an error's body and headers stay within the platform's limits":
        "it posts a message of any length, and its stack with it",
      "66 a rejection that nobody awaits is reported before the runtime ends":
        "it has no listener for unhandled rejections, so Node ends it without a post",
      "68 a module that throws as it loads is reported by the error itself":
        "its error type header is the bare name of the error",
      "70 an error answered 403 ends the runtime": ignoresPosts,
      "70 an error answered 500 ends the runtime": ignoresPosts,
      "71 a post whose connection fails is sent once more on a fresh one: reset": postsOnce,
      "71 a post whose connection fails is sent once more on a fresh one: reset at head": postsOnce,
      "71 a post whose connection fails is sent once more on a fresh one: end": postsOnce,
      "71 a post that fails again is given up: no third post, no second run": postsOnce,
      "71 an error whose connection fails is sent once more on a fresh one": postsOnce,
    },
    /** Passed or failed, as its threads happen to be scheduled. */
    races: {
      "43 a stream that fails midway ends with error trailers and no /error":
        "it polls without waiting for the answer to the stream that failed",
    },
  },
} as const;

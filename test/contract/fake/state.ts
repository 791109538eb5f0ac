// The states of one classic execution environment, as Lambda's own emulator keeps them.
import type { ViolationName } from "./violations.ts";

export type State =
  | "started"
  | "polling"
  | "running"
  | "posting"
  | "answered"
  | "init failed"
  | "lost";

export type Call = "next" | "response" | "error" | "init error";

export interface Verdict {
  status: number;
  errorType?: "InvalidRequestID" | "InvalidStateTransition";
  violation?: ViolationName;
}

const forbidden = { status: 403, errorType: "InvalidStateTransition" } as const;

/** What the platform answers to a call. Ids are checked first (400), then the state (403). */
export function judgeCall(
  state: State,
  call: Call,
  ids: { asked?: string | undefined; current?: string | undefined },
): Verdict {
  switch (call) {
    case "next":
      return judgeNext(state);
    case "init error":
      if (state === "started") return { status: 202 };
      if (state === "init failed") return { ...forbidden, violation: "second init error" };
      return { ...forbidden, violation: "init error after init" };
    default:
      if (ids.asked !== ids.current) {
        return { status: 400, errorType: "InvalidRequestID", violation: "unknown request id" };
      }
      if (state === "running") return { status: 202 };
      return { ...forbidden, violation: "second answer" };
  }
}

function judgeNext(state: State): Verdict {
  switch (state) {
    case "started":
    case "answered":
      return { status: 200 };
    case "polling":
      return { status: 200, violation: "poll while polling" };
    case "running":
      // The emulator hands out the same event again, at once and for ever.
      return { status: 200, violation: "poll while running" };
    case "posting":
      return { ...forbidden, violation: "poll during post" };
    case "init failed":
      return { ...forbidden, violation: "poll after init error" };
    case "lost":
      return forbidden;
  }
}

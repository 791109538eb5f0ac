// The last frame of a response: the InvokeComplete event of InvokeWithResponseStream.
import { frame, frameHeaders } from "./frame.ts";

/** What clients get at the end; all of it is absent for a success without a requested log. */
export interface Completion {
  readonly ErrorCode?: string;
  readonly ErrorDetails?: string;
  /** Base64. */
  readonly LogResult?: string;
}

const headers = frameHeaders({
  ":event-type": "InvokeComplete",
  ":content-type": "application/json",
  ":message-type": "event",
});

export function invokeComplete(completion: Completion): Buffer {
  return frame(headers, Buffer.from(JSON.stringify(completion)));
}

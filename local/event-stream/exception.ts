// A frame that ends an event stream with an error of the service itself.
import { frame, frameHeaders } from "./frame.ts";

/** `type` is an error type of the API, such as ServiceException; clients throw an error of it. */
export function exception(type: string, message: string): Buffer {
  const headers = frameHeaders({
    ":exception-type": type,
    ":content-type": "application/json",
    ":message-type": "exception",
  });
  return frame(headers, Buffer.from(JSON.stringify({ message })));
}

// The frames that carry a response: PayloadChunk events of InvokeWithResponseStream.
import { frame, frameHeaders } from "./frame.ts";

/** Clients hold a whole frame before they pass it on, so a large response is sent in pieces. */
const maximumChunkBytes = 64 * 1024;

const headers = frameHeaders({
  ":event-type": "PayloadChunk",
  ":content-type": "application/octet-stream",
  ":message-type": "event",
});

/** As many frames as the bytes need; none for no bytes. */
export function* payloadChunk(bytes: Uint8Array): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += maximumChunkBytes) {
    yield frame(headers, bytes.subarray(start, start + maximumChunkBytes));
  }
}

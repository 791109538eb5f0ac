// The socket at which the platform of Managed Instances takes logs, as AWS's own clients use it.
import { connect } from "node:net";

/** Its descriptor, as long as the process lives; undefined when nobody listens there. */
export function connectLogSocket(path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    // Nothing comes from there, and its end is not the host's.
    socket.on("error", () => resolve(undefined));
    socket.once("connect", () => {
      socket.unref();
      // Node tells a socket's descriptor in no other way; lines are written at once, so not by the stream.
      const { _handle: handle } = socket as unknown as { _handle: { fd?: number } | null };
      resolve(handle?.fd);
    });
  });
}

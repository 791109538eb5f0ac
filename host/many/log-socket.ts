// The socket to which the platform of Managed Instances wants logs written, as AWS's own clients
// use it.
import { connect } from "node:net";

/** Its descriptor, for as long as the process lives; undefined when nobody listens there. */
export function connectLogSocket(path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    // Nothing comes from the socket, and its end is not the host's.
    socket.on("error", () => resolve(undefined));
    socket.once("connect", () => {
      socket.unref();
      // Node shows a socket's descriptor in no other way. Lines are written at once, so the stream
      // is not used.
      const { _handle: handle } = socket as unknown as { _handle: { fd?: number } | null };
      resolve(handle?.fd);
    });
  });
}

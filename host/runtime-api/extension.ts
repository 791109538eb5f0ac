// Registers the runtime as an internal extension, so that Lambda sends SIGTERM before it ends the
// environment: without one it sends SIGKILL at once (AWS: "Lambda execution environment lifecycle").
import { type Address, hostLine } from "./address.ts";
import { openConnection } from "./connection.ts";
import { headerValue } from "./header-value.ts";

/**
 * Registers for no event, and leaves one call open that is never answered; it ends with the
 * process.
 * @throws Error when the platform refuses.
 */
export async function registerForSigterm(address: Address): Promise<void> {
  const connection = openConnection(address);
  const prefix = "/2020-01-01/extension";
  const host = hostLine(address);
  const body = Buffer.from('{"events":[]}');
  const answer = await connection.request(
    `POST ${prefix}/register HTTP/1.1\r\n${host}Lambda-Extension-Name: stdlambda\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`,
    body,
  );
  const identifier = answer.headers.get("lambda-extension-identifier");
  if (answer.status !== 200 || identifier === undefined) {
    connection.close();
    throw new Error(`extension/register was answered with status ${answer.status}`);
  }
  connection
    .request(
      `GET ${prefix}/event/next HTTP/1.1\r\n${host}Lambda-Extension-Identifier: ${headerValue(identifier)}\r\n`,
    )
    // However this call ends, the environment ends with it.
    .catch(() => {});
  // It only matters for the end of the environment.
  connection.release();
}

// SnapStart's calls of the Runtime API. Each goes over a connection of its own: what was open when the
// snapshot was taken is not the copy's.
import type { ErrorReport } from "../answer/error-report.ts";
import { HostError } from "../errors.ts";
import { type Address, hostLine } from "./address.ts";
import { openConnection } from "./connection.ts";
import { headerValue } from "./header-value.ts";

const prefix = "/2018-06-01/runtime/restore";

/**
 * The snapshot is taken in this call, and each copy begins with its answer.
 * @throws HostError `Runtime.ApiFailure`.
 */
export async function waitForRestore(address: Address): Promise<void> {
  const connection = openConnection(address);
  const head = `GET ${prefix}/next HTTP/1.1\r\n${hostLine(address)}`;
  const { status } = await connection.request(head).finally(() => connection.close());
  if (status === 200) return;
  throw new HostError(
    "Runtime.ApiFailure",
    `The Runtime API answered restore/next with status ${status}; the runtime cannot go on and exits.`,
  );
}

/** The host exits after it, whatever the answer. */
export async function postRestoreError(address: Address, report: ErrorReport): Promise<void> {
  const connection = openConnection(address);
  const head = `POST ${prefix}/error HTTP/1.1\r\n${hostLine(address)}Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${headerValue(report.headerType)}\r\nContent-Length: ${report.body.length}\r\n`;
  await connection.request(head, report.body).finally(() => connection.close());
}

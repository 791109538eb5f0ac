// Makes dist/host/host.code: the host's compiled code, taken after it has answered an event, so
// that it includes what a start needs and not only what V8 compiles ahead.

import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { exampleAccountId } from "../../lambda/account.ts";
import { functionArn } from "../../lambda/arns.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";

/** `directory` holds main.cjs and host.js; the code is for the Node that runs this. */
export async function makeHostCode(directory: string): Promise<void> {
  const server = createServer((request, answer) => {
    request.resume();
    if (request.method === "POST") answer.writeHead(202).end('{"status":"OK"}');
    else if (served++ === 0) answer.writeHead(200, eventHeaders).end("{}");
    // The second poll stays open: the host has done everything that it does for an event.
    else child.send("write");
  });
  let served = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const child = fork(join(import.meta.dirname, "write-host-code.cjs"), [directory], {
    env: {
      _HANDLER: "(event)=>event",
      LAMBDA_TASK_ROOT: directory,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
  });
  const [status] = (await once(child, "exit")) as [number | null];
  server.closeAllConnections();
  server.close();
  if (status !== 0) throw new Error(`the host did not run in ${directory}: exit status ${status}`);
}

const eventHeaders = {
  "Lambda-Runtime-Aws-Request-Id": "00000000-0000-4000-8000-000000000000",
  "Lambda-Runtime-Deadline-Ms": String(Date.now() + 60_000),
  "Lambda-Runtime-Invoked-Function-Arn": functionArn(
    { region: lambdaDefaults.region, accountId: exampleAccountId },
    "warm",
  ),
  "Lambda-Runtime-Trace-Id":
    "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0",
};

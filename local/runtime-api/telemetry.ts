// PUT /2022-07-01/telemetry and /2020-08-15/logs: refused in AWS's words, and with its emulator's
// status 202, so that an extension that asks for telemetry starts (handler/runtimelogs_stub.go).
import { type Reply, sendJson } from "./reply.ts";

export function telemetry(api: "Telemetry" | "Logs", reply: Reply): void {
  sendJson(reply, 202, {
    errorMessage: `${api} API is not supported`,
    errorType: `${api}.NotSupported`,
  });
}

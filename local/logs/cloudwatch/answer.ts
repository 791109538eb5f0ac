// A request to CloudWatch Logs, and its answer on the wire.
import type { Call, ServiceContext } from "../../http/call.ts";
import { readWhole } from "../../http/read-whole.ts";

/** No request to CloudWatch Logs is this large, because its filters are short. */
const maximumRequestBytes = 1024 * 1024;

export async function answerLogs(
  { request, response }: Call,
  { logs, invoke }: ServiceContext,
): Promise<void> {
  // Loaded on the first request: most runs of the service never need it.
  const { handleLogsApi } = await import("./handle-logs-api.ts");
  const body = await readWhole(request, maximumRequestBytes);
  const { status, body: answer } = handleLogsApi(
    String(request.headers["x-amz-target"]),
    body,
    logs,
    invoke,
  );
  response.writeHead(status, {
    "Content-Type": "application/x-amz-json-1.1",
    "Content-Length": Buffer.byteLength(answer),
  });
  response.end(answer);
}

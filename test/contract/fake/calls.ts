// The paths of the Runtime API, and which call a request is.
import type { RecordedRequest } from "./recorded-request.ts";
import type { Call } from "./state.ts";

const runtime = "/2018-06-01/runtime";
const answerPath = /^\/2018-06-01\/runtime\/invocation\/([^/?]+)\/(response|error)$/;

/** `undefined` for what is no call of an invocation's life. `id` is percent-decoded. */
export function callOf({ method, path }: RecordedRequest): { call: Call; id: string } | undefined {
  if (method === "GET" && path === `${runtime}/invocation/next`) return { call: "next", id: "" };
  if (method === "POST" && path === `${runtime}/init/error`) return { call: "init error", id: "" };
  const [, id = "", call] = (method === "POST" && answerPath.exec(path)) || [];
  if (call !== "response" && call !== "error") return undefined;
  return { call, id: decodeURIComponent(id) };
}

/** With SnapStart off the platform knows these paths and answers 404. */
export function isRestoreCall({ path }: RecordedRequest): boolean {
  return path === `${runtime}/restore/next` || path === `${runtime}/restore/error`;
}

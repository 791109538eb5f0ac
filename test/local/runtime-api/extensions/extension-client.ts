// An extension in the hands of a test.
import type { Answer, TestedApi } from "../runtime-client.ts";

export function register(
  api: TestedApi,
  name: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return api.call(`http://${api.address}/2020-01-01/extension/register`, {
    method: "POST",
    body,
    headers: { ...(name && { "Lambda-Extension-Name": name }), ...headers },
  });
}

/** Registers, and gives the identifier. */
export async function registered(
  api: TestedApi,
  name: string,
  events: readonly string[],
): Promise<string> {
  const answer = await register(api, name, JSON.stringify({ events }));
  return answer.headers.get("lambda-extension-identifier") ?? "";
}

/** The poll of an extension; `null` is one without an identifier. */
export function eventNext(api: TestedApi, id: string | null): Promise<Answer> {
  const headers: Record<string, string> = id === null ? {} : { "Lambda-Extension-Identifier": id };
  return api.call(`http://${api.address}/2020-01-01/extension/event/next`, { headers });
}

export function reportFailure(
  api: TestedApi,
  phase: "init" | "exit",
  id: string,
  errorType?: string,
): Promise<Answer> {
  return api.call(`http://${api.address}/2020-01-01/extension/${phase}/error`, {
    method: "POST",
    headers: {
      "Lambda-Extension-Identifier": id,
      ...(errorType && { "Lambda-Extension-Function-Error-Type": errorType }),
    },
  });
}

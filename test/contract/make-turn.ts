// Turns a row's event into what the fake Runtime API is told to do.
import { randomUUID } from "node:crypto";
import type { Refused, Run, Sent } from "./case.ts";
import { bytesOf } from "./content.ts";
import type { FakeTurn } from "./fake/turn.ts";

/** Every handler of the kit answers this event with itself, whatever else it does. */
export const plainEcho = { conformance: "plain echo" };

const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:conformance";
const minuteMs = 60_000;

type Work = (run: Run) => unknown;

/** What becomes of the work that a row does around an event. */
export interface Hooks {
  /** Awaited before the event is sent. */
  before(work: Work): Promise<void>;
  /** Goes on beside the event. */
  during(work: Work): void;
}

export function makeTurn(sent: Sent | Refused, hooks: Hooks): FakeTurn {
  if ("poll" in sent) return { fault: sent.poll };
  const { before, during, requestId = randomUUID() } = sent;
  return {
    requestId,
    event: bytesOf(sent.event ?? { n: 1, text: "é😀" }),
    headers: () => headersOf(sent, requestId),
    holdMs: sent.holdMs ?? 0,
    delivery: sent.delivery ?? {},
    posts: sent.posts ?? [],
    postDelivery: sent.postDelivery ?? {},
    ...(before ? { before: () => hooks.before(before) } : {}),
    ...(during ? { during: () => hooks.during(during) } : {}),
  };
}

/** The last event of a case that leaves the runtime running. */
export function makePlainEcho(): FakeTurn {
  const headers = { "Lambda-Runtime-Client-Context": JSON.stringify({ custom: plainEcho }) };
  const sent: Sent = { event: plainEcho, headers, expect: { response: plainEcho } };
  return makeTurn(sent, { before: () => Promise.resolve(), during: () => {} });
}

function headersOf(sent: Sent, requestId: string): [name: string, value: string][] {
  const headers = {
    "Lambda-Runtime-Aws-Request-Id": requestId,
    "Lambda-Runtime-Deadline-Ms": String(Date.now() + (sent.deadlineInMs ?? minuteMs)),
    "Lambda-Runtime-Invoked-Function-Arn": functionArn,
    "Content-Type": "application/json",
    ...sent.headers,
  };
  return Object.entries(headers).flatMap(([name, value]) => {
    return [value ?? []].flat().map((one): [string, string] => [name, one]);
  });
}

// `stdlambda invoke --http POST /x?y=1 -H 'a: b' -d body`: a request with curl's options, as the
// event that a function URL makes of it.
import { readFile } from "node:fs/promises";
import { validateHeaderName, validateHeaderValue } from "node:http";
import { incorrectUsage } from "../../host/expected-error.ts";
import { exampleAccountId } from "../../lambda/account.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { requestEvent } from "../../local/function-url/request-event.ts";
import { requestTarget } from "../../local/function-url/request-target.ts";
import { requestTrace } from "../../local/function-url/request-trace.ts";
import { hasCode } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { type EventOptions, readBytes } from "./read-event.ts";

export interface HttpOptions extends EventOptions {
  /** Method and path, or a path; `true` when the event, such as a sample, is a request already. */
  readonly http?: readonly string[] | true;
  /** `name: value` each. */
  readonly header?: readonly string[];
}

/** As curl sends what `-d` gives. */
const formType = "application/x-www-form-urlencoded";

/** The event's bytes. Throws an ExpectedError for an invalid request. */
export async function httpEvent(options: HttpOptions, surroundings: Surroundings): Promise<Buffer> {
  const given = await readBody(options, surroundings);
  const { method, target } = requestLine(
    options.http === true ? [] : (options.http ?? []),
    given !== undefined,
  );
  const rawHeaders = (options.header ?? []).flatMap(headerOf);
  const hasType = rawHeaders.some((name, at) => at % 2 === 0 && /^content-type$/i.test(name));
  if (given !== undefined && !hasType) rawHeaders.push("content-type", formType);
  const time = new Date();
  return requestEvent({
    request: { method, httpVersion: "1.1", rawHeaders, socket: { remoteAddress: "127.0.0.1" } },
    target: requestTarget(asSent(target), ""),
    body: given ?? Buffer.alloc(0),
    urlId: "invoke",
    region: lambdaDefaults.region,
    accountId: exampleAccountId,
    signer: undefined,
    requestId: crypto.randomUUID(),
    traceHeader: requestTrace(undefined, time).header,
    time,
  });
}

function requestLine(words: readonly string[], hasBody: boolean) {
  const [first = "", second, ...more] = words;
  const isPath = (word: string) => word.startsWith("/") || /^https?:\/\//i.test(word);
  if (second === undefined && isPath(first)) {
    return { method: hasBody ? "POST" : "GET", target: first };
  }
  if (second !== undefined && more.length === 0 && /^[!-~]+$/.test(first) && isPath(second)) {
    return { method: first.toUpperCase(), target: second };
  }
  throw incorrectUsage(`--http ${words.join(" ")} is not a request`, {
    remedy: "Give a method and a path, as in --http POST /orders, or a path alone",
  });
}

/**
 * As a browser sends it: without the fragment, and with escapes for what a request line cannot
 * contain.
 */
function asSent(target: string): string {
  const beforeFragment = target.replace(/#.*$/s, "").toWellFormed();
  return beforeFragment.replaceAll(/[^!-~]/gu, (character) => encodeURIComponent(character));
}

function headerOf(line: string): [name: string, value: string] {
  const [, name = "", text = ""] = /^([^:]*):(.*)$/s.exec(line) ?? [];
  const value = Buffer.from(text.trim()).toString("latin1");
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw incorrectUsage(`-H ${JSON.stringify(line)} is not a header`, {
      remedy: "Give a name and a value, as in -H 'Accept: text/html'",
    });
  }
  return [name, value];
}

/** `-d @FILE` reads a file, as curl does. Undefined without a body. */
async function readBody(
  { data, file }: HttpOptions,
  surroundings: Surroundings,
): Promise<Buffer | undefined> {
  if (data === undefined && file === undefined) return undefined;
  if (data === undefined || !data.startsWith("@")) {
    return readBytes({ data, file }, surroundings);
  }
  const path = data.slice(1);
  if (path === "-") return readBytes({ data: "-" }, surroundings);
  try {
    return await readFile(path);
  } catch (error) {
    const why = hasCode(error, "ENOENT") ? "does not exist" : (error as Error).message;
    throw incorrectUsage(`the file ${path} of -d ${why}`);
  }
}

// `stdlambda invoke`: sends one event to a handler that is run once, or to a function of a service.

import { ExpectedError, incorrectUsage } from "../../host/expected-error.ts";
import { sampleEvent } from "../../local/events/sample.ts";
import type { LocalEvent } from "../../local/sandbox/local-function.ts";
import { parseJson } from "../options/parse-json.ts";
import type { TemplateOptions } from "../options/template-options.ts";
import type { ClientOptions } from "../service/service-client.ts";
import { type EndpointOptions, serviceEndpoint } from "../service/service-endpoint.ts";
import { noService, notFound } from "../service/service-fault.ts";
import { createPalette } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { HttpOptions } from "./http-request.ts";
import {
  invokeOnce,
  type OnceOptions,
  type OnceSettings,
  readOnceSettings,
} from "./invoke-once.ts";
import { invokeService, type ServiceCall } from "./invoke-service.ts";
import { functionOfScript, noHandler, targetOfOptions } from "./invoke-target.ts";
import { readEvent } from "./read-event.ts";
import { writeResult } from "./write-result.ts";

export interface InvokeOptions
  extends OnceOptions,
    TemplateOptions,
    ClientOptions,
    EndpointOptions,
    HttpOptions {
  /** A sample event's name. */
  readonly example?: string;
  /** `PATH=VALUE` each, for the sample. */
  readonly set?: readonly string[];
  readonly clientContext?: string;
  readonly tenantId?: string;
  readonly qualifier?: string;
  readonly async?: boolean;
  readonly stream?: boolean;
  readonly tail?: boolean;
}

/**
 * The exit status: 0, or 1 after a function error.
 * @throws ExpectedError when a service was called and did not answer.
 */
export async function invoke(
  name: string,
  options: InvokeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { env, stderr } = surroundings;
  const { tenantId, qualifier, tail = false } = options;
  const target = targetOfOptions(options);
  const kind = callKind(options);
  const clientContext = readClientContext(options.clientContext);
  const settings = target === "service" ? undefined : await readOnceSettings(options);
  const explanation = settings && noHandler(name, settings.root, env);
  const meant = settings && functionOfScript(name, settings.root);
  if (meant !== undefined) {
    stderr.write(`${createPalette(stderr, env).yellow(`warning: ${meant}`)}\n`);
  }
  const once = async (event: Buffer) => {
    if (settings === undefined) return undefined;
    const local = { event, clientContext, tenantId };
    if (explanation === undefined)
      return invokeOnce(name, settings, local, surroundings, writeAnswer);
    return invokeDeclared(name, settings, local, options, surroundings, writeAnswer);
  };
  const writeAnswer = await answerWriter(options);
  const event = await readInvokeEvent(options, surroundings);
  if (settings && (target === "once" || explanation === undefined)) {
    const status = await once(event);
    if (status !== undefined) return status;
    // If it is not declared either, the host explains it.
    const local = { event, clientContext, tenantId };
    return invokeOnce(name, settings, local, surroundings, writeAnswer);
  }
  if (name === "") throw incorrectUsage("the function's name is empty; give its name or its ARN");
  const endpoint = await serviceEndpoint(options, env);
  const call = {
    functionName: name,
    event,
    clientContext,
    tenantId,
    qualifier,
    kind,
    tail,
    writeAnswer,
  };
  try {
    return await invokeService(call, endpoint, options, surroundings);
  } catch (error) {
    if (explanation === undefined || !isNobodys(error)) throw error;
    const status = await once(event);
    if (status !== undefined) return status;
    throw neitherNor(explanation, error);
  }
}

/** The exit status; undefined when the folder does not declare the name. */
async function invokeDeclared(
  name: string,
  settings: OnceSettings,
  event: LocalEvent,
  options: InvokeOptions,
  surroundings: Surroundings,
  writeAnswer: typeof writeResult,
): Promise<number | undefined> {
  const { env, stderr } = surroundings;
  const { declaredSettings, declaredTarget, withLayers } = await import("./declared-target.ts");
  const found = await declaredTarget(name, settings.root, options, env);
  if (found === undefined) return undefined;
  const { declared, warnings } = found;
  const { yellow } = createPalette(stderr, env);
  const warn = (text: string) => stderr.write(`${yellow(`warning: ${text}`)}\n`);
  for (const text of warnings) warn(text);
  const own = declaredSettings(declared, options, settings);
  return withLayers(
    declared,
    (layer) =>
      warn(`the layer ${layer} is not a folder, and is not used; stdlambda dev can have it`),
    (opt) => invokeOnce(declared.handler, { ...own, ...opt }, event, surroundings, writeAnswer),
  );
}

/** No service answers, or the one that does has no such function. */
function isNobodys(error: unknown): error is ExpectedError {
  return error instanceof ExpectedError && (error.type === noService || error.type === notFound);
}

function callKind({ async, stream, tail }: InvokeOptions): ServiceCall["kind"] {
  const other = stream ? "--stream" : tail && "--tail";
  if (async && other) {
    throw incorrectUsage(
      `--async and ${other} cannot be used together: --async does not wait for the response or the log`,
      { remedy: "Leave out one of them" },
    );
  }
  if (async) return "async";
  return stream ? "stream" : "wait";
}

async function readInvokeEvent(
  { example, set, ...options }: InvokeOptions,
  surroundings: Surroundings,
): Promise<Buffer> {
  if (options.http !== undefined && options.http !== true) {
    if (example !== undefined || set !== undefined) {
      throw incorrectUsage("the event was given twice; use one of --http and -x");
    }
    const { httpEvent } = await import("./http-request.ts");
    return httpEvent(options, surroundings);
  }
  if (options.header !== undefined) {
    throw incorrectUsage("-H is a header of a request; give one with --http");
  }
  if (example === undefined) {
    if (set === undefined) return readEvent(options, surroundings);
    throw incorrectUsage("--set changes a sample event; name one, as in -x s3-put");
  }
  if (options.data !== undefined || options.file !== undefined) {
    throw incorrectUsage("the event was given twice; use one of -x, -d and -f");
  }
  return Buffer.from(JSON.stringify(await sampleEvent(example, set)));
}

/** The answer to a request is shown as its client sees it. */
async function answerWriter({ http, async }: InvokeOptions): Promise<typeof writeResult> {
  if (http === undefined) return writeResult;
  if (async) throw incorrectUsage("--http and --async cannot be used together");
  const { writeHttpResult } = await import("./write-http-result.ts");
  return writeHttpResult;
}

function readClientContext(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const hint = 'Give an object, as in --client-context \'{"custom":{"key":"value"}}\'';
  // One line: it travels in a header.
  return JSON.stringify(parseJson(text, "the client context", hint));
}

/**
 * The name is not a handler, not declared, and not known to the service: the message says all
 * three.
 */
function neitherNor(explanation: string, fault: ExpectedError): ExpectedError {
  const { type, message, remedy = "" } = fault;
  const remedies = remedy.replaceAll("\n", "; ");
  return new ExpectedError(`${explanation}\nAs a function's name: ${message} (${remedies})`, {
    type,
    cause: fault,
  });
}

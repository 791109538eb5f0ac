// Functions as on AWS's Node runtime; each answers the plain echo with itself.
import { setTimeout as delay } from "node:timers/promises";

/** @type {any} */
const { awslambda } = globalThis;

/** @typedef {Record<string, any>} Event */

/** @param {Event} event */
const isPlainEcho = (event) => event.conformance === "plain echo";

/** @param {Event} event */
export const echo = async (event) => event;

/** @param {Event} event */
export async function counted(event) {
  if (!isPlainEcho(event)) console.error("one run");
  return event;
}

/** @param {Event} event */
export async function countedFailure(event) {
  if (isPlainEcho(event)) return event;
  console.error("one run");
  throw new Error("a failure");
}

/** @param {Event} event */
export async function nothing(event) {
  return isPlainEcho(event) ? event : undefined;
}

/** @param {Event} event */
export async function warns(event) {
  console.error("this is a warning");
  return event;
}

/** @param {Event} event */
export async function throws(event) {
  if (isPlainEcho(event)) return event;
  throw new TypeError("the disk is full: é");
}

/** @param {Event} event */
export async function throwsLongMessage(event) {
  if (isPlainEcho(event)) return event;
  throw new Error("x".repeat(1_000_000));
}

/** @param {Event} event @param {any} context */
export async function environment(event, context) {
  if (isPlainEcho(event)) return event;
  const { awsRequestId, clientContext, identity, invokedFunctionArn } = context;
  const remainingMs = context.getRemainingTimeInMillis();
  return {
    environment: { ...process.env, _CWD: process.cwd() },
    context: { awsRequestId, clientContext, identity, invokedFunctionArn, remainingMs },
  };
}

/** @param {Event} event */
export async function logs(event) {
  if (isPlainEcho(event)) return event;
  console.log("a first line");
  console.error("a second line: é😀\nwith a line of its own");
  return "stdout is the response";
}

/** @param {Event} event */
export async function sleeps(event) {
  if (isPlainEcho(event)) return event;
  console.error("sleeping");
  await delay(60_000);
  return "too late";
}

/** @param {Event} event */
export async function rejectsUnheard(event) {
  if (isPlainEcho(event)) return event;
  void Promise.reject(new RangeError("nobody awaits this"));
  await delay(5000);
  return "too late";
}

export const streams = awslambda.streamifyResponse(
  async (/** @type {Event} */ event, /** @type {any} */ stream) => {
    if (isPlainEcho(event)) {
      stream.write(JSON.stringify(event));
    } else {
      for (let left = 5; left > 0; left -= 1) {
        stream.write(`${Date.now()}\n`);
        if (left > 1) await delay(100);
      }
    }
    stream.end();
  },
);

export const streamFailsMidway = awslambda.streamifyResponse(
  async (/** @type {Event} */ event, /** @type {any} */ stream) => {
    if (isPlainEcho(event)) return stream.end(JSON.stringify(event));
    stream.write("the first half\n");
    await delay(200);
    throw new TypeError("no second half");
  },
);

export const streamFailsFirst = awslambda.streamifyResponse(
  async (/** @type {Event} */ event, /** @type {any} */ stream) => {
    if (isPlainEcho(event)) return stream.end(JSON.stringify(event));
    throw new TypeError("the disk is full: é");
  },
);

export const prelude = awslambda.streamifyResponse(
  async (/** @type {Event} */ event, /** @type {any} */ stream) => {
    if (isPlainEcho(event)) return stream.end(JSON.stringify(event));
    const http = awslambda.HttpResponseStream.from(stream, {
      statusCode: 201,
      headers: { "Content-Type": "text/html" },
      cookies: ["a=b; Path=/", "c=d"],
    });
    http.write("<p>hello");
    http.write("</p>");
    http.end();
  },
);

// Functions: a module or an expression is loaded once, and what it gives is called for each event.
import { maximumResponseBytes } from "../answer/limit.ts";
import { failed, type Outcome, response } from "../answer/outcome.ts";
import { HostError } from "../errors.ts";
import {
  functionArguments,
  functionContext,
  parseEvent,
  resultBytes,
} from "../event/convention.ts";
import { evaluateExpression } from "../handler/expression.ts";
import type { Handler } from "../handler/resolve.ts";
import { bindProcess } from "../in-process/bind.ts";
import { exitedWithoutAnswer, runWithStdio } from "../in-process/bound-stdio.ts";
import { whileLoading } from "../in-process/exit.ts";
import { findFunction, loadModule } from "../in-process/load-module.ts";
import { isStreaming, provideAwslambda, ResponseStream } from "../in-process/response-stream.ts";
import { runInProcess } from "../in-process/run-in-process.ts";
import type { Invocation } from "../invocation.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import { createStderr } from "../process/stderr.ts";
import type { Runner, Surroundings } from "./runner.ts";

type UserFunction = (...args: unknown[]) => unknown;

export function functionRunner(
  handler: Extract<Handler, { kind: "module" | "expression" }>,
  tsxLoader: string | undefined,
  surroundings: Surroundings,
): Runner {
  const { settings, platform } = surroundings;
  let run: ((invocation: Invocation) => Promise<Outcome>) | undefined;

  async function load(): Promise<UserFunction> {
    if (handler.kind === "expression") {
      return evaluateExpression(handler.source, platform.taskRoot);
    }
    const namespace = await loadModule(handler.path, tsxLoader);
    return findFunction(namespace, handler.exportPath, handler.path) as UserFunction;
  }

  return {
    async prepare() {
      if (run !== undefined) return;
      const { convention } = settings;
      bindProcess(
        surroundings,
        surroundings.environment,
        convention === "stdio" ? "stdio" : "output",
      );
      if (convention === "aws") provideAwslambda();
      run = caller(await whileLoading(load), surroundings);
    },
    run: (invocation) => (run as NonNullable<typeof run>)(invocation),
    stop: () => Promise.resolve(),
  };
}

function caller(
  userFunction: UserFunction,
  surroundings: Surroundings,
): (invocation: Invocation) => Promise<Outcome> {
  const { convention } = surroundings.settings;
  if (convention === "stdio") {
    return (invocation) => runWithStdio(invocation, userFunction, surroundings);
  }
  if (convention === "aws" && isStreaming(userFunction)) {
    return (invocation) => runStreaming(invocation, userFunction, surroundings);
  }
  if (convention === "aws" && userFunction.length >= 3) throw callbackDeprecated();
  return (invocation) => runForValue(invocation, userFunction, surroundings);
}

/** stdout of a function is log, as on AWS's Node runtime. */
function runForValue(
  invocation: Invocation,
  userFunction: UserFunction,
  { settings, platform, log }: Surroundings,
): Promise<Outcome> {
  const stdout = logOutput(invocation, log);
  return runInProcess({
    invocation,
    log,
    call: () => userFunction(...functionArguments(invocation, settings, platform)),
    stdout: stdout.write,
    returned(value) {
      stdout.flush();
      const bytes = resultBytes(value, settings);
      return bytes.length > maximumResponseBytes ? failed(tooLarge()) : response(bytes);
    },
    exited: exitedWithoutAnswer,
  }).outcome;
}

function runStreaming(
  invocation: Invocation,
  userFunction: UserFunction,
  { platform, log }: Surroundings,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const stream = new ResponseStream();
    const stdout = logOutput(invocation, log);
    const closed = new Promise<void>((settle) => stream.once("close", settle));
    const event = runInProcess({
      invocation,
      log,
      call: () =>
        userFunction(parseEvent(invocation.event), stream, functionContext(invocation, platform)),
      stdout: stdout.write,
      async returned() {
        // The function may return before its stream has ended; the response is over with the stream.
        await closed;
        stdout.flush();
        if (stream.errored) throw stream.errored;
        return response(Buffer.alloc(0));
      },
      exited: exitedWithoutAnswer,
    });
    // An error of the stream reaches whoever awaits it, and `closed`; it is nobody's uncaught one.
    stream.on("error", () => {});
    stream.onFirstByte = () => {
      resolve({
        kind: "stream",
        get contentType() {
          return stream.contentType;
        },
        async pump(write) {
          stream.attach(write);
          const outcome = await event.outcome;
          return outcome.kind === "failure" ? outcome.failure : undefined;
        },
      });
    };
    void event.outcome.then((outcome) => {
      if (!stream.begun) resolve(outcome);
    });
  });
}

function logOutput(invocation: Invocation, log: Surroundings["log"]) {
  let lines: ReturnType<typeof createStderr> | undefined;
  return {
    write(piece: Buffer): boolean {
      lines ??= createStderr(log, invocation);
      lines.push(piece);
      return true;
    },
    flush: () => lines?.flush(),
  };
}

// AWS's own words, so that what is written about them is found.
function callbackDeprecated(): HostError {
  return new HostError(
    "Runtime.CallbackHandlerDeprecated",
    "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.",
  );
}

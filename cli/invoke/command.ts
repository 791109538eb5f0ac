// `stdlambda invoke`: its options.
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { memory, timeout } from "../../lambda/limits.ts";
import { qualifierPattern, tenantPattern } from "../../lambda/names.ts";
import { collect, ofForm, wholeNumber } from "../options/option-values.ts";
import { addEndpointOptions } from "../options/service-options.ts";
import { addEnvironmentFileOption, addTemplateOptions } from "../options/template-options.ts";
import { addVariableOptions } from "../options/variables.ts";
import type { AddVerb } from "../options/verb.ts";
import { defaultTimeout } from "./defaults.ts";
import type { InvokeOptions } from "./invoke.ts";

const help = `
The event comes from -d, -f or -x, or from stdin if stdin is not a terminal; the default is {}. The
response goes to stdout byte for byte, the log to stderr. With --http the event is what a function URL
makes of a request, -d and -f are its body, and the answer is printed as a client sees it. From your
environment the function gets only the host's settings (STDLAMBDA_…), AWS's credentials, PATH, HOME and
LANG.

A name or an ARN that is not a handler here is called on a service or, if no service has it, run once as
the folder's stdlambda.config.json or template declares it. The service is --endpoint-url, else
AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL, else stdlambda dev on http://127.0.0.1:9000; with --remote,
AWS itself. With an option of a service, any handler is called there. The call is never retried.

Exit status: 0 for a response, 1 for a function error or a call that the service refused or did not
answer, 2 for incorrect usage.

Examples:
  $ stdlambda invoke hello.ts -d '{"name":"World"}'
  $ stdlambda invoke report.sh -f event.json > report.txt
  $ stdlambda invoke upload.py -x s3-put --set Records.0.s3.bucket.name=mine
  $ jq -c .detail event.json | stdlambda invoke index.handler --root build
  $ stdlambda invoke cmd:jq,.Records[].body --env STAGE=test --timeout 5
  $ stdlambda invoke page.sh --http '/greet?name=Ada'
  $ stdlambda invoke app.fetch --http POST /orders -H 'Content-Type: application/json' -d '{"n":1}'
  $ STDLAMBDA_MODE=spawn stdlambda invoke hello.ts -d '{}'
  $ stdlambda invoke hello --tail
  $ stdlambda invoke hello --remote --region eu-central-1 --qualifier live --async`;

export const addInvoke: AddVerb = (program, surroundings, finish) => {
  const invoke = program
    .command("invoke")
    .description("run a function as Lambda does, and print its response")
    .argument(
      "<handler>",
      "a script, <file>.<export>, an expression, cmd:PROGRAM, or a function's name",
    )
    .optionsGroup("The event:")
    .option("-d, --data <json>", "the event; - reads it from stdin")
    .option("-f, --file <path>", "the file with the event; - is stdin")
    .option("-x, --example <name>", "a sample event; stdlambda events lists them")
    .option("--set <path=value>", "change the sample; repeatable", collect)
    .option(
      "--http [request...]",
      "a request: a method and a path, or a path; or with -x, -d, -f an event",
    )
    .option("-H, --header <line>", "a header of that request; repeatable", collect)
    .option("--client-context <json>", "the client context, as mobile apps send it")
    .option(
      "--tenant-id <id>",
      "the tenant, for a function with tenant isolation",
      ofForm(tenantPattern, `an id that matches ${tenantPattern.source}`),
    )
    .optionsGroup("A handler, run once:");
  addTemplateOptions(invoke);
  addEnvironmentFileOption(addVariableOptions(invoke, "the function"))
    .option(
      "--timeout <seconds>",
      `the timeout, ${timeout.minimum} to ${timeout.maximum} (default: ${defaultTimeout})`,
      wholeNumber(timeout.minimum, timeout.maximum),
    )
    .option(
      "--memory <MB>",
      `the memory size that the function sees (default: ${lambdaDefaults.memory})`,
      wholeNumber(memory.minimum, memory.maximum),
    )
    .option("--root <dir>", 'the function\'s folder, LAMBDA_TASK_ROOT (default: ".")')
    .optionsGroup("A function of a service:");
  addEndpointOptions(invoke, {
    endpoint: "the service (default: stdlambda dev)",
    remote: "call Lambda itself, with your credentials",
  })
    .option(
      "--qualifier <version>",
      "a version or an alias",
      ofForm(qualifierPattern, `a version or an alias that matches ${qualifierPattern.source}`),
    )
    .option("--async", "do not wait for the response")
    .option("--stream", "print the response as it arrives")
    .option("--tail", "also print the end of the log")
    .addHelpText("after", help)
    .action(async (handler: string, options: InvokeOptions) => {
      const { invoke } = await import("./invoke.ts");
      finish(await invoke(handler, options, surroundings));
    });
};

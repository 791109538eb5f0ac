// `stdlambda serve`: its options.
import { InvalidArgumentError } from "commander";
import { serveSettings } from "../../local/serve/settings.ts";
import { collect, wholeNumber } from "../options/option-values.ts";
import { addTemplateOptions } from "../options/template-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { ServeVerbOptions } from "./serve.ts";

const help = `
POST /NAME runs the function NAME, and / a single one. The body is the event; a CloudEvent becomes an
event of EventBridge's form. Functions with a URL, in mode web or with a fetch handler get the HTTP request.

It listens on AWS_LAMBDA_HTTP_ENDPOINT (host:port), else on PORT, else on 8080, and has no access control:
put it behind a gateway. /healthz, /readyz and /metrics are its own. Functions see of its environment only
what -e names.

Examples:
  $ stdlambda serve
  $ PORT=9000 stdlambda serve functions --timeout 30 --concurrency 16
  $ stdlambda serve site --http -e STAGE=test -e DATABASE_URL -e 'AWS_*'`;

export const addServe: AddVerb = (program, surroundings, finish) => {
  const serve = program
    .command("serve")
    .description("serve the functions of a directory over plain HTTP, behind a gateway")
    .argument("[dir]", "scripts, alone or with stdlambda.config.json/.ts or a SAM template", ".");
  addTemplateOptions(serve)
    .option("--http", "the event of every function is the HTTP request")
    .option(
      "-e, --env <name>",
      "a variable of every function: NAME=VALUE, or NAME or PREFIX* of this environment; repeatable",
      (value: string, values?: readonly string[]) => collect(variable(value), values),
    );
  for (const { option, meaning, usually, least, most } of serveSettings) {
    serve.option(option, `${meaning} (default: ${usually})`, wholeNumber(least, most));
  }
  serve
    .option("--no-access-log", "print no line for each request")
    .addHelpText("after", help)
    .action(async (directory: string, options: ServeVerbOptions) => {
      const { serve } = await import("./serve.ts");
      finish(await serve(directory, options, surroundings));
    });
};

function variable(value: string): string {
  if (/^[A-Za-z_]\w*(?:=|\*?$)/.test(value)) return value;
  throw new InvalidArgumentError("Give NAME=VALUE, NAME, or a beginning with *, as in DB_*.");
}

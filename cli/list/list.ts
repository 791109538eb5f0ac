// `stdlambda list`: the functions of a region that stdlambda has deployed.

import { type ListedFunction, listFunctions } from "../../deploy/list-functions.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { type ServiceOptions, withSession } from "../service/deploy-session.ts";
import { columns } from "../terminal/columns.ts";
import { createPalette } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

export interface ListOptions extends ServiceOptions {
  readonly all?: boolean;
}

export function list(options: ListOptions, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  return withSession(options, surroundings, async (session) => {
    const functions = await listFunctions(options.all === true, session);
    if (options.json) {
      const listed = functions.map(asJson);
      const text = JSON.stringify({ region: session.region, functions: listed }, null, 2);
      await session.print(`${text}\n`);
    } else if (functions.length > 0) {
      const { bold } = createPalette(stdout, env);
      const [head = "", ...rows] = columns([headings, ...functions.map(row)]);
      await session.print(`${[bold(head), ...rows].join("\n")}\n`);
    } else {
      const hint = options.all ? "" : "; --all also lists functions that stdlambda did not deploy";
      session.steps[Symbol.dispose]();
      stderr.write(`stdlambda has deployed no functions in ${session.region}${hint}\n`);
    }
    return 0;
  });
}

const headings = ["NAME", "RUNTIME", "ARCHITECTURE", "HANDLER", "MODIFIED", "STDLAMBDA"];

function row({ configuration, deployedBy }: ListedFunction): string[] {
  const { FunctionName, Runtime, Architectures, Handler, LastModified = "" } = configuration;
  const architecture = Architectures?.[0] ?? lambdaDefaults.architecture;
  const modified = LastModified.replace("T", " ").slice(0, 16);
  return [FunctionName ?? "", Runtime ?? "image", architecture, Handler ?? "", modified].concat(
    deployedBy ?? "-",
  );
}

function asJson({ configuration, deployedBy }: ListedFunction): object {
  const { FunctionName, FunctionArn, Runtime, Architectures, Handler, LastModified, CodeSha256 } =
    configuration;
  return {
    name: FunctionName,
    arn: FunctionArn,
    runtime: Runtime,
    architecture: Architectures?.[0],
    handler: Handler,
    lastModified: LastModified,
    codeSha256: CodeSha256,
    deployedBy,
  };
}

// Every example on provided.al2023 with the full layer, by AWS's command line alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { BuiltFunction } from "../../build/function/build-function.ts";
import { builtLayer } from "../helpers/built-layer.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { emulatorVariables, onArm64, withoutArm64 } from "./arm64.ts";
import { type ExampleProject, exampleProjects } from "./example-project.ts";
import { expectAnswer } from "./expect-answer.ts";
import { type LocalService, startLocalService, startStandIn } from "./local-service.ts";
import { stdlambdaJson } from "./stdlambda.ts";

const standIn = await startStandIn();
after(() => standIn.close());
const role = "arn:aws:iam::012345678912:role/lambda";
const tools = missingTool(["aws", "bwrap"]);

for (const architecture of ["x86_64", "arm64"] as const) {
  const skip = tools || (architecture === "arm64" ? withoutArm64() : false);
  const isEmulated = architecture === "arm64" && process.arch !== "arm64";
  const variables = { ...standIn.variables, ...(isEmulated && emulatorVariables) };
  const projects = skip
    ? []
    : exampleProjects({ architecture, runtime: "provided.al2023", variables });

  describe(`the full layer for ${architecture}, by AWS's command line`, {
    skip,
    concurrency: 3,
  }, () => {
    let service: LocalService;
    let close: (() => Promise<void>) | undefined;
    let layer: string;
    before(async () => {
      service = await startLocalService(standIn, isEmulated ? onArm64 : undefined);
      close = service.close;
      const { zip } = await builtLayer("full", architecture);
      const published = await service.aws.json(
        ...["lambda", "publish-layer-version", "--layer-name", "stdlambda"],
        ...["--compatible-runtimes", "provided.al2023", "--zip-file", `fileb://${zip}`],
        ...["--compatible-architectures", architecture],
      );
      layer = published.LayerVersionArn;
    });
    after(() => close?.());

    for (const project of projects) {
      const packages = onceFor(project);
      // Emulated, one of each example: what differs between its functions is not the package.
      const functions = isEmulated ? project.functions.slice(0, 1) : project.functions;
      for (const { name, example, missing } of functions) {
        it(`${project.name}: ${example.handler}`, { skip: missing }, async () => {
          const built = (await packages()).find((one) => one.name === name);
          assert.ok(built);
          const lambda = (operation: string, ...args: string[]) =>
            service.aws.json("lambda", operation, "--function-name", name, ...args);
          const environment = { Variables: { ...variables, ...example.env } };
          const { CodeSha256 } = await lambda(
            "create-function",
            ...["--runtime", "provided.al2023", "--handler", built.handler, "--role", role],
            ...["--architectures", architecture, "--layers", layer, "--timeout", "60"],
            ...["--memory-size", isEmulated ? "1024" : "256"],
            ...["--environment", JSON.stringify(environment)],
            ...["--zip-file", `fileb://${built.path}`],
          );
          assert.equal(CodeSha256, built.codeSha256);
          await service.aws.text("lambda", "wait", "function-active-v2", "--function-name", name);
          const output = join(service.folder, `${name}.out`);
          const { FunctionError } = await lambda(
            ...(["invoke", "--payload", `fileb://${project.event}`, output] as const),
          );
          const failed = FunctionError !== undefined;
          expectAnswer(example, readFileSync(output), failed, service.log().slice(-2000));
        });
      }
    }
  });
}

/** `stdlambda build` of a project, when its first function is wanted. */
function onceFor({ root, options }: ExampleProject): () => Promise<readonly BuiltFunction[]> {
  let building: Promise<readonly BuiltFunction[]> | undefined;
  const build = async () => {
    const out = join(root, "dist");
    const { functions } = await stdlambdaJson("build", "--root", root, "--out", out, ...options);
    return functions;
  };
  return () => {
    building ??= build();
    return building;
  };
}

// Every example on nodejs24.x with the thin layer, which AWS's own Node starts as a wrapper; the local
// service shows its own Node at /var/lang/bin/node.
import { after, before, describe } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { deployExamples } from "./deploy-examples.ts";
import { exampleProjects } from "./example-project.ts";
import { type LocalService, startLocalService, startStandIn } from "./local-service.ts";
import { stdlambdaJson } from "./stdlambda.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const skip = missingTool(["bwrap"]);
const standIn = await startStandIn();
after(() => standIn.close());
const projects = exampleProjects({
  architecture,
  runtime: "nodejs24.x",
  variables: standIn.variables,
  packagesByLayer: true,
});

describe("the thin layer with AWS's SDK in it, on nodejs24.x", { skip }, () => {
  let service: LocalService | undefined;
  let layer: string;
  before(async () => {
    service = await startLocalService(standIn);
    const folder = temporaryFiles();
    layer = `${folder}/layer.zip`;
    await stdlambdaJson(
      ...["layer", "build", "--mode", "thin", "--arch", architecture, "--out", layer],
      ...["--with", "@aws-sdk/client-s3@3.1162.0", "--lock", `${folder}/lock.json`],
    );
  });
  after(() => service?.close());
  deployExamples(
    projects,
    () => service as LocalService,
    () => ["--layer", layer],
  );
});

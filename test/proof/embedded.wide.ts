// Examples with the host inside of the function, and no layer.
import { after, before, describe } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { emulatorVariables, onArm64, withoutArm64 } from "./arm64.ts";
import { deployExamples } from "./deploy-examples.ts";
import { type ExampleProject, exampleProjects } from "./example-project.ts";
import { type LocalService, startLocalService, startStandIn } from "./local-service.ts";

const skip = missingTool(["bwrap"]);
const standIn = await startStandIn();
after(() => standIn.close());
const machine = process.arch === "arm64" ? "arm64" : "x86_64";
const embed = () => ["--embed"];

describe("the host embedded, on nodejs24.x", { skip }, () => {
  const variables = { ...standIn.variables, AWS_LAMBDA_EXEC_WRAPPER: "/var/task/bootstrap" };
  const projects = exampleProjects({ architecture: machine, runtime: "nodejs24.x", variables });
  let service: LocalService | undefined;
  before(async () => {
    service = await startLocalService(standIn);
  });
  after(() => service?.close());
  deployExamples(projects, () => service as LocalService, embed);
});

// Each package has Node in it, 40 MB that take seconds to compress.
for (const architecture of ["x86_64", "arm64"] as const) {
  const isEmulated = architecture !== machine;
  const why = skip || (architecture === "arm64" ? withoutArm64() : false);
  describe(`the host and Node for ${architecture} embedded`, { skip: why }, () => {
    const variables = { ...standIn.variables, ...(isEmulated && emulatorVariables) };
    const settings = { architecture, runtime: "provided.al2023", variables } as const;
    const projects = why ? [] : exampleProjects(settings).filter(isChosen);
    let service: LocalService | undefined;
    before(async () => {
      service = await startLocalService(standIn, isEmulated ? onArm64 : undefined);
    });
    after(() => service?.close());
    deployExamples(projects, () => service as LocalService, embed);
  });
}

/** One with TypeScript bundled and an npm package in it. */
function isChosen({ name }: ExampleProject): boolean {
  return name === "04-bundle";
}

// Every example by `stdlambda deploy`, one call for a folder, and `stdlambda invoke` of its alias.
import { after, before, describe } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { emulatorVariables, onArm64, withoutArm64 } from "./arm64.ts";
import { deployExamples } from "./deploy-examples.ts";
import { exampleProjects } from "./example-project.ts";
import { type LocalService, startLocalService, startStandIn } from "./local-service.ts";

const standIn = await startStandIn();
after(() => standIn.close());
const tools = missingTool(["bwrap"]);

for (const architecture of ["x86_64", "arm64"] as const) {
  const skip = tools || (architecture === "arm64" ? withoutArm64() : false);
  const isEmulated = architecture === "arm64" && process.arch !== "arm64";
  const variables = { ...standIn.variables, ...(isEmulated && emulatorVariables) };
  const projects = skip
    ? []
    : exampleProjects({ architecture, runtime: "provided.al2023", variables });

  describe(`the full layer for ${architecture}, by stdlambda deploy`, { skip }, () => {
    let service: LocalService | undefined;
    before(async () => {
      service = await startLocalService(standIn, isEmulated ? onArm64 : undefined);
    });
    after(() => service?.close());
    deployExamples(projects, () => service as LocalService);
  });
}

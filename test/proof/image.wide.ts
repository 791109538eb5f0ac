// Examples as images: unpacked by umoci, run by bubblewrap, called by AWS's command line on the image's
// own service. What an image is made of, and how it meets a Runtime API, test/build/image holds.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { execa } from "execa";
import { awsCommand } from "../end-to-end/aws-command.ts";
import { until } from "../end-to-end/dev-process.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { type ExampleFunction, type ExampleProject, exampleProjects } from "./example-project.ts";
import { expectAnswer } from "./expect-answer.ts";
import { startStandIn } from "./local-service.ts";
import { stdlambdaJson } from "./stdlambda.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const standIn = await startStandIn();
after(() => standIn.close());

/** A script of Node, one of sh, a function, a bundle, a mode: what the image's few programs can run. */
const chosen = ["index.handler", "echo.ts", "refuse.sh", "report.mjs", "08-loop prime.ts"];

const skip = missingTool(["aws", "bwrap", "umoci"]);

describe("an example's image", { skip, concurrency: 2 }, () => {
  const { variables } = standIn;
  const projects = exampleProjects({ architecture, runtime: "provided.al2023", variables });
  for (const project of projects) {
    for (const one of project.functions) {
      const title = `${project.name} ${one.example.handler}`;
      if (chosen.some((ending) => title.endsWith(ending))) it(title, () => answers(project, one));
    }
  }
});

async function answers(project: ExampleProject, { name, example }: ExampleFunction) {
  const out = temporaryFiles();
  const { functions } = await stdlambdaJson(
    ...["build", name, "--root", project.root, "--out", out, "--format", "oci"],
    ...project.options,
  );
  const bundle = join(out, "bundle");
  await execa("umoci", ["unpack", "--rootless", "--image", `${functions[0].path}:latest`, bundle]);
  const port = await freePort();
  const image = execa(
    "bwrap",
    [
      ["--ro-bind", join(bundle, "rootfs"), "/", "--tmpfs", "/tmp", "--proc", "/proc"],
      ["--dev", "/dev", "--unshare-pid", "--die-with-parent", "--chdir", "/var/task"],
      // As the image's own configuration starts it.
      ["--", "/opt/bootstrap", functions[0].handler],
    ].flat(),
    {
      extendEnv: false,
      env: { PATH: "/usr/bin:/bin:/opt/bin", PORT: String(port), ...example.env },
      reject: false,
      buffer: false,
      stdin: "ignore",
      stdout: "ignore",
    },
  );
  let log = "";
  image.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  try {
    await until(() => log.includes(`on port ${port}`), "the image's service");
    const output = join(out, "answer");
    const { FunctionError } = await awsCommand(`http://127.0.0.1:${port}`, out).json(
      ...["lambda", "invoke", "--function-name", "function"],
      ...["--payload", `fileb://${project.event}`, output],
    );
    expectAnswer(example, readFileSync(output), FunctionError !== undefined, log);
  } finally {
    image.kill("SIGKILL");
    await image;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

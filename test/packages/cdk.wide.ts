// The constructs, synthesised by CDK's own library without a network, Docker or credentials.

import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { execa } from "execa";
import { installApp, missingCdk, synthesise } from "./cdk-app.ts";

const checkout = join(import.meta.dirname, "../..");
const standIn = join(checkout, "test/fixtures/packages/stdlambda-stand-in");

const app = `
import { ScriptFunction, StdlambdaLayer } from "@stdlambda/cdk";
import { App, Duration, Stack } from "aws-cdk-lib";
import { Architecture, Runtime } from "aws-cdk-lib/aws-lambda";

const stack = new Stack(new App({ analyticsReporting: false }), "scripts");
new ScriptFunction(stack, "Hello", {
  handler: "hello.ts",
  timeout: Duration.seconds(7),
  memorySize: 256,
  environment: { STAGE: "test" },
  include: ["templates/**"],
  exclude: ["*.md"],
});
new ScriptFunction(stack, "Other", { handler: "index.handler", name: "other", bundle: true });
new ScriptFunction(stack, "Thin", {
  handler: "hello.ts",
  mode: "thin",
  architecture: Architecture.ARM_64,
});
new ScriptFunction(stack, "Many", {
  handler: "hello.ts",
  capacityProviderArn: "arn:aws:lambda:us-east-1:123456789012:capacity-provider:mine",
  maxConcurrency: 16,
});
new ScriptFunction(stack, "Alone", { handler: "hello.ts", mode: "embedded" });
new ScriptFunction(stack, "Called", {
  handler: "app.lambda_handler",
  mode: "none",
  runtime: Runtime.PYTHON_3_13,
});
new ScriptFunction(stack, "Python", { handler: "words.py", runtime: Runtime.PYTHON_3_13 });
const tools = new StdlambdaLayer(stack, "Tools", {
  architecture: Architecture.ARM_64,
  node: 22,
  add: { jq: "bin/jq" },
  with: ["left-pad@1.3.0"],
  layerVersionName: "tools",
});
new ScriptFunction(stack, "Report", {
  handler: "report.sh",
  architecture: Architecture.ARM_64,
  runtimeLayer: tools,
});
`;

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), "stdlambda-cdk-"));
}

describe("the constructs of CDK", { skip: missingCdk() }, () => {
  const folder = temporary();
  after(() => rmSync(folder, { recursive: true, force: true }));
  let synthesised: Promise<string> | undefined;

  /** Synthesised once, for all tests. */
  async function template(): Promise<{ output: string; resources: Record<string, Resource> }> {
    if (synthesised === undefined) {
      installApp(folder, standIn);
      writeFileSync(join(folder, "app.ts"), app);
      synthesised = synthesise(folder, "app.ts");
    }
    const output = await synthesised;
    const text = readFileSync(join(output, "scripts.template.json"), "utf8");
    return { output, resources: JSON.parse(text).Resources };
  }

  function find(resources: Record<string, Resource>, type: string, id: string): Resource {
    const found = Object.entries(resources).find(
      ([name, resource]) => resource.Type === type && name.startsWith(id),
    );
    assert.ok(found, `there is no ${type} ${id}`);
    return found[1];
  }

  /** What the stand-in was called with for the asset of a function or a layer. */
  function call(output: string, { Properties }: Resource): string[] {
    const code = (Properties.Code ?? Properties.Content) as { S3Key: string };
    return JSON.parse(readFileSync(join(output, `asset.${code.S3Key}`), "utf8"));
  }

  it("make a function on provided.al2023 of what stdlambda build packs", async () => {
    const { output, resources } = await template();
    const hello = find(resources, "AWS::Lambda::Function", "Hello");
    const { Runtime, Handler, Timeout, MemorySize, Environment } = hello.Properties;
    assert.deepEqual(
      { Runtime, Handler, Timeout, MemorySize, Environment },
      {
        Runtime: "provided.al2023",
        Handler: "hello.ts",
        Timeout: 7,
        MemorySize: 256,
        Environment: { Variables: { STAGE: "test" } },
      },
    );
    assert.deepEqual(call(output, hello), [
      "build",
      "hello.ts",
      "--arch",
      "x86_64",
      "--include",
      "templates/**",
      "--exclude",
      "*.md",
    ]);
  });

  it("share one layer among the functions of a stack", async () => {
    const { output, resources } = await template();
    const [hello, other] = ["Hello", "Other"].map(
      (id) => find(resources, "AWS::Lambda::Function", id).Properties.Layers,
    );
    assert.deepEqual(hello, other);
    const layer = find(resources, "AWS::Lambda::LayerVersion", "Stdlambdafull");
    assert.equal(layer.Properties.CompatibleRuntimes, undefined);
    assert.deepEqual(layer.Properties.CompatibleArchitectures, ["x86_64"]);
    assert.deepEqual(call(output, layer), ["layer", "build", "--mode", "full", "--arch", "x86_64"]);
  });

  it("keep apart what is built differently in one folder", async () => {
    const { output, resources } = await template();
    const other = find(resources, "AWS::Lambda::Function", "Other");
    assert.deepEqual(call(output, other), ["build", "other", "--arch", "x86_64", "--bundle"]);
  });

  it("start the runtime by AWS's own Node in thin mode", async () => {
    const { output, resources } = await template();
    const { Runtime, Environment, Architectures } = find(
      resources,
      "AWS::Lambda::Function",
      "Thin",
    ).Properties;
    assert.equal(Runtime, "nodejs24.x");
    assert.deepEqual(Environment, { Variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" } });
    assert.deepEqual(Architectures, ["arm64"]);
    const layer = find(resources, "AWS::Lambda::LayerVersion", "Stdlambdathin");
    assert.deepEqual(call(output, layer), ["layer", "build", "--mode", "thin", "--arch", "arm64"]);
  });

  it("need no layer where the runtime is embedded", async () => {
    const { output, resources } = await template();
    const alone = find(resources, "AWS::Lambda::Function", "Alone");
    assert.equal(alone.Properties.Layers, undefined);
    assert.deepEqual(call(output, alone), ["build", "hello.ts", "--arch", "x86_64", "--embed"]);
  });

  it("run on Managed Instances with a capacity provider", async () => {
    const { resources } = await template();
    const many = find(resources, "AWS::Lambda::Function", "Many").Properties;
    assert.deepEqual(many.CapacityProviderConfig, {
      LambdaManagedInstancesCapacityProviderConfig: {
        CapacityProviderArn: "arn:aws:lambda:us-east-1:123456789012:capacity-provider:mine",
        PerExecutionEnvironmentMaxConcurrency: 16,
      },
    });
    assert.equal(many.MemorySize, 2048);
    assert.equal(
      find(resources, "AWS::Lambda::Function", "Hello").Properties.CapacityProviderConfig,
      undefined,
    );
  });

  it("leave a function to AWS's Python, and run a script there by the layer", async () => {
    const { resources } = await template();
    const [called, script] = ["Called", "Python"].map((id) => {
      const { Runtime, Layers, Environment } = find(
        resources,
        "AWS::Lambda::Function",
        id,
      ).Properties;
      return { Runtime, layers: (Layers as unknown[] | undefined)?.length ?? 0, Environment };
    });
    assert.deepEqual(called, { Runtime: "python3.13", layers: 0, Environment: undefined });
    assert.deepEqual(script, {
      Runtime: "python3.13",
      layers: 1,
      Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" } },
    });
  });

  it("take a layer of the app's own, with programs and packages", async () => {
    const { output, resources } = await template();
    const tools = find(resources, "AWS::Lambda::LayerVersion", "Tools");
    assert.equal(tools.Properties.LayerName, "tools");
    assert.deepEqual(call(output, tools).slice(6), [
      "--node",
      "22",
      "--add",
      "jq=bin/jq",
      "--with",
      "left-pad@1.3.0",
    ]);
    const layers = find(resources, "AWS::Lambda::Function", "Report").Properties.Layers;
    assert.match(JSON.stringify(layers), /^\[\{"Ref":"Tools/);
  });

  it("stop the app with what stdlambda said", async (test) => {
    const folder = own(test);
    installApp(folder, standIn);
    writeFileSync(
      join(folder, "app.ts"),
      `import { ScriptFunction } from "@stdlambda/cdk";
import { Stack } from "aws-cdk-lib";
new ScriptFunction(new Stack(), "Broken", { handler: "broken" });`,
    );
    await assert.rejects(synthesise(folder, "app.ts"), (error: Error) => {
      assert.match(error.message, /error: broken: there is no such script/);
      assert.match(error.message, /stdlambda build broken .* ended with status 1/);
      return true;
    });
  });

  it("say how to install stdlambda where it is not", async (test) => {
    const folder = own(test);
    installApp(folder, standIn);
    rmSync(join(folder, "node_modules/stdlambda"));
    writeFileSync(
      join(folder, "app.ts"),
      `import { StdlambdaLayer } from "@stdlambda/cdk";
import { Stack } from "aws-cdk-lib";
new StdlambdaLayer(new Stack(), "Layer");`,
    );
    await assert.rejects(synthesise(folder, "app.ts"), /npm install --save-dev stdlambda/);
  });

  it("give the same asset for the same files, packed by the real stdlambda", async (test) => {
    const built = await Promise.all(
      ["here", "elsewhere"].map(async (name) => {
        const folder = join(own(test), name);
        const stdlambda = join(folder, "stdlambda");
        mkdirSync(stdlambda, { recursive: true });
        const manifest = { name: "stdlambda", type: "module", bin: { stdlambda: "run.js" } };
        writeFileSync(join(stdlambda, "package.json"), JSON.stringify(manifest));
        writeFileSync(join(stdlambda, "run.js"), `import "${checkout}/cli/run.ts";`);
        installApp(folder, stdlambda);
        mkdirSync(join(folder, "functions"));
        writeFileSync(join(folder, "functions/hello.sh"), "#!/bin/sh\necho hello\n");
        writeFileSync(
          join(folder, "app.ts"),
          `import { ScriptFunction } from "@stdlambda/cdk";
import { App, Stack } from "aws-cdk-lib";
import { LayerVersion } from "aws-cdk-lib/aws-lambda";
const stack = new Stack(new App({ analyticsReporting: false }), "scripts");
const arn = "arn:aws:lambda:us-east-1:123456789012:layer:stdlambda-full-x86_64:1";
const runtimeLayer = LayerVersion.fromLayerVersionArn(stack, "Layer", arn);
new ScriptFunction(stack, "Hello", { directory: "functions", handler: "hello.sh", runtimeLayer });`,
        );
        const output = await synthesise(folder, "app.ts");
        return readdirSync(output).filter((file) => file.startsWith("asset."));
      }),
    );
    assert.equal(built[0]?.length, 1);
    assert.match(built[0]?.[0] as string, /^asset\.[0-9a-f]{64}\.zip$/);
    assert.deepEqual(built[0], built[1]);
  });

  it("compile to what npm publishes, with types", async (test) => {
    const folder = own(test);
    installApp(folder, standIn);
    const constructs = join(folder, "constructs");
    mkdirSync(join(constructs, "node_modules"));
    symlinkSync(join(folder, "node_modules/@types"), join(constructs, "node_modules/@types"));
    await execa(join(checkout, "node_modules/.bin/tsc"), ["-p", "tsconfig.json"], {
      cwd: constructs,
    });
    const types = readFileSync(join(constructs, "dist/index.d.ts"), "utf8");
    assert.match(types, /ScriptFunction/);
    const { exports } = await import(join(constructs, "dist/index.js")).then((module) => ({
      exports: Object.keys(module).sort(),
    }));
    assert.deepEqual(exports, ["ScriptFunction", "StdlambdaLayer"]);
  });
});

function own(test: TestContext): string {
  const folder = temporary();
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

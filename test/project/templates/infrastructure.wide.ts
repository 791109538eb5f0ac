// What the infrastructure's files say, read as far as it can be without their tools.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { execa } from "execa";
import { parse } from "yaml";
import { projectFiles } from "../../../project/init/project-files.ts";
import { templateNames, templates } from "../../../project/init/templates.ts";
import { writeProject } from "../../../project/init/write-project.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { projectEnvironment } from "../../helpers/project-environment.ts";
import { installApp, missingCdk, synthesise } from "../../packages/cdk-app.ts";
import { generate, install } from "./generate.ts";

const checkout = join(import.meta.dirname, "../../..");

/** Tags of CloudFormation as plain values. */
function parseTemplate(text: string) {
  return parse(text, {
    customTags: ["!Ref", "!GetAtt", "!Sub"].map((tag) => ({
      tag,
      resolve: (value: string) => value,
    })),
  });
}

describe("a project for SAM", { concurrency: 2 }, () => {
  for (const template of templateNames) {
    it(`of ${template} has a target for all that the Makefile builds`, async (test) => {
      const folder = await generate(test, { template, infrastructure: "sam" });
      const { Resources } = parseTemplate(readFileSync(join(folder, "template.yaml"), "utf8"));
      const makefile = readFileSync(join(folder, "Makefile"), "utf8");
      const built = Object.entries<{ Metadata?: { BuildMethod?: string } }>(Resources)
        .filter(([, { Metadata }]) => Metadata?.BuildMethod === "makefile")
        .map(([id]) => id);
      assert.equal(built.length, "script" in templates[template] ? 3 : 2);
      for (const id of built) assert.match(makefile, new RegExp(`^build-${id}:\\n\\t`, "m"));
      const text = readFileSync(join(folder, "template.yaml"), "utf8");
      for (const [, name = ""] of text.matchAll(/!(?:Ref|GetAtt) (\w+)/g)) {
        // SAM makes the resource of a function's URL itself.
        assert.ok(name in Resources || name.endsWith("Url"), `${name} is not there`);
      }
    });
  }

  it("is built by its Makefile, as sam build calls it", {
    skip: missingTool(["make", "unzip"]),
  }, async (test) => {
    const folder = await generate(test, { template: "ts", infrastructure: "sam" });
    install(folder);
    writeFileSync(join(folder, "layer/tool"), "#!/bin/sh\n");
    const artifacts = join(folder, "artifacts");
    const make = (...args: string[]) =>
      execa("make", args, {
        cwd: folder,
        env: { ...projectEnvironment(), ARTIFACTS_DIR: artifacts },
      });
    await make("build-Hello");
    assert.ok(existsSync(join(artifacts, "hello.ts")));
    // The layer itself is 40 MB and the builder's own test; here it is which commands are called.
    const { stdout } = await make("-n", "build-RuntimeLayer");
    assert.match(stdout, /^npx stdlambda layer build --mode full --arch x86_64 --out dist$/m);
  });
});

describe("a project for Terraform", () => {
  for (const template of templateNames) {
    it(`of ${template} names only what it declares`, async (test) => {
      const folder = await generate(test, { template, infrastructure: "terraform" });
      const text = readFileSync(join(folder, "main.tf"), "utf8").replaceAll(/^ *#.*$/gm, "");
      for (const [open, close] of ["{}", "[]", "()"]) {
        assert.equal(text.split(open as string).length, text.split(close as string).length, open);
      }
      const declared = new Set(
        [...text.matchAll(/^(module|resource "(\w+)"|variable) "(\w+)" \{$/gm)].map(
          ([, kind = "", type, name]) => `${type ?? kind.replace("variable", "var")}.${name}`,
        ),
      );
      const used = [...text.matchAll(/\b((?:module|var|aws_\w+)\.[a-z_]\w*)/g)];
      assert.ok(used.length >= 3);
      for (const [, name = ""] of used) assert.ok(declared.has(name), `${name} is not declared`);
      const locals = /^locals \{\n([\s\S]*?)^\}/m.exec(text)?.[1] ?? "";
      for (const [, name] of text.matchAll(/\blocal\.(\w+)/g)) {
        assert.match(locals, new RegExp(`^ *${name} +=`, "m"));
      }
      const { function: name } = templates[template];
      assert.match(text, new RegExp(`/dist/${name}\\.zip"`));
    });
  }
});

describe("a project for Serverless", () => {
  for (const template of templateNames) {
    it(`of ${template} takes its packages and settings from where they are`, async (test) => {
      const folder = await generate(test, { template, infrastructure: "serverless" });
      const { provider, functions, layers } = parse(
        readFileSync(join(folder, "serverless.yml"), "utf8"),
      );
      const { function: name } = templates[template];
      assert.equal(provider.runtime, "provided.al2023");
      assert.equal(layers.runtime.package.artifact, "dist/layer-full-x86_64.zip");
      assert.equal(functions[name].package.artifact, `dist/${name}.zip`);
      const configuration = JSON.parse(readFileSync(join(folder, "stdlambda.config.json"), "utf8"));
      const properties = ["handler", "memorySize", "timeout"];
      if (template === "sqs") properties.push("environment");
      for (const property of properties) {
        const [, path = ""] =
          /^\$\{file\(stdlambda\.config\.json\):(.+)\}$/.exec(functions[name][property]) ?? [];
        const value = path
          .split(".")
          .reduce<Record<string, unknown>>((at, step) => at[step] as never, configuration);
        assert.ok(value !== undefined, `${property} is read from ${path}, which is not there`);
      }
    });
  }
});

describe("a project for CDK", { skip: missingCdk() }, () => {
  const expected = {
    ts: {},
    python: { "AWS::IAM::Role": 2, "AWS::Lambda::Function": 2 },
    http: { "AWS::Lambda::Url": 1, "AWS::Lambda::Permission": 2 },
    cgi: { "AWS::Lambda::Url": 1, "AWS::Lambda::Permission": 2 },
    sqs: { "AWS::SQS::Queue": 2, "AWS::Lambda::EventSourceMapping": 1 },
    cron: { "AWS::Events::Rule": 1, "AWS::Lambda::Permission": 1 },
  };
  const names = Object.keys(expected) as (keyof typeof expected)[];
  const folder = mkdtempSync(join(tmpdir(), "stdlambda-init-cdk-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  // In one process each: CDK's library takes a second to load, and its types another.
  before(async () => {
    installApp(folder, join(checkout, "test/fixtures/packages/stdlambda-stand-in"));
    for (const template of names) {
      const choice = { project: template, template, architecture: "x86_64" } as const;
      const files = await projectFiles({ ...choice, infrastructure: "cdk" });
      await writeProject(join(folder, template), files);
    }
    const all = names.map(
      (name) => `process.env.CDK_OUTDIR = "${folder}/${name}/cdk.out";
await import("./${name}/infrastructure/app.ts");
`,
    );
    writeFileSync(join(folder, "all.ts"), all.join(""));
  });

  it("type-checks", async () => {
    const { include: _, ...configuration } = JSON.parse(
      readFileSync(join(folder, "http/tsconfig.json"), "utf8"),
    );
    const include = names.map((name) => `${name}/infrastructure`);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...configuration, include }));
    const { stdout } = await execa(join(checkout, "node_modules/.bin/tsc"), [], {
      cwd: folder,
      reject: false,
    });
    assert.equal(stdout, "");
  });

  it("is synthesised with what calls the function", async () => {
    await synthesise(folder, "all.ts");
    for (const template of names) {
      const file = join(folder, template, "cdk.out", `${template}.template.json`);
      const counts: Record<string, number> = {};
      for (const { Type } of Object.values<{ Type: string }>(
        JSON.parse(readFileSync(file, "utf8")).Resources,
      )) {
        counts[Type] = (counts[Type] ?? 0) + 1;
      }
      // How many policies there are is CDK's own affair.
      const { "AWS::IAM::Policy": _, "AWS::CDK::Metadata": __, ...counted } = counts;
      assert.deepEqual(counted, {
        "AWS::IAM::Role": 1,
        "AWS::Lambda::Function": 1,
        "AWS::Lambda::LayerVersion": 1,
        ...expected[template],
      });
    }
  });
});

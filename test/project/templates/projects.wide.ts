// Each new project does what its README says, and its infrastructure names what is there.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { execa } from "execa";
import { parse } from "yaml";
import { serveDirectory } from "../../../local/directory/serve-directory.ts";
import { byFolders } from "../../../local/sandbox/isolation.ts";
import { startService } from "../../../local/service.ts";
import { declareFunctions } from "../../../project/declare-functions.ts";
import { mergeManifests } from "../../../project/init/merge-manifests.ts";
import {
  infrastructureNames,
  type Template,
  type TemplateName,
  templateNames,
  templates,
} from "../../../project/init/templates.ts";
import { shellBlocks } from "../../docs/blocks.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { projectEnvironment } from "../../helpers/project-environment.ts";
import { cdkPackages } from "../../packages/cdk-folder.ts";
import { generate, install } from "./generate.ts";

const checkout = join(import.meta.dirname, "../../..");
const records = ["STDLAMBDA_BATCH", "STDLAMBDA_STDIN"];
const tools: Partial<Record<TemplateName, readonly string[]>> = {
  python: ["python3"],
  ruby: ["ruby"],
};
/** Its script, where there is one beside the function. */
const scriptOf = (template: TemplateName) => {
  const facts: Template = templates[template];
  return facts.script === undefined ? [] : [facts.script];
};

describe("a new project", { concurrency: 2 }, () => {
  for (const template of templateNames) {
    it(`of ${template} runs, is invoked and is built as its README says`, async (test) => {
      const missing = missingTool(tools[template]);
      if (missing) return test.skip(missing);
      const folder = await generate(test, { template, infrastructure: "none" });
      install(folder);
      const blocks = shellBlocks(readFileSync(join(folder, "README.md"), "utf8"));
      const { byHand, request }: Template = templates[template];
      const blockCount = [byHand, request, "event", "build"].filter(Boolean).length;
      assert.equal(blocks.length, blockCount + scriptOf(template).length);
      for (const { command, output } of blocks) {
        const { exitCode, stdout, stderr } = await execa("sh", ["-euc", command], {
          cwd: folder,
          env: projectEnvironment(),
          stdin: "ignore",
          reject: false,
        });
        assert.equal(exitCode, 0, `${command}${stderr}`);
        if (output !== undefined) assert.equal(stdout, output.trimEnd());
      }
      assert.ok(existsSync(join(folder, `dist/${templates[template].function}.zip`)));
    });
  }

  for (const template of templateNames) {
    it(`of ${template} answers in the local service`, async (test) => {
      const missing = missingTool(tools[template]);
      if (missing) return test.skip(missing);
      const infrastructure = template === "ts" ? "sam" : "none";
      const folder = await generate(test, { template, infrastructure });
      const { function: name, expected } = templates[template];
      const url = await serve(test, folder);
      const invocations = `${url}/2015-03-31/functions/${name}/invocations`;
      const event = readFileSync(join(folder, "event.json"));
      const response = await fetch(invocations, { method: "POST", body: event });
      assert.equal((await response.text()).trimEnd(), expected);
      if (scriptOf(template).length > 0) {
        const script = await fetch(invocations.replace(name, "shout"), {
          method: "POST",
          body: event,
        });
        assert.equal(await script.text(), "HELLO, ADA!\n");
      }
    });
  }

  it("of http answers requests to its URL", async (test) => {
    const url = `${await serve(test, await generate(test, { template: "http", infrastructure: "none" }))}/lambda-url/web/`;
    const answer = await fetch(`${url}?name=Ada`);
    assert.equal(answer.headers.get("content-type"), "application/json");
    assert.equal(await answer.text(), '{"greeting":"Hello, Ada!"}');
    const refused = await fetch(url, { method: "PUT" });
    assert.equal(refused.status, 405);
    assert.equal(refused.headers.get("allow"), "GET");
  });

  it("of cgi shows its page, with nothing of the query in it but a name", async (test) => {
    const url = `${await serve(test, await generate(test, { template: "cgi", infrastructure: "none" }))}/lambda-url/page/`;
    for (const [query, name] of [
      ["?name=Ada", "Ada"],
      ["?other=1&name=Grace&name=Ada", "Grace"],
      ["", "World"],
      ["?name=%3Cscript%3E", "World"],
    ]) {
      const answer = await fetch(`${url}${query}`);
      assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
      assert.match(await answer.text(), new RegExp(`<h1>Hello, ${name}!</h1>\n$`));
    }
  });

  for (const template of ["ts", "http", "sqs"] as const) {
    it(`of ${template} type-checks`, async (test) => {
      const folder = await generate(test, { template, infrastructure: "none" });
      install(folder);
      const { stdout } = await execa(join(folder, "node_modules/.bin/tsc"), [], {
        cwd: folder,
        reject: false,
      });
      assert.equal(stdout, "");
    });
  }

  for (const template of templateNames) {
    for (const infrastructure of infrastructureNames) {
      it(`of ${template} with ${infrastructure} is declared, and warns only of what AWS alone uses`, async (test) => {
        const folder = await generate(test, { template, infrastructure, architecture: "arm64" });
        const { functions, warnings } = await declareFunctions(folder, process.env);
        const facts: Template = templates[template];
        const unused = { queue: "Events, Policies", schedule: "Events", url: "", none: "" };
        const names = infrastructure === "sam" ? unused[facts.trigger ?? "none"] : "";
        const expected = names && [`template.yaml: not used on this machine: ${names}.`];
        assert.deepEqual(warnings, expected || []);
        assert.deepEqual(
          functions.map(
            ({ name, handler, root, memory, timeout, architecture, url, environment }) => ({
              ...{ name, handler, root, memory, timeout, architecture },
              settings: Object.keys(environment).filter((one) => one.startsWith("STDLAMBDA_")),
              hasUrl: url !== undefined,
            }),
          ),
          [
            facts,
            ...scriptOf(template).map((handler) => ({ ...facts, function: "shout", handler })),
          ].map(({ function: name, handler, timeout }) => ({
            ...{ name, handler, root: join(folder, "functions"), memory: 256, timeout },
            architecture: "arm64",
            hasUrl: facts.trigger === "url",
            settings: template === "sqs" ? records : [],
          })),
        );
      });

      it(`of ${template} with ${infrastructure} has whole files`, async (test) => {
        const folder = await generate(test, { template, infrastructure });
        for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
          const file = join(folder, name);
          if (!statSync(file).isFile()) continue;
          const text = readFileSync(file, "utf8");
          assert.doesNotMatch(text, /\{\{|\}\}(?!\})|undefined/, name);
          assert.match(text, /\S\n$/, `${name} does not end with one newline`);
          // Two stand between Python's functions.
          assert.doesNotMatch(
            text,
            name.endsWith(".py") ? /\n{4}/ : /\n{3}/,
            `${name} has empty lines`,
          );
          assert.equal((statSync(file).mode & 0o100) !== 0, text.startsWith("#!"), name);
          if (name.endsWith(".json")) JSON.parse(text);
          if (/\.ya?ml$/.test(name)) parse(text, { logLevel: "error" });
        }
      });
    }
  }
});

/** As `stdlambda dev` does. */
async function serve(test: TestContext, directory: string): Promise<string> {
  const region = "us-east-1";
  const service = await startService({
    directory: join(directory, ".stdlambda"),
    host: "127.0.0.1",
    port: 0,
    region,
    concurrency: 10,
    isolate: byFolders,
    freeze: false,
    hostBootstrap: join(checkout, "host/bootstrap"),
    runtimeClientFolders: [],
    env: process.env,
    onFault: (message) => test.diagnostic(message),
  });
  test.after(() => service.close());
  const served = await serveDirectory(service, {
    directory,
    region,
    accountId: "012345678912",
    env: process.env,
    watch: false,
    override: {},
    onNews: (_, message) => test.diagnostic(message),
  });
  test.after(() => served.close());
  await service.open();
  return service.url;
}

describe("the versions in new projects", () => {
  const own = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));

  it("are the project's own where it has the same package", async (test) => {
    const folder = await generate(test, { template: "ts", infrastructure: "cdk" });
    const { devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const known = { ...own.dependencies, ...own.devDependencies, stdlambda: own.version };
    const constructs = JSON.parse(
      readFileSync(join(checkout, "packages/cdk/package.json"), "utf8"),
    );
    known["@stdlambda/cdk"] = constructs.version;
    for (const name of ["stdlambda", "@stdlambda/cdk", "tsx", "typescript", "@types/node"]) {
      assert.equal(devDependencies[name], known[name], name);
    }
    assert.equal(constructs.peerDependencies.stdlambda, own.version);
    const tested = cdkPackages.map((name) => name.split("@"));
    for (const [name = "", version] of tested) {
      assert.equal(devDependencies[name], version);
      assert.equal(constructs.devDependencies[name], version);
    }
  });
});

it("several package.json become one, with its dependencies in npm's order", () => {
  const merged = mergeManifests([
    '{"name":"a","scripts":{"b":"1"},"devDependencies":{"z":"1"}}',
    '{"scripts":{"c":"2"},"devDependencies":{"a":"2","z":"3"}}',
  ]);
  assert.equal(
    JSON.stringify(JSON.parse(merged)),
    '{"name":"a","scripts":{"b":"1","c":"2"},"devDependencies":{"a":"2","z":"3"}}',
  );
});

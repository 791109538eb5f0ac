// AWS's runtimes of Python and Ruby, run by this machine's interpreters: what a function finds there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { makeZip } from "../store/make-zip.ts";
import { bubblewrap, startTestService } from "./test-service.ts";

const isolations = { "by folders": undefined, "by bubblewrap": bubblewrap };

for (const [how, isolate] of Object.entries(isolations)) {
  const without =
    how === "by bubblewrap" && !bubblewrap
      ? missingTool(["bwrap"]) || "bwrap is not allowed here"
      : false;
  const options = isolate === undefined ? {} : { isolate };

  suite(`Python and Ruby as on Lambda, isolated ${how}`, {
    skip: missingTool(["python3", "ruby"]) || without,
  }, () => {
    test("templates, with what their layers bring", async (t) => {
      const service = await startTestService(
        t,
        {
          "template.yaml": `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { CodeUri: src, Layers: [ !Ref Tools ] } }
Resources:
  Tools: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: layer } }
  Python:
    Type: AWS::Serverless::Function
    Properties:
      { Handler: app.lambda_handler, Runtime: python3.12, Environment: { Variables: { PYTHONPATH: own } } }
  Dotted:
    Type: AWS::Serverless::Function
    Properties: { Handler: pack.deep.handler, Runtime: python3.12 }
  Package:
    Type: AWS::Serverless::Function
    Properties: { Handler: pack.handler, Runtime: python3.13 }
  Ruby:
    Type: AWS::Serverless::Function
    Properties: { Handler: app.Orders::Api.call, Runtime: ruby3.3 }
`,
          // What the same handler would mean under another runtime.
          "src/app.js": "exports.lambda_handler = async () => 'Node'",
          "src/app.py": `#!/usr/bin/python3.0
import os, shared, versioned, own_module
def lambda_handler(event, context):
    return [event, shared.name, versioned.name, own_module.name, os.environ["AWS_EXECUTION_ENV"],
            [name for name in os.environ if name.startswith("_STDLAMBDA_INT")]]
`,
          "src/own/own_module.py": "name = 'own'",
          "src/pack/__init__.py": "def handler(event, context): return __name__",
          "src/pack/deep.py":
            "from . import handler as above\ndef handler(event, context): return [__name__, above(0, 0)]",
          "src/app.rb": `require "from_lib"
require "from_gem"
module Orders
  class Api
    def self.call(event:, context:)
      [event, FROM_LIB, FROM_GEM, context.function_name]
    end
  end
end
`,
          "layer/python/shared.py": "name = 'shared'",
          "layer/python/lib/python3.12/site-packages/versioned.py": "name = 'versioned'",
          "layer/ruby/lib/from_lib.rb": "FROM_LIB = 'lib'",
          "layer/ruby/gems/3.3.0/gems/from_gem-1.0.0/lib/from_gem.rb": "FROM_GEM = 'gem'",
          "layer/ruby/gems/3.3.0/specifications/from_gem-1.0.0.gemspec":
            'Gem::Specification.new { |s| s.name = "from_gem"; s.version = "1.0.0"; s.summary = "x"; s.authors = ["x"]; s.files = [] }',
        },
        options,
      );
      const answer = async (name: string) =>
        (await service.invoke(name, { a: 1 })).json() as Promise<unknown>;
      assert.deepEqual(
        await answer("Python"),
        [{ a: 1 }, "shared", "versioned", "own", "AWS_Lambda_python3.12", []],
        service.log("Python").join("\n"),
      );
      assert.deepEqual(await answer("Dotted"), ["pack.deep", "pack"]);
      assert.equal(await answer("Package"), "pack");
      assert.deepEqual(
        await answer("Ruby"),
        [{ a: 1 }, "lib", "gem", "Ruby"],
        service.log("Ruby").join("\n"),
      );
    });

    test("CreateFunction, and a wrapper that gets the runtime's command", async (t) => {
      const service = await startTestService(t, {}, options);
      const wrapper = '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n';
      const zip = makeZip([
        {
          name: "app.py",
          content: "import os\ndef handler(e, c): return os.environ['WRAPPED']",
          mode: 0o100644,
        },
        { name: "wrap", content: wrapper, mode: 0o100755 },
      ]);
      const created = await fetch(`${service.url}/2015-03-31/functions`, {
        method: "POST",
        body: JSON.stringify({
          FunctionName: "made",
          Role: "arn:aws:iam::123456789012:role/any",
          Runtime: "python3.13",
          Handler: "app.handler",
          Code: { ZipFile: zip.toString("base64") },
          Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: "/var/task/wrap" } },
        }),
      });
      assert.equal(created.status, 201, await created.text());
      await delay(100); // Until it is Active.
      assert.equal(await (await service.invoke("made")).json(), "yes");
    });
  });
}

suite("A folder of Python and Ruby", { skip: missingTool(["python3", "ruby"]) }, () => {
  test("has functions by AWS's names for them, and scripts", async (t) => {
    const service = await startTestService(t, {
      "lambda_function.py": "def lambda_handler(event, context): return context.function_name",
      "typed.py": "def handler(\n    event: dict,\n    context,\n) -> str:\n    return 'typed'\n",
      "made.py": "lambda_handler = lambda event, context: 'made'",
      "plain.py": "def handler(signal, frame): pass\nprint('plain')",
      "shebang.py":
        "#!/usr/bin/env python3\ndef lambda_handler(event, context): pass\nprint('script')",
      "words.rb": "def lambda_handler(event:, context:)\n  'words'\nend",
      "loose.rb": "def handler(thing)\nend\nputs 'loose'",
    });
    const texts: Record<string, string> = {};
    for (const name of ["lambda_function", "typed", "made", "plain", "shebang", "words", "loose"]) {
      texts[name] = (await (await service.invoke(name)).text()).trim();
    }
    assert.deepEqual(texts, {
      lambda_function: '"lambda_function"',
      typed: '"typed"',
      made: '"made"',
      plain: "plain",
      shebang: "script",
      words: '"words"',
      loose: "loose",
    });
  });
});

test("says once which version runs a runtime that this machine does not have", {
  skip: missingTool(["python3"]),
}, async (t) => {
  const [here = ""] =
    /\d+\.\d+/.exec(execFileSync("python3", ["--version"], { encoding: "utf8" })) ?? [];
  const other = here === "3.10" ? "python3.11" : "python3.10";
  const config = (runtime: string) => ({ handler: "app.handler", runtime });
  const service = await startTestService(t, {
    "stdlambda.config.json": JSON.stringify({
      functions: { one: config(other), two: config(other), same: config(`python${here}`) },
    }),
    "app.py": "def handler(event, context): return 1",
  });
  for (const name of ["same", "one", "two"]) await service.invoke(name);
  assert.deepEqual(
    service.faults.map((fault) => fault.replace(/\S*: /, "").replace(/\(.*\)/, "(…)")),
    [
      `${other} functions are run by Python ${service.faults[0]?.match(/\d+\.\d+\.\d+/)?.[0]} (…); put ${other} on PATH to run them by Lambda's version`,
    ],
  );
  assert.ok(service.faults[0]?.includes(`Python ${here}.`));
});

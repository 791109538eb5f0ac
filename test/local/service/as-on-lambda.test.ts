// What a function finds where Lambda puts it: its variables, its programs, its own code.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { makeZip } from "../store/make-zip.ts";
import { bubblewrap, startTestService, type TestService, until } from "./test-service.ts";

const skip = missingTool(["bash", "curl"]);

/** A runtime in a shell that answers with what its handler prints. */
function runtime(shebang: string, handle: string): string {
  return `#!${shebang}
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  id=$(curl -s -D - -o /dev/null "$api/next" | tr -d '\\r' | sed -n 's/^lambda-runtime-aws-request-id: //Ip')
  ${handle} | curl -s -o /dev/null --data-binary @- "$api/$id/response"
done
`;
}

const isolations = { "by folders": undefined, "by bubblewrap": bubblewrap };

for (const [how, isolate] of Object.entries(isolations)) {
  const without =
    how === "by bubblewrap" && !bubblewrap
      ? missingTool(["bwrap"]) || "bwrap is not allowed here"
      : false;

  suite(`A function that is shown its files ${how}`, { skip: skip || without }, () => {
    const options = isolate === undefined ? {} : { isolate };
    const shell = readFileSync("/bin/bash");

    const places: Record<string, Record<string, string | Buffer>> = {
      "in a layer that brings bootstrap and interpreter": {
        "task/any": "",
        "layer/bootstrap*": runtime("/opt/bin/lisp -u", "echo $-"),
        "layer/bin/lisp*": shell,
      },
      "in the function, whose interpreter a layer brings": {
        "task/bootstrap*": runtime("/opt/bin/lisp -u", "echo $-"),
        "layer/bin/lisp*": shell,
      },
      "in the function with its interpreter": {
        "task/bootstrap*": runtime("/var/task/lisp -u", "echo $-"),
        "task/lisp*": shell,
        "layer/other": "",
      },
      "an interpreter that is a script itself": {
        "task/bootstrap*": runtime("/opt/bin/lisp", "echo $-"),
        "layer/bin/lisp*": '#!/opt/bin/real -e\nexec /bin/bash -u "$@"\n',
        "layer/bin/real*": shell,
      },
    };
    for (const [where, files] of Object.entries(places)) {
      test(`runs a shebang below Lambda's own folders: ${where}`, async (t) => {
        const service = await startTestService(
          t,
          {
            "stdlambda.config.json": JSON.stringify({
              functions: { lisp: { handler: "any", root: "task", layers: ["layer"] } },
            }),
            ...files,
          },
          options,
        );
        assert.match(await (await service.invoke("lisp")).text(), /u/, service.log("lisp").join());
      });
    }

    for (const [what, files, reason] of [
      ["is not there", {}, "no such file or directory"],
      ["cannot be executed", { "layer/bin/lisp": shell }, "permission denied"],
      ["is no program", { "layer/bin/lisp*": "text" }, "exec format error"],
    ] as const) {
      test(`says that the interpreter of a shebang ${what}`, async (t) => {
        const service = await startTestService(
          t,
          {
            "stdlambda.config.json": JSON.stringify({
              functions: { lisp: { handler: "any", root: "task", layers: ["layer"] } },
            }),
            "task/bootstrap*": "#!/opt/bin/lisp\n",
            "layer/other": "",
            ...files,
          },
          options,
        );
        const error = (await (await service.invoke("lisp")).json()) as Record<string, string>;
        assert.equal(error.errorType, "Runtime.InvalidEntrypoint");
        assert.match(
          error.errorMessage ?? "",
          new RegExp(`fork/exec /var/task/bootstrap: ${reason}`),
        );
      });
    }

    test("runs an extension whose interpreter lies in a layer", async (t) => {
      const service = await startTestService(
        t,
        {
          "stdlambda.config.json": JSON.stringify({
            functions: { watched: { handler: "any", root: "task", layers: ["layer"] } },
          }),
          "task/bootstrap*": runtime("/bin/bash", "echo 1"),
          "layer/bin/lisp*": shell,
          "layer/extensions/watch*": `#!/opt/bin/lisp
id=$(curl -s -D - -o /dev/null -H "Lambda-Extension-Name: watch" -d '{"events":[]}' "http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension/register" | tr -d '\\r' | sed -n 's/^lambda-extension-identifier: //Ip')
curl -s -H "Lambda-Extension-Identifier: $id" "http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension/event/next"
`,
        },
        options,
      );
      assert.equal(await (await service.invoke("watched")).text(), "1\n");
      assert.match(service.log("watched").join("\n"), /EXTENSION\tName: watch\tState: Ready/);
    });

    test("cannot change the layer of another function", async (t) => {
      const service = await startTestService(t, {}, options);
      const handle =
        '{ cd "$(dirname "$0")"; cat shared; (echo changed >>shared) 2>/dev/null; true; }';
      const layer = makeZip([
        { name: "bootstrap", content: runtime("/bin/bash", handle), mode: 0o100755 },
        { name: "shared", content: "original\n", mode: 0o100644 },
      ]);
      const published = await fetch(`${service.url}/2018-10-31/layers/both/versions`, {
        method: "POST",
        body: JSON.stringify({ Content: { ZipFile: layer.toString("base64") } }),
      });
      const { LayerVersionArn } = (await published.json()) as { LayerVersionArn: string };
      for (const name of ["one", "two"]) {
        const zip = makeZip([{ name: "any", content: name, mode: 0o100644 }]);
        await create(service, name, zip, [LayerVersionArn]);
      }
      for (const name of ["one", "two"]) {
        assert.equal(await (await service.invoke(name)).text(), "original\n", name);
      }
    });

    test("cannot change the code of another function with the same zip", async (t) => {
      const service = await startTestService(t, {}, options);
      // Tells what was there before it wrote.
      const handle =
        '{ cd "$LAMBDA_TASK_ROOT"; cat shared left 2>/dev/null; (echo changed >>shared; echo >left) 2>/dev/null; }';
      const zip = makeZip([
        { name: "bootstrap", content: runtime("/bin/bash", handle), mode: 0o100755 },
        { name: "shared", content: "original\n", mode: 0o100644 },
      ]);
      for (const name of ["one", "two"]) await create(service, name, zip);
      for (const name of ["one", "two"]) {
        assert.equal(await (await service.invoke(name)).text(), "original\n", name);
      }
      // A function that is created again does not find what it left.
      await fetch(`${service.url}/2015-03-31/functions/one`, { method: "DELETE" });
      await create(service, "one", zip);
      assert.equal(await (await service.invoke("one")).text(), "original\n");
    });
  });
}

test("an OS-only runtime has no search path of a language, Lambda's Node has its own", async (t) => {
  const names = ["NODE_PATH", "PYTHONPATH", "RUBYLIB", "PERL5LIB"];
  const service = await startTestService(t, {
    "stdlambda.config.json": JSON.stringify({
      functions: {
        own: { handler: "env.sh" },
        own2: { handler: "env.sh", runtime: "provided.al2" },
        node: { handler: "index.handler", runtime: "nodejs24.x" },
      },
    }),
    "env.sh": "#!/bin/sh\nenv\n",
    "index.mjs": "export const handler = async () => process.env;",
  });
  for (const name of ["own", "own2"]) {
    const lines = (await (await service.invoke(name)).text()).split("\n");
    assert.ok(lines.includes(`AWS_LAMBDA_FUNCTION_NAME=${name}`));
    for (const variable of names) {
      assert.ok(!lines.some((line) => line.startsWith(`${variable}=`)), variable);
    }
  }
  const variables = (await (await service.invoke("node")).json()) as Record<string, string>;
  assert.match(variables.NODE_PATH ?? "", /\/nodejs\/node24\/node_modules:/);
  assert.equal(variables.PYTHONPATH, undefined);
});

test("a client context is for synchronous invocations only", async (t) => {
  const service = await startTestService(t, {
    "context.mjs":
      "export const handler = async (e, { clientContext }) => { console.log('context', JSON.stringify(clientContext)); return clientContext ?? 'none'; };",
    "stdlambda.config.json": JSON.stringify({
      functions: { context: { handler: "context.handler" } },
    }),
  });
  const header = { "x-amz-client-context": Buffer.from('{"custom":{"k":"v"}}').toString("base64") };
  assert.deepEqual(await (await service.invoke("context", {}, header)).json(), {
    custom: { k: "v" },
  });
  const event = { ...header, "x-amz-invocation-type": "Event" };
  assert.equal((await service.invoke("context", {}, event)).status, 202);
  const lines = () => service.log("context").filter((line) => line.includes("context "));
  await until(() => lines().length === 2, "both invocations");
  assert.match(lines()[0] ?? "", /context \{"custom"/);
  assert.match(lines()[1] ?? "", /context undefined/);
});

async function create(
  service: TestService,
  name: string,
  zip: Buffer,
  Layers: readonly string[] = [],
): Promise<void> {
  const response = await fetch(`${service.url}/2015-03-31/functions`, {
    method: "POST",
    body: JSON.stringify({
      FunctionName: name,
      Runtime: "provided.al2023",
      Role: "arn:aws:iam::012345678912:role/any",
      Handler: "any",
      Layers,
      Code: { ZipFile: zip.toString("base64") },
    }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  // It is Pending for a moment.
  await delay(60);
}

// The AWS CLI against `stdlambda dev`: one function from its layer to its end.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { awsCommand } from "./aws-command.ts";
import { startDev } from "./dev-process.ts";
import { zip } from "./zip.ts";

const skip = missingTool(["aws", "bash", "curl"]);
const role = "arn:aws:iam::012345678912:role/anything";
const bootstrap = readFileSync(join(import.meta.dirname, "../fixtures/end-to-end/bootstrap"));
const raw = ["--cli-binary-format", "raw-in-base64-out"];

suite("The AWS CLI", { skip, timeout: 170_000 }, () => {
  test("takes a function from its layer to its end", async (t) => {
    const dev = await startDev(t, { "one.sh": "cat", "two.sh": "cat", "three.sh": "cat" });
    const folder = temporaryFiles();
    const aws = awsCommand(dev.url, folder);
    const save = async (name: string, files: Record<string, string | Buffer>) =>
      writeFileSync(join(folder, name), await zip(files));
    const lambda = (operation: string, ...args: string[]) =>
      aws.json("lambda", operation, "--function-name", "shell", ...args);
    const invoke = async (...args: string[]) => {
      const answer = await lambda("invoke", ...raw, ...args, "out.json");
      return { ...answer, body: readFileSync(join(folder, "out.json"), "utf8") };
    };

    await save("layer.zip", { "bootstrap*": bootstrap });
    const layer = await aws.json(
      "lambda",
      "publish-layer-version",
      ...["--layer-name", "bash-runtime", "--compatible-runtimes", "provided.al2023"],
      ...["--zip-file", "fileb://layer.zip"],
    );
    await save("function.zip", { "function.sh": 'echo "a line of the log" >&2; cat' });
    const created = await lambda(
      "create-function",
      ...["--runtime", "provided.al2023", "--handler", "function.sh", "--role", role],
      ...["--layers", layer.LayerVersionArn, "--zip-file", "fileb://function.zip"],
      ...["--timeout", "10", "--tags", "stage=test"],
    );
    assert.equal(created.State, "Pending");
    await aws.text("lambda", "wait", "function-active-v2", "--function-name", "shell");

    const tailed = await invoke("--payload", '{"n":1}', "--log-type", "Tail");
    assert.deepEqual(
      [tailed.StatusCode, tailed.ExecutedVersion, tailed.body],
      [200, "$LATEST", '{"n":1}\n'],
    );
    assert.match(
      Buffer.from(tailed.LogResult, "base64").toString(),
      /START RequestId.*a line of the log.*REPORT RequestId/s,
    );
    assert.equal((await invoke("--invocation-type", "DryRun")).StatusCode, 204);
    const queued = await invoke("--invocation-type", "Event", "--payload", '{"n":2}');
    assert.deepEqual([queued.StatusCode, queued.body], [202, ""]);

    await save("function.zip", { "function.sh": "exit 7" });
    const updated = await lambda("update-function-code", "--zip-file", "fileb://function.zip");
    assert.equal(updated.LastUpdateStatus, "InProgress");
    assert.notEqual(updated.CodeSha256, created.CodeSha256);
    await aws.text("lambda", "wait", "function-updated-v2", "--function-name", "shell");
    const failed = await invoke();
    assert.deepEqual([failed.StatusCode, failed.FunctionError], [200, "Unhandled"]);
    assert.deepEqual(JSON.parse(failed.body), {
      errorType: "Function.Failed",
      errorMessage: "exit status 7",
    });
    const configured = await lambda(
      "update-function-configuration",
      ...["--memory-size", "256", "--environment", "Variables={STAGE=test}"],
    );
    assert.equal(configured.MemorySize, 256);
    await aws.text("lambda", "wait", "function-updated-v2", "--function-name", "shell");

    const { Version } = await lambda("publish-version");
    assert.equal(Version, "1");
    await lambda("create-alias", "--name", "live", "--function-version", "1");
    await lambda("update-alias", "--name", "live", "--description", "what is served");
    const { Aliases } = await lambda("list-aliases");
    assert.deepEqual(
      Aliases.map((alias: Record<string, string>) => [
        alias.Name,
        alias.FunctionVersion,
        alias.Description,
      ]),
      [["live", "1", "what is served"]],
    );
    assert.equal((await invoke("--qualifier", "live")).ExecutedVersion, "1");

    const url = await lambda("create-function-url-config", "--auth-type", "NONE");
    assert.equal((await fetch(url.FunctionUrl)).status, 502, "the function still fails");
    await lambda(
      "add-permission",
      ...["--statement-id", "s3", "--action", "lambda:InvokeFunction"],
      ...["--principal", "s3.amazonaws.com"],
    );
    assert.equal(JSON.parse((await lambda("get-policy")).Policy).Statement[0].Sid, "s3");
    const { Tags } = await aws.json("lambda", "list-tags", "--resource", created.FunctionArn);
    assert.deepEqual(Tags, { stage: "test" });

    const list = ["lambda", "list-functions", "--page-size", "1"];
    const limited = await aws.json(...list, "--max-items", "2");
    assert.equal(limited.Functions.length, 2);
    const rest = await aws.json(...list, "--starting-token", limited.NextToken);
    assert.deepEqual(
      [...limited.Functions, ...rest.Functions].map(({ FunctionName }) => FunctionName),
      ["one", "shell", "three", "two"],
    );

    const group = "/aws/lambda/shell";
    const filtered = await aws.json(
      ...["logs", "filter-log-events", "--log-group-name", group],
      ...["--filter-pattern", '"a line of the log"'],
    );
    assert.ok(filtered.events.length >= 1);
    assert.ok(
      filtered.events.every(({ message }: { message: string }) =>
        message.startsWith("a line of the log"),
      ),
    );
    assert.match(await aws.text("logs", "tail", group), /REPORT RequestId: /);

    await lambda("delete-function", "--qualifier", "1").catch((error) =>
      assert.match(error.stderr, /ResourceConflictException.*live/),
    );
    await lambda("delete-function");
    await assert.rejects(invoke(), (error: Error & { stderr: string }) => {
      assert.match(error.stderr, /\(ResourceNotFoundException\)/);
      return true;
    });
  });

  test("speaks to a wider address with the token as its access key", async (t) => {
    const token = "0123456789abcdef0123";
    const dev = await startDev(
      t,
      { "echo.sh": "cat" },
      { args: ["--host", "0.0.0.0", "--token", token] },
    );
    const folder = temporaryFiles();
    const endpoint = dev.url.replace("0.0.0.0", "127.0.0.1");
    const call = [...["lambda", "invoke", "--function-name", "echo"], ...raw];
    const arguments_ = [...call, "--payload", '"hello"', "out.json"];
    await awsCommand(endpoint, folder, { AWS_ACCESS_KEY_ID: token }).text(...arguments_);
    assert.equal(readFileSync(join(folder, "out.json"), "utf8"), '"hello"');
    await assert.rejects(
      awsCommand(endpoint, folder).text(...arguments_),
      (error: Error & { stderr: string }) => {
        assert.match(error.stderr, /AccessDeniedException.*token/s);
        return true;
      },
    );
  });
});

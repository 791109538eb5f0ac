// What AWS's Python runtime does, and ours therefore does too: context, logging, results, places.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { temporaryFiles } from "../temporary-files.ts";

const skip = missingTool(["python3"]);

const root = temporaryFiles({
  "context.py": `def handler(event, context):
    names = ["aws_request_id", "function_name", "function_version", "invoked_function_arn",
             "memory_limit_in_mb", "log_group_name", "log_stream_name", "tenant_id"]
    return {**{name: getattr(context, name) for name in names},
            "remaining": context.get_remaining_time_in_millis(),
            "client": context.client_context and [context.client_context.custom, context.client_context.client.app_title],
            "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]}
`,
  "logs.py": `import logging
logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)
logging.basicConfig(level=logging.INFO)
def handler(event, context):
    print("printed before")
    logger.info("said\\nin two lines")
    logging.warning("warned %s", 1, extra={"order": 7})
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception("divided")
    return 1
`,
  "results.py": `import collections, datetime, decimal, uuid
Point = collections.namedtuple("Point", "x y")
class Record:
    def _asdict(self): return {"is": Point(1, 2)}
circle = []
circle.append(circle)
values = {
    "decimal": decimal.Decimal("1.50"), "nested": {"a": [decimal.Decimal("2.10"), Point(1, [Point(2, 3)])]},
    "point": Point(1, 2), "nan": float("nan"), "text": "é\\U0001f600", "tuple": (1, 2), "none": None,
    "date": datetime.datetime(2026, 1, 1), "set": {1}, "bytes": b"\\xff\\x00raw", "surrogate": "\\ud800",
    "inner": {"a": b"bytes"}, "key": {b"k": [1]}, "record": [Record()], "circle": circle, "array": bytearray(b"x"),
}
def handler(event, context):
    return values[event]
`,
  "fails.py":
    'def handler(event, context):\n    return inner(event)\ndef inner(event):\n    return event["missing"]\n',
  "src/deep/app.py": `from . import helper
import shared
def handler(event, context):
    return [__name__, helper.name, shared.name]
class Api:
    @staticmethod
    def get(event, context):
        return "got"
`,
  "src/deep/helper.py": 'name = "helper"\n',
  "shared.py": 'name = "shared"\n',
  "random.py": 'def handler(event, context):\n    return "mine"\n',
  "needs/boto.py": "import boto3\ndef handler(e, c): pass",
  "needs/listed.py": "import not_there\ndef handler(e, c): pass",
  "needs/compiled.py": "import fast._core\ndef handler(e, c): pass",
  "needs/inner.py": "from fast import nothing\ndef handler(e, c): pass",
  "needs/requirements.txt": "not_there\n",
  "fast/__init__.py": "",
  "fast/_core.cpython-27-pdp11.so": "",
  "forks.py": `import os
def handler(event, context):
    if event == "fork" and os.fork() == 0:
        return "from the child"
    return "from the parent"
`,
});

async function results(handler: string, events: readonly unknown[], env = {}) {
  await using host = await startHost({ handler, root, env });
  const answers = [];
  for (const event of events) {
    const { status, body, log } = await host.invoke(JSON.stringify(event));
    answers.push({ status, body: body.toString(), bytes: body, log });
  }
  return answers;
}

describe("a Python function under `aws`", { skip }, () => {
  it("gets the context of AWS's runtime", async () => {
    await using host = await startHost({ handler: "context.handler", root });
    const bare = JSON.parse((await host.invoke("{}")).body.toString());
    assert.deepEqual([bare.client, bare.identity, bare.tenant_id], [null, [null, null], null]);
    const { body, requestId } = await host.invoke("{}", {
      headers: {
        "Lambda-Runtime-Client-Context": '{"client":{"app_title":"t"},"custom":{"k":"v"}}',
        "Lambda-Runtime-Cognito-Identity": '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
        "Lambda-Runtime-Aws-Tenant-Id": "blue",
      },
    });
    const context = JSON.parse(body.toString());
    assert.equal(context.aws_request_id, requestId);
    assert.equal(context.function_name, "test");
    assert.equal(context.function_version, "$LATEST");
    assert.match(context.invoked_function_arn, /^arn:aws:lambda:/);
    assert.equal(context.memory_limit_in_mb, "512");
    assert.equal(context.log_group_name, "/aws/lambda/test");
    assert.equal(context.log_stream_name, "2026/01/01/[$LATEST]test");
    assert.equal(context.tenant_id, "blue");
    assert.deepEqual(context.client, [{ k: "v" }, "t"]);
    assert.deepEqual(context.identity, ["i", "p"]);
    assert.ok(context.remaining > 5000 && context.remaining <= 10_000, String(context.remaining));
  });

  it("logs with level and request id, a record a line, in order with what it prints", async () => {
    await using host = await startHost({ handler: "logs.handler", root });
    const { log, requestId } = await host.invoke("{}");
    const lines = log.trimEnd().split("\n");
    assert.equal(lines[0], "printed before");
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    assert.match(
      lines[1] ?? "",
      new RegExp(`^\\[INFO\\]\t${time}\t${requestId}\tsaid\rin two lines$`),
    );
    assert.match(lines[2] ?? "", new RegExp(`^\\[WARNING\\]\t${time}\t${requestId}\twarned 1$`));
    assert.match(
      lines[3] ?? "",
      /^\[ERROR\]\t.*\tdivided\rTraceback .*ZeroDivisionError: division by zero$/s,
    );
    assert.equal(lines.length, 4, log);
  });

  it("logs JSON in the JSON format, filtered by level", async () => {
    const env = { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "WARN" };
    await using host = await startHost({ handler: "logs.handler", root, env });
    const { log, requestId } = await host.invoke("{}");
    const records = log
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map(({ level }) => level),
      ["WARNING", "ERROR"],
    );
    const [warning, error] = records;
    assert.equal(warning.requestId, requestId);
    assert.equal(warning.message, "warned 1");
    assert.equal(warning.order, 7);
    assert.equal(warning.logger, "root");
    assert.equal(error.errorType, "ZeroDivisionError");
    assert.match(error.location, /logs\.py:handler:\d+$/);
  });

  it("has its results written as AWS's client writes them", async () => {
    const bodies = async (...names: string[]) =>
      (await results("results.handler", names)).map(({ body }) => body);
    assert.deepEqual(
      await bodies(
        "decimal",
        "nested",
        "point",
        "nan",
        "text",
        "tuple",
        "none",
        "surrogate",
        "inner",
        "key",
        "record",
      ),
      [
        "1.50",
        '{"a": [2.10, {"x": 1, "y": [{"x": 2, "y": 3}]}]}',
        '{"x": 1, "y": 2}',
        "NaN",
        '"é\u{1F600}"',
        "[1, 2]",
        "null",
        '"\\ud800"',
        '{"a": "bytes"}',
        '{"k": [1]}',
        '[{"is": {"x": 1, "y": 2}}]',
      ],
    );
    const old = { AWS_EXECUTION_ENV: "AWS_Lambda_python3.11" };
    const [text] = await results("results.handler", ["text"], old);
    assert.equal(text?.body, String.raw`"\u00e9\ud83d\ude00"`);
    const [bytes] = await results("results.handler", ["bytes"]);
    assert.deepEqual(bytes?.bytes, Buffer.from("\xff\0raw", "latin1"));
    const refused = { date: "datetime", set: "set", array: "bytearray", circle: "" };
    for (const [name, kind] of Object.entries(refused)) {
      const [{ status, body } = { status: "", body: "" }] = await results("results.handler", [
        name,
      ]);
      assert.equal(status, "error");
      const { errorType, errorMessage } = JSON.parse(body);
      assert.equal(errorType, "Runtime.MarshalError");
      const why = kind
        ? `Object of type ${kind} is not JSON serializable`
        : "Circular reference detected";
      assert.equal(errorMessage, `Unable to marshal response: ${why}`);
    }
  });

  it("has its errors as AWS's client reports them, with the request's id and plain frames", async () => {
    await using host = await startHost({ handler: "fails.handler", root });
    const { body, requestId } = await host.invoke("{}");
    assert.deepEqual(JSON.parse(body.toString()), {
      errorType: "KeyError",
      errorMessage: "'missing'",
      requestId,
      stackTrace: [
        `  File "${join(root, "fails.py")}", line 2, in handler\n    return inner(event)\n`,
        `  File "${join(root, "fails.py")}", line 4, in inner\n    return event["missing"]\n`,
      ],
    });
  });

  it("finds modules beside it and in the task root, by its name in packages", async () => {
    assert.deepEqual(
      (await results("src/deep/app.handler", [{}])).map(({ body }) => body),
      ['["src.deep.app", "helper", "shared"]'],
    );
    assert.equal((await results("src/deep/app.Api.get", [{}]))[0]?.body, '"got"');
    assert.equal((await results("module:src/deep/app.py#Api.get", [{}]))[0]?.body, '"got"');
  });

  it("is the file of the function, not a module of the same name", async () => {
    assert.equal((await results("random.handler", [{}]))[0]?.body, '"mine"');
  });

  it("says what to do about a module that is not there", async () => {
    const message = async (handler: string, env = {}) => {
      await using host = await startHost({ handler, root, env });
      return JSON.parse(String((await host.initError)?.body)).errorMessage;
    };
    // Without the packages of this machine, whatever they are.
    const bin = temporaryFiles({
      "python3*": `#!/bin/sh\nexec ${execFileSync("which", ["python3"], { encoding: "utf8" }).trim()} -S "$@"\n`,
    });
    const env = { PATH: `${bin}:${process.env.PATH}` };
    assert.match(
      await message("needs/boto.handler", env),
      /^Unable to import module 'needs\/boto': No module named 'boto3'\. .*python3 -m pip install boto3/,
    );
    assert.match(
      await message("needs/listed.handler"),
      /No module named 'not_there'\. Install what .*\/needs\/requirements\.txt lists/,
    );
    assert.match(
      await message("needs/compiled.handler"),
      /No module named 'fast\._core'\. There is _core\.cpython-27-pdp11\.so, which is built for another Python/,
    );
    assert.equal(
      await message("needs/inner.handler"),
      `Unable to import module 'needs/inner': cannot import name 'nothing' from 'fast' (${join(root, "fast/__init__.py")})`,
    );
  });

  it("may fork: the child answers nothing", async () => {
    const answers = await results("forks.handler", ["fork", "plain", "fork", "plain"]);
    assert.deepEqual(
      answers.map(({ body }) => body),
      Array(4).fill('"from the parent"'),
    );
  });
});

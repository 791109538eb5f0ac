// The Invoke operation over HTTP, with scripts behind it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startTestService, until } from "./test-service.ts";

const scripts = {
  "echo.sh": "#!/bin/sh\ncat\n",
  "fail.sh": "#!/bin/sh\necho because >&2\nexit 3\n",
  "context.sh": '#!/bin/sh\nprintf %s "$LAMBDA_RUNTIME_CONTEXT"\n',
  "environment.sh": "#!/bin/sh\nenv\n",
  "count.ts": "let count = 0;\nexport function main() { count += 1; console.log(count); }\n",
};

suite("Invoke", () => {
  test("answers with the script's bytes and AWS's headers", async (t) => {
    const service = await startTestService(t, scripts);
    const response = await service.invoke("echo", '{"a": [1,  2]}');
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '{"a": [1,  2]}');
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("x-amz-executed-version"), "$LATEST");
    assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
    assert.equal(response.headers.get("x-amz-function-error"), null);
    assert.equal(response.headers.get("x-amz-log-result"), null);
  });

  test("marks a function's error and keeps status 200", async (t) => {
    const service = await startTestService(t, scripts);
    const response = await service.invoke("fail");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-amz-function-error"), "Unhandled");
    const { errorType, errorMessage } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([errorType, errorMessage], ["Function.Exit3", "because"]);
  });

  test("takes a name, a partial ARN and an ARN, each with a qualifier", async (t) => {
    const service = await startTestService(t, scripts);
    const arn = "arn:aws:lambda:eu-central-1:012345678912:function:echo";
    for (const name of [
      "echo",
      "echo:$LATEST",
      "012345678912:function:echo",
      arn,
      `${arn}:$LATEST`,
    ]) {
      const response = await service.invoke(name, { name });
      assert.deepEqual(await response.json(), { name });
    }
    const context = await service.invoke("context:$LATEST");
    const { invokedFunctionArn } = (await context.json()) as { invokedFunctionArn: string };
    assert.equal(
      invokedFunctionArn,
      "arn:aws:lambda:eu-central-1:012345678912:function:context:$LATEST",
    );
  });

  test("answers what is not there with ResourceNotFoundException", async (t) => {
    const service = await startTestService(t, scripts);
    for (const name of ["nobody", "echo:7", "echo:live", "../echo", "node_modules.x"]) {
      const response = await service.invoke(name);
      const type = response.headers.get("x-amzn-errortype");
      assert.ok(response.status === 404 || type === "ValidationException", `${name}: ${type}`);
      await response.body?.cancel();
    }
    const response = await service.invoke("nobody");
    assert.equal(response.headers.get("x-amzn-errortype"), "ResourceNotFoundException");
    assert.deepEqual(await response.json(), {
      Type: "User",
      Message: "Function not found: arn:aws:lambda:eu-central-1:012345678912:function:nobody",
    });
  });

  test("refuses what is not JSON", async (t) => {
    const service = await startTestService(t, scripts);
    for (const event of ["{", "nonsense", "\u0000"]) {
      const response = await service.invoke("echo", event);
      assert.equal(response.status, 400);
      assert.equal(response.headers.get("x-amzn-errortype"), "InvalidRequestContentException");
      const { message } = (await response.json()) as { message: string };
      assert.match(message, /^Could not parse request body into json: /);
    }
  });

  test("hands an empty payload on as an empty object", async (t) => {
    const service = await startTestService(t, scripts);
    assert.equal(await (await service.invoke("echo", "")).text(), "{}");
  });

  test("takes an event of the greatest size, and refuses one byte more", async (t) => {
    const service = await startTestService(t, { "size.sh": "#!/bin/sh\nwc -c\n" });
    const limit = 6_291_556;
    const largest = `"${"x".repeat(limit - 2)}"`;
    assert.equal(Number(await (await service.invoke("size", largest)).text()), limit);
    const refused = await service.invoke("size", `${largest} `);
    assert.equal(refused.status, 413);
    assert.equal(refused.headers.get("x-amzn-errortype"), "RequestTooLargeException");
    const queued = await service.invoke("size", `"${"x".repeat(1024 * 1024)}"`, {
      "x-amz-invocation-type": "Event",
    });
    assert.equal(queued.status, 413);
  });

  test("answers a response that is too large with its error", async (t) => {
    const service = await startTestService(t, {
      "large.sh": "#!/bin/sh\nhead -c 6291557 /dev/zero\n",
    });
    const response = await service.invoke("large");
    assert.equal(response.headers.get("x-amz-function-error"), "Unhandled");
    const { errorType } = (await response.json()) as { errorType: string };
    assert.equal(errorType, "Function.ResponseSizeTooLarge");
  });

  test("DryRun answers 204 and runs nothing", async (t) => {
    const service = await startTestService(t, scripts);
    const response = await service.invoke("count", {}, { "x-amz-invocation-type": "DryRun" });
    assert.equal(response.status, 204);
    assert.deepEqual(service.log("count"), []);
    const missing = await service.invoke("nobody", {}, { "x-amz-invocation-type": "DryRun" });
    assert.equal(missing.status, 404);
  });

  test("gives the end of the log on demand", async (t) => {
    const service = await startTestService(t, {
      "talk.sh":
        "#!/bin/sh\ni=0\nwhile [ $i -lt 300 ]; do echo line $i of the log >&2; i=$((i+1)); done\n",
    });
    const response = await service.invoke("talk", {}, { "x-amz-log-type": "Tail" });
    const tail = Buffer.from(response.headers.get("x-amz-log-result") ?? "", "base64");
    assert.equal(tail.length, 4096);
    assert.match(
      tail.toString(),
      /line 299 of the log\nEND RequestId: .*\nREPORT RequestId: .*\n$/,
    );
  });

  test("hands on client context, tenant and trace", async (t) => {
    const service = await startTestService(t, scripts);
    const clientContext = { custom: { key: "wört" } };
    const response = await service.invoke(
      "context",
      {},
      {
        "x-amz-client-context": Buffer.from(JSON.stringify(clientContext)).toString("base64"),
        "x-amz-tenant-id": "blue",
      },
    );
    const context = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(context.clientContext, clientContext);
    assert.equal(context.tenantId, "blue");
    const traced = await service.invoke(
      "environment",
      {},
      {
        "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
      },
    );
    assert.match(await traced.text(), /_X_AMZN_TRACE_ID=Root=1-5759e988-bd862e3fe1be46a994272793/);
  });

  test("refuses bad headers by name", async (t) => {
    const service = await startTestService(t, scripts);
    const refusals = [
      [{ "x-amz-invocation-type": "Sometimes" }, "ValidationException", /invocationType/],
      [{ "x-amz-log-type": "Head" }, "ValidationException", /logType/],
      [{ "x-amz-client-context": "e30K!" }, undefined, /./],
      [{ "x-amz-client-context": "bm9uc2Vuc2U=" }, "InvalidRequestContentException", /JSON object/],
      [{ "x-amz-tenant-id": "a,b" }, "ValidationException", /tenantId/],
    ] as const;
    for (const [headers, type, message] of refusals) {
      const response = await service.invoke("echo", {}, headers);
      const body = await response.text();
      if (type === undefined) continue;
      assert.equal(response.status, 400, body);
      assert.equal(response.headers.get("x-amzn-errortype"), type);
      assert.match(body, message);
    }
  });

  test("gives a function Lambda's variables and none of the service's own", async (t) => {
    const service = await startTestService(t, scripts, {
      env: { PATH: process.env.PATH, HOME: "/tmp", SECRET: "of the machine", AWS_PROFILE: "mine" },
    });
    const text = await (await service.invoke("environment")).text();
    const variables = Object.fromEntries(
      text.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    assert.equal(variables.AWS_LAMBDA_FUNCTION_NAME, "environment");
    assert.equal(variables.AWS_LAMBDA_FUNCTION_VERSION, "$LATEST");
    assert.equal(variables.AWS_LAMBDA_LOG_GROUP_NAME, "/aws/lambda/environment");
    assert.match(
      variables.AWS_LAMBDA_LOG_STREAM_NAME ?? "",
      /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
    );
    assert.equal(variables.AWS_REGION, "eu-central-1");
    assert.equal(variables.TZ, ":UTC");
    assert.equal(variables.AWS_PROFILE, "mine");
    assert.equal(variables.SECRET, undefined);
    assert.equal(variables.AWS_EXECUTION_ENV, undefined);
  });
});

suite("An asynchronous invocation", () => {
  const event = { "x-amz-invocation-type": "Event" };

  test("is accepted at once and answered by nobody", async (t) => {
    const service = await startTestService(t, {
      "slow.sh": "#!/bin/sh\nsleep 1.5\ncat >&2\n",
    });
    const started = Date.now();
    const response = await service.invoke("slow", { n: 1 }, event);
    assert.equal(response.status, 202);
    assert.equal(await response.text(), "");
    assert.ok(Date.now() - started < 1500, "does not wait for the script");
    await until(() => service.log("slow").includes('{"n":1}'), "the script ran");
  });

  test("is tried three times, then kept with what it failed with", async (t) => {
    const service = await startTestService(t, scripts);
    const response = await service.invoke("fail", { order: 7 }, event);
    const requestId = response.headers.get("x-amzn-requestid");
    await until(() => service.deadLetters.length > 0, "a dead letter");
    const record = JSON.parse(await readFile(service.deadLetters[0] as string, "utf8"));
    assert.deepEqual(record.requestContext, {
      requestId,
      functionArn: "arn:aws:lambda:eu-central-1:012345678912:function:fail:$LATEST",
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
    });
    assert.deepEqual(record.requestPayload, { order: 7 });
    assert.deepEqual(record.responseContext, {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: "Unhandled",
    });
    assert.equal(record.responsePayload.errorType, "Function.Exit3");
    const starts = service.log("fail").filter((line) => line.startsWith("START"));
    assert.equal(starts.length, 3);
    assert.ok(
      starts.every((line) => line.includes(requestId as string)),
      "one request id",
    );
  });
});

suite("InvokeAsync", () => {
  const call = (url: string, name: string, body: string) =>
    fetch(`${url}/2014-11-13/functions/${name}/invoke-async/`, { method: "POST", body });

  test("accepts an event for the queue", async (t) => {
    const service = await startTestService(t, { "tell.sh": "#!/bin/sh\ncat >&2\n" });
    const response = await call(service.url, "tell", '{"old":true}');
    assert.deepEqual([response.status, await response.text()], [202, ""]);
    await until(() => service.log("tell").includes('{"old":true}'), "the script ran");
  });

  test("refuses what Invoke refuses", async (t) => {
    const service = await startTestService(t, scripts);
    for (const [name, body, status, type] of [
      ["nobody", "{}", 404, "ResourceNotFoundException"],
      ["echo", "no json", 400, "InvalidRequestContentException"],
      ["echo", `"${"x".repeat(1024 * 1024)}"`, 413, "RequestTooLargeException"],
    ] as const) {
      const response = await call(service.url, name, body);
      assert.deepEqual([response.status, response.headers.get("x-amzn-errortype")], [status, type]);
    }
  });

  test("is called by AWS's command line", { skip: missingTool(["aws"]) }, async (t) => {
    const service = await startTestService(t, {
      "tell.sh": "#!/bin/sh\ncat >&2\n",
      args: '{"n":5}',
    });
    const { stdout } = await promisify(execFile)(
      "aws",
      [
        "lambda",
        "invoke-async",
        "--function-name",
        "tell",
        "--invoke-args",
        join(service.root, "args"),
      ],
      {
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: service.url,
          AWS_DEFAULT_REGION: "eu-central-1",
          AWS_ACCESS_KEY_ID: "any",
          AWS_SECRET_ACCESS_KEY: "any",
        },
      },
    );
    assert.deepEqual(JSON.parse(stdout), { Status: 202 });
    await until(() => service.log("tell").includes('{"n":5}'), "the script ran");
  });
});

// The SDK's client for Lambda against `stdlambda dev`, as a program would use it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteLayerVersionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvalidParameterValueException,
  InvalidRequestContentException,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  ListTagsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  paginateListFunctions,
  RequestTooLargeException,
  ResourceConflictException,
  ResourceNotFoundException,
  TagResourceCommand,
  TooManyRequestsException,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from "@aws-sdk/client-lambda";
import { missingTool } from "../helpers/missing-tool.ts";
import { clientOf, createFunction, role } from "./client.ts";
import { startDev, until } from "./dev-process.ts";
import { zip } from "./zip.ts";

const skip = missingTool(["bash", "curl"]);
const bootstrap = readFileSync(join(import.meta.dirname, "../fixtures/end-to-end/bootstrap"));

const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

suite("The SDK", { skip }, () => {
  test("takes a function through its life, with waiters, versions, aliases and layers", async (t) => {
    const dev = await startDev(t, {});
    const client = clientOf(t, dev);
    const FunctionName = "shell";
    const layer = await client.send(
      new PublishLayerVersionCommand({
        LayerName: "bash-runtime",
        CompatibleRuntimes: ["provided.al2023"],
        Content: { ZipFile: await zip({ "bootstrap*": bootstrap }) },
      }),
    );
    assert.equal(layer.Version, 1);
    const created = await client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "provided.al2023",
        Role: role,
        Handler: "function.sh",
        Layers: [layer.LayerVersionArn as string],
        Environment: { Variables: { GREETING: "first" } },
        Tags: { stage: "test" },
        Code: { ZipFile: await zip({ "function.sh": 'echo "\\"$GREETING\\""' }) },
      }),
    );
    assert.equal(created.State, "Pending");
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 30, minDelay: 0.1 }, { FunctionName });
    const invoke = async (Qualifier?: string) => {
      const answer = await client.send(new InvokeCommand({ FunctionName, Qualifier }));
      return [text(answer.Payload).trim(), answer.ExecutedVersion, answer.FunctionError];
    };
    assert.deepEqual(await invoke(), ['"first"', "$LATEST", undefined]);

    const first = await client.send(new PublishVersionCommand({ FunctionName }));
    assert.equal(first.Version, "1");
    await waitUntilPublishedVersionActive(
      { client, maxWaitTime: 30, minDelay: 0.1 },
      { FunctionName, Qualifier: "1" },
    );
    const second = await zip({ "function.sh": "echo '\"second\"'" });
    const updated = await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName,
        ZipFile: second,
        RevisionId: (await client.send(new GetFunctionCommand({ FunctionName }))).Configuration
          ?.RevisionId,
      }),
    );
    assert.equal(updated.LastUpdateStatus, "InProgress");
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 30, minDelay: 0.1 }, { FunctionName });
    assert.deepEqual(await invoke(), ['"second"', "$LATEST", undefined]);
    assert.deepEqual(await invoke("1"), ['"first"', "1", undefined]);

    await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
    assert.deepEqual(await invoke("live"), ['"first"', "1", undefined]);
    await client.send(new PublishVersionCommand({ FunctionName }));
    await client.send(
      new UpdateAliasCommand({
        FunctionName,
        Name: "live",
        FunctionVersion: "2",
        RoutingConfig: { AdditionalVersionWeights: { "1": 0 } },
      }),
    );
    assert.equal(
      (await client.send(new GetAliasCommand({ FunctionName, Name: "live" }))).FunctionVersion,
      "2",
    );
    assert.deepEqual(await invoke("live"), ['"second"', "2", undefined]);

    const { Concurrency, Code } = await client.send(new GetFunctionCommand({ FunctionName }));
    assert.equal(Concurrency, undefined);
    const downloaded = Buffer.from(await (await fetch(Code?.Location as string)).arrayBuffer());
    assert.deepEqual(downloaded, second);

    await client.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: "s3",
        Action: "lambda:InvokeFunction",
        Principal: "s3.amazonaws.com",
      }),
    );
    const { Policy } = await client.send(new GetPolicyCommand({ FunctionName }));
    assert.equal(JSON.parse(Policy as string).Statement[0].Sid, "s3");
    const Resource = created.FunctionArn as string;
    await client.send(new TagResourceCommand({ Resource, Tags: { owner: "me" } }));
    assert.deepEqual((await client.send(new ListTagsCommand({ Resource }))).Tags, {
      stage: "test",
      owner: "me",
    });
    const { FunctionUrl } = await client.send(
      new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" }),
    );
    assert.equal(await (await fetch(FunctionUrl as string)).text(), "second");
    await client.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
    await client.send(new DeleteAliasCommand({ FunctionName, Name: "live" }));
    await client.send(
      new DeleteLayerVersionCommand({ LayerName: "bash-runtime", VersionNumber: 1 }),
    );
    // A version keeps its layers when they are deleted, as on AWS.
    assert.deepEqual(await invoke("1"), ['"first"', "1", undefined]);
    const account = await client.send(new GetAccountSettingsCommand({}));
    assert.equal(account.AccountUsage?.FunctionCount, 1);
    await client.send(new DeleteFunctionCommand({ FunctionName }));
    await assert.rejects(invoke(), ResourceNotFoundException);
  });

  test("gets errors as its own classes, with what AWS says in them", async (t) => {
    const dev = await startDev(t, { "echo.sh": "cat" });
    const client = clientOf(t, dev);
    await assert.rejects(
      client.send(new InvokeCommand({ FunctionName: "nobody" })),
      (error: unknown) => {
        assert.ok(error instanceof ResourceNotFoundException);
        assert.equal(error.name, "ResourceNotFoundException");
        assert.equal(error.$metadata.httpStatusCode, 404);
        assert.match(error.message, /^Function not found: arn:aws:lambda:us-east-1:/);
        return true;
      },
    );
    await assert.rejects(
      client.send(new InvokeCommand({ FunctionName: "echo", Payload: Buffer.from("{") })),
      InvalidRequestContentException,
    );
    await assert.rejects(
      client.send(
        new InvokeCommand({
          FunctionName: "echo",
          Payload: Buffer.from(`"${"x".repeat(6_291_556)}"`),
        }),
      ),
      RequestTooLargeException,
    );
    await assert.rejects(
      client.send(
        new CreateFunctionCommand({
          FunctionName: "echo",
          Runtime: "provided.al2023",
          Role: role,
          Handler: "x",
          Code: { ZipFile: await zip({ x: "" }) },
        }),
      ),
      ResourceConflictException,
    );
    await assert.rejects(
      client.send(
        new CreateFunctionCommand({
          FunctionName: "other",
          Runtime: "provided.al2023",
          Role: role,
          Handler: "x",
          Code: { ZipFile: Buffer.from("no zip") },
        }),
      ),
      InvalidParameterValueException,
    );
    await assert.rejects(
      client.send(
        new DeleteProvisionedConcurrencyConfigCommand({ FunctionName: "echo", Qualifier: "1" }),
      ),
      /is no operation|not/i,
    );
  });

  test("pages through functions", async (t) => {
    const scripts = Object.fromEntries(
      Array.from({ length: 23 }, (_, index) => [`f${index}.sh`, "cat"]),
    );
    const dev = await startDev(t, scripts);
    const names: string[] = [];
    const pages: number[] = [];
    const client = clientOf(t, dev);
    for await (const { Functions = [] } of paginateListFunctions({ client, pageSize: 10 }, {})) {
      pages.push(Functions.length);
      names.push(...Functions.map((one) => one.FunctionName as string));
    }
    assert.deepEqual(pages, [10, 10, 3]);
    assert.equal(new Set(names).size, 23);
  });

  test("reads a response as it is streamed, and the error that ends it", async (t) => {
    const stream = { environment: { STDLAMBDA_STDOUT: "stream" }, timeout: 10 };
    const dev = await startDev(t, {
      "stdlambda.config.json": JSON.stringify({
        functions: {
          steps: { handler: "steps.sh", ...stream },
          breaks: { handler: "breaks.sh", ...stream },
          fails: { handler: "fails.sh", ...stream },
        },
      }),
      "steps.sh": "echo one; sleep 1; echo two",
      "breaks.sh": "echo half; sleep 0.3; echo 'it broke' >&2; exit 3",
      "fails.sh": "exit 4",
    });
    const client = clientOf(t, dev);
    const read = async (FunctionName: string) => {
      const { EventStream, ExecutedVersion } = await client.send(
        new InvokeWithResponseStreamCommand({ FunctionName, LogType: "Tail" }),
      );
      assert.equal(ExecutedVersion, "$LATEST");
      const arrivals: number[] = [];
      let body = "";
      for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
        if (PayloadChunk) {
          arrivals.push(performance.now());
          body += text(PayloadChunk.Payload);
        }
        if (InvokeComplete) return { body, arrivals, complete: InvokeComplete };
      }
      throw new Error("the stream has no end");
    };
    const steps = await read("steps");
    assert.equal(steps.body, "one\ntwo\n");
    const [early = 0, late = 0] = steps.arrivals;
    assert.ok(late - early > 500, "the first line comes before the second is written");
    assert.equal(steps.complete.ErrorCode, undefined);
    assert.match(
      Buffer.from(steps.complete.LogResult ?? "", "base64").toString(),
      /^REPORT RequestId: /m,
    );
    const breaks = await read("breaks");
    assert.equal(breaks.body, "half\n");
    assert.equal(breaks.complete.ErrorCode, "Function.NonZeroExit");
    const details = JSON.parse(breaks.complete.ErrorDetails ?? "");
    assert.deepEqual([details.errorType, details.errorMessage], ["Function.Exit3", "it broke"]);
    const fails = await read("fails");
    assert.equal(fails.body, "");
    assert.equal(fails.complete.ErrorCode, "Unhandled");
    assert.equal(JSON.parse(fails.complete.ErrorDetails ?? "").errorType, "Function.Exit4");
  });

  test("tries again when it is throttled, until there is room", async (t) => {
    const dev = await startDev(t, {});
    const client = clientOf(t, dev, { maxAttempts: 10 });
    const FunctionName = "slow";
    await createFunction(client, FunctionName, {
      "bootstrap*": bootstrap,
      "function.sh": "sleep 0.5; echo 1",
    });
    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }),
    );
    const attempts = await Promise.all(
      [1, 2].map(async () => {
        const answer = await client.send(new InvokeCommand({ FunctionName }));
        assert.equal(text(answer.Payload), "1\n");
        return answer.$metadata.attempts ?? 0;
      }),
    );
    assert.ok(Math.max(...attempts) > 1, "one of them was throttled at first");

    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    );
    const once = clientOf(t, dev, { maxAttempts: 1 });
    await assert.rejects(once.send(new InvokeCommand({ FunctionName })), (error: unknown) => {
      assert.ok(error instanceof TooManyRequestsException);
      assert.equal(error.Reason, "ReservedFunctionConcurrentInvocationLimitExceeded");
      assert.equal(error.$metadata.httpStatusCode, 429);
      return true;
    });
  });

  test("hands an event over at once, and keeps what failed for good", async (t) => {
    const dev = await startDev(t, {});
    const client = clientOf(t, dev);
    const FunctionName = "fails";
    await createFunction(client, FunctionName, {
      "bootstrap*": bootstrap,
      "function.sh": "exit 9",
    });
    await client.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }),
    );
    const accepted = await client.send(
      new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: Buffer.from('{"n":1}') }),
    );
    assert.equal(accepted.StatusCode, 202);
    assert.equal(text(accepted.Payload), "");
    const file = `dead-letter/${FunctionName}-${accepted.$metadata.requestId}.json`;
    await until(() => dev.log().includes(file), "the dead letter is told");
    const letter = JSON.parse(readFileSync(join(dev.root, ".stdlambda", file), "utf8"));
    assert.deepEqual(letter.requestPayload, { n: 1 });
    assert.deepEqual(letter.responsePayload, {
      errorType: "Function.Failed",
      errorMessage: "exit status 9",
    });
  });
});

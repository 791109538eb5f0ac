// `stdlambda deploy` and its family, through AWS's own client against the local service.
import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, it, type TestContext } from "node:test";
import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  GetLayerVersionByArnCommand,
  GetPolicyCommand,
  ListVersionsByFunctionCommand,
  PublishLayerVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { main } from "../../../cli/main.ts";
import { startDeployment, testEnvironment } from "../../deploy/deployment.ts";

const script = { "hello.sh": "#!/bin/sh\ncat\n" };
/** Without the host's layer, so that nothing large is sent about. */
const bare = ["--layer", "none"];
const named = { FunctionName: "hello" };

describe("deploy", () => {
  it("creates a function, and leaves it alone when nothing has changed", async (t) => {
    const { run, proxy, client } = await startDeployment(t, script);
    const first = await run(["deploy", ...bare]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(first.stdout, /^hello created$/m);
    assert.match(
      first.stdout,
      /arn:aws:lambda:eu-central-1:\d+:function:hello:live\n {2}version 1/,
    );
    const { Configuration, Tags } = await client.send(new GetFunctionCommand(named));
    assert.equal(Configuration?.Handler, "hello.sh");
    assert.equal(Configuration?.Timeout, 30);
    assert.deepEqual(Object.keys(Tags ?? {}), ["stdlambda", "stdlambda-project"]);
    proxy.calls.length = 0;
    const second = await run(["deploy", ...bare]);
    assert.match(second.stdout, /^hello is up to date$/m);
    assert.deepEqual(proxy.writes(), []);
  });

  it("sends what has changed and nothing else", async (t) => {
    const { run, proxy, folder } = await startDeployment(t, script);
    await run(["deploy", ...bare]);
    proxy.calls.length = 0;
    const settings = await run(["deploy", ...bare, "--memory", "256"]);
    assert.equal(settings.exitCode, 0, settings.stderr);
    assert.deepEqual(proxy.writes(), [
      "PUT /2015-03-31/functions/hello/configuration",
      "POST /2015-03-31/functions/hello/versions",
      "PUT /2015-03-31/functions/hello/aliases/live",
    ]);
    const [update] = proxy.calls.filter(({ method }) => method === "PUT");
    assert.deepEqual(JSON.parse(String(update?.body)), { MemorySize: 256 });
    proxy.calls.length = 0;
    writeFileSync(join(folder, "hello.sh"), "#!/bin/sh\necho changed\n");
    await run(["deploy", ...bare]);
    assert.deepEqual(proxy.writes(), [
      "PUT /2015-03-31/functions/hello/code",
      "POST /2015-03-31/functions/hello/versions",
      "PUT /2015-03-31/functions/hello/aliases/live",
    ]);
  });

  it("creates a function on Managed Instances, and publishes what runs there", async (t) => {
    const capacityProvider = "arn:aws:lambda:eu-central-1:123456789012:capacity-provider:mine";
    const { run, client, proxy } = await startDeployment(t, {
      ...script,
      "stdlambda.config.json": JSON.stringify({
        functions: { hello: { handler: "hello.sh", capacityProvider, maxConcurrency: 16 } },
      }),
    });
    const withoutAlias = ["deploy", ...bare, "--no-alias"];
    const first = await run(withoutAlias);
    assert.equal(first.exitCode, 0, first.stderr);
    const Qualifier = "$LATEST.PUBLISHED";
    for (const target of [named, { ...named, Qualifier }]) {
      const configuration = await client.send(new GetFunctionConfigurationCommand(target));
      assert.deepEqual(configuration.CapacityProviderConfig, {
        LambdaManagedInstancesCapacityProviderConfig: {
          CapacityProviderArn: capacityProvider,
          PerExecutionEnvironmentMaxConcurrency: 16,
        },
      });
      assert.equal(configuration.MemorySize, 2048);
    }
    proxy.calls.length = 0;
    assert.match((await run(withoutAlias)).stdout, /^hello is up to date$/m);
    assert.deepEqual(proxy.writes(), []);
    const changed = await run([...withoutAlias, "--memory", "4096"]);
    assert.equal(changed.exitCode, 0, changed.stderr);
    const published = await client.send(
      new GetFunctionConfigurationCommand({ ...named, Qualifier }),
    );
    assert.equal(published.MemorySize, 4096);
    const aliased = await run(["deploy", ...bare]);
    assert.match(aliased.stdout, /hello:live\n {2}version \d/);
  });

  it("refuses what is not the ARN of a capacity provider", async (t) => {
    const { run } = await startDeployment(t, {
      ...script,
      "stdlambda.config.json": JSON.stringify({
        functions: { hello: { handler: "hello.sh", capacityProvider: "mine" } },
      }),
    });
    const { exitCode, stderr } = await run(["deploy", ...bare]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /"mine" is not the ARN of a capacity provider; write arn:aws:lambda:/);
  });

  it("publishes folders of one base name as two layers, with what their links lead to", async (t) => {
    const { run, client, folder } = await startDeployment(t, {
      ...script,
      "a/layer/share/a.txt": "a",
      "a/layer/.env": "SECRET=1",
      "b/layer/share/b.txt": "b",
      "b/more.txt": "more",
      "stdlambda.config.json": JSON.stringify({
        functions: { hello: { handler: "hello.sh", layers: ["./a/layer", "./b/layer"] } },
      }),
    });
    symlinkSync("../../../b/more.txt", join(folder, "b/layer/share/more.txt"));
    const { exitCode, stderr } = await run(["deploy", ...bare]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /a\/layer: left out, because they may hold credentials: \.env/);
    const { Layers = [] } = await client.send(new GetFunctionConfigurationCommand(named));
    const names = Layers.map(({ Arn = "" }) => Arn.split(":")[6]);
    assert.deepEqual(names, ["a-layer", "b-layer"]);
    const { Location } =
      (await client.send(new GetLayerVersionByArnCommand({ Arn: Layers[1]?.Arn }))).Content ?? {};
    const zip = Buffer.from(await (await fetch(Location as string)).arrayBuffer());
    assert.ok(zip.includes("share/more.txt") && zip.includes("share/b.txt"));
  });

  it("says with --dry-run what it would change, and changes nothing", async (t) => {
    const { run, json, proxy, folder } = await startDeployment(t, script);
    const creation = await run(["deploy", "--dry-run", ...bare, "--env", "KEY=secret"]);
    assert.match(creation.stdout, /^hello will be created$/m);
    assert.match(creation.stdout, /^ {2}\+ Handler +hello\.sh$/m);
    assert.match(
      creation.stdout,
      /^ {2}\+ Code\.hello\.sh +14 bytes, crc [0-9a-f]{8}, executable$/m,
    );
    assert.doesNotMatch(creation.stdout, /secret/);
    assert.deepEqual(proxy.writes(), []);
    await run(["deploy", ...bare, "--env", "KEY=secret"]);
    proxy.calls.length = 0;
    writeFileSync(join(folder, "hello.sh"), "#!/bin/sh\necho changed\n");
    const change = ["diff", ...bare, "--env", "KEY=other", "--memory", "512"];
    const { exitCode, stdout } = await run(change);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^ {2}~ MemorySize +128 -> 512$/m);
    assert.match(stdout, /^ {2}~ Environment\.KEY +\(hidden\) -> \(hidden\)$/m);
    assert.match(stdout, /^ {2}~ CodeSha256 +\S+= -> \S+=$/m);
    assert.match(stdout, /^ {2}~ Code\.hello\.sh +14 bytes.* -> 23 bytes/m);
    assert.match(stdout, /^ {2}~ Alias\.live +1 -> new version$/m);
    assert.match((await run([...change, "--show-values"])).stdout, /KEY +secret -> other$/m);
    assert.equal((await run([...change, "--exit-code"])).exitCode, 1);
    const { functions } = await json(change);
    const [{ changes }] = functions as [{ changes: object[] }];
    assert.deepEqual(changes[0], { field: "MemorySize", before: 128, after: 512 });
    assert.doesNotMatch(JSON.stringify(changes), /secret|other/);
    assert.deepEqual(proxy.writes(), []);
  });

  it("leaves alone what a folder of scripts does not say", async (t) => {
    const { run, client } = await startDeployment(t, script);
    await run(["deploy", ...bare]);
    const byHand = { ...named, MemorySize: 1024, Environment: { Variables: { BY_HAND: "1" } } };
    await client.send(new UpdateFunctionConfigurationCommand(byHand));
    await run(["deploy", ...bare]);
    const { MemorySize, Environment } = await client.send(
      new GetFunctionConfigurationCommand(named),
    );
    assert.equal(MemorySize, 1024);
    assert.deepEqual(Environment?.Variables, { BY_HAND: "1" });
  });

  it("merges variables with --merge-env, and replaces them without", async (t) => {
    const { run, client } = await startDeployment(t, script);
    const variables = async (...args: string[]) => {
      const { exitCode, stderr } = await run(["deploy", ...bare, ...args]);
      assert.equal(exitCode, 0, stderr);
      const answer = await client.send(new GetFunctionConfigurationCommand(named));
      return answer.Environment?.Variables;
    };
    assert.deepEqual(await variables("--env", "ONE=1"), { ONE: "1" });
    assert.deepEqual(await variables("--env", "TWO=2", "--merge-env"), { ONE: "1", TWO: "2" });
    assert.deepEqual(await variables("--env", "THREE=3"), { THREE: "3" });
    assert.deepEqual(await variables(), { THREE: "3" });
  });

  it("sends no name that stands in for a value of a template", async (t) => {
    const template = `Parameters: {Stage: {Type: String}}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  hello:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: hello
      Runtime: provided.al2023
      Handler: hello.sh
      CodeUri: .
      Environment:
        Variables: {PLAIN: "1", QUEUE: !Ref Queue, URL: !Sub "https://\${Queue.Arn}", STAGE: !Ref Stage}
`;
    const { run, client } = await startDeployment(t, { ...script, "template.yaml": template });
    const deployed = async (...options: string[]) => {
      const { exitCode, stderr } = await run(["deploy", ...bare, ...options]);
      assert.equal(exitCode, 0, stderr);
      const { Environment } = await client.send(new GetFunctionConfigurationCommand(named));
      return { variables: Environment?.Variables, stderr };
    };
    const first = await deployed();
    assert.deepEqual(first.variables, { PLAIN: "1" });
    assert.match(
      first.stderr,
      /not set, because only AWS or a parameter has the value: QUEUE, URL, STAGE;/,
    );
    const given = await deployed("--env", "QUEUE=q-1", "--parameter-overrides", "Stage=prod");
    assert.deepEqual(given.variables, { PLAIN: "1", QUEUE: "q-1", STAGE: "prod" });
    // A value that the function has by now stays, as nothing here knows a better one.
    const again = await deployed("--parameter-overrides", "Stage=prod");
    assert.deepEqual(again.variables, { PLAIN: "1", QUEUE: "q-1", STAGE: "prod" });
    assert.match(again.stderr, /has the value: URL;/);
  });

  it("makes a function what its configuration file says, and takes away what that drops", async (t) => {
    const hello = {
      handler: "hello.sh",
      memory: 256,
      timeout: 7,
      environment: { STAGE: "test" },
      url: true,
      logFormat: "json",
      reservedConcurrency: 3,
    };
    const configuration = (declared: object) => JSON.stringify({ functions: { hello: declared } });
    const { run, client, folder } = await startDeployment(t, {
      ...script,
      "stdlambda.config.json": configuration(hello),
    });
    assert.equal((await run(["deploy", ...bare])).exitCode, 0);
    const { Configuration, Concurrency } = await client.send(new GetFunctionCommand(named));
    assert.equal(Configuration?.MemorySize, 256);
    assert.equal(Configuration?.Timeout, 7);
    assert.equal(Configuration?.LoggingConfig?.LogFormat, "JSON");
    assert.deepEqual(Configuration?.Environment?.Variables, { STAGE: "test" });
    assert.equal(Concurrency?.ReservedConcurrentExecutions, 3);
    assert.match((await run(["diff", ...bare])).stdout, /^hello is up to date\n$/);
    const fewer = configuration({ handler: "hello.sh" });
    writeFileSync(join(folder, "stdlambda.config.json"), fewer);
    assert.equal((await run(["deploy", ...bare])).exitCode, 0);
    const after = await client.send(new GetFunctionConfigurationCommand(named));
    assert.equal(after.MemorySize, 128);
    assert.equal(after.Timeout, 3);
    assert.deepEqual(after.Environment?.Variables, {});
    const gone = client.send(new GetFunctionUrlConfigCommand({ ...named, Qualifier: "live" }));
    await assert.rejects(gone, { name: "ResourceNotFoundException" });
  });

  it("opens a URL with both permissions, closes it for IAM, and takes it away", async (t) => {
    const { run, json, client } = await startDeployment(t, script);
    const qualified = { ...named, Qualifier: "live" };
    const actions = async () => {
      const { Policy = "" } = await client.send(new GetPolicyCommand(qualified));
      const { Statement } = JSON.parse(Policy) as { Statement: { Action: string }[] };
      return Statement.map(({ Action }) => Action).sort();
    };
    const { functions } = await json(["deploy", ...bare, "--url"]);
    const [{ url }] = functions as [{ url: string }];
    assert.match(url, /lambda-url\/hello:live\/$/);
    assert.deepEqual(await actions(), ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]);
    assert.match(
      (await run(["status", "hello"])).stdout,
      /lambda-url\S+ \(live, open to everybody\)/,
    );
    await run(["deploy", ...bare, "--url", "iam"]);
    const { AuthType } = await client.send(new GetFunctionUrlConfigCommand(qualified));
    assert.equal(AuthType, "AWS_IAM");
    await assert.rejects(actions(), { name: "ResourceNotFoundException" });
    await run(["deploy", ...bare, "--url"]);
    assert.equal((await actions()).length, 2);
    const { stdout } = await run(["deploy", ...bare, "--no-url"]);
    assert.match(stdout, /^ {2}- FunctionUrl/m);
    await assert.rejects(actions(), { name: "ResourceNotFoundException" });
  });

  it("changes the processor with the code, though the code is the same", async (t) => {
    const { run, client } = await startDeployment(t, script);
    await run(["deploy", ...bare]);
    const { stdout } = await run(["deploy", ...bare, "--arch", "arm64"]);
    assert.match(stdout, /^ {2}~ Architectures +x86_64 -> arm64$/m);
    const { Architectures } = await client.send(new GetFunctionConfigurationCommand(named));
    assert.deepEqual(Architectures, ["arm64"]);
    assert.match((await run(["deploy", ...bare])).stdout, /up to date/);
  });

  it("publishes no version with --no-alias", async (t) => {
    const { run, client } = await startDeployment(t, script);
    const { stdout } = await run(["deploy", ...bare, "--no-alias", "--url"]);
    assert.match(stdout, /function:hello\n {2}http\S+\/lambda-url\/hello\/\n/);
    const { Versions } = await client.send(new ListVersionsByFunctionCommand(named));
    assert.deepEqual(
      Versions?.map(({ Version }) => Version),
      ["$LATEST"],
    );
  });

  it("refuses a function that stdlambda dev serves, and says what else there is", async (t) => {
    const { run } = await startDeployment(t, script, {}, { served: script });
    const { exitCode, stderr } = await run(["deploy", ...bare]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /error: hello is served by stdlambda dev from its folder.*\n.*--name/);
    assert.equal((await run(["deploy", ...bare, "--name", "other"])).exitCode, 0);
  });

  it("refuses bad variables of any function before it changes the first one", async (t) => {
    const { run, proxy } = await startDeployment(t, { ...script, "other.sh": "#!/bin/sh\n" });
    const { exitCode, stderr } = await run(["deploy", ...bare, "--env", "STDLAMBDA_MOOD=glad"]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /cannot be deployed:\n.*STDLAMBDA_MOOD is not a setting/);
    assert.deepEqual(proxy.writes(), []);
  });

  it("names the function that Lambda refuses, when it deploys several", async (t) => {
    const { run } = await startDeployment(t, { ...script, "other.sh": "#!/bin/sh\n" });
    const { exitCode, stdout, stderr } = await run([
      ...["deploy", ...bare, "--reserved-concurrency", "600"],
    ]);
    assert.equal(exitCode, 1);
    assert.match(stdout, /^hello created$/m);
    assert.match(stderr, /not finished; done so far:\n {2}created the function hello\n/);
    assert.match(stderr, /error: other: InvalidParameterValueException: Specified Reserved/);
  });

  it("names the nearest function for one that is not there", async (t) => {
    const { run } = await startDeployment(t, script);
    const { exitCode, stderr } = await run(["deploy", "helo", ...bare]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /has no function helo\. Did you mean hello\?\nIts functions: hello/);
  });

  it("takes a package that is built already", async (t) => {
    const { run, json, folder } = await startDeployment(t, script);
    const [built] = (await json(["deploy", ...bare])).functions as [{ codeSha256: string }];
    const zip = join(folder, "dist/hello.zip");
    const [given] = (await json(["deploy", ...bare, "--zip", zip, "--name", "again"]))
      .functions as [{ codeSha256: string }];
    assert.equal(given.codeSha256, built.codeSha256);
    const { exitCode, stderr } = await run(["deploy", ...bare, "--zip", join(folder, "no.zip")]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /no\.zip cannot be read: .*\nstdlambda build writes one/);
  });
});

describe("the layers of a deployment", () => {
  const thin = ["--runtime", "nodejs24.x"];

  it("are published once for all functions, and found again", async (t) => {
    const { run, proxy, client } = await startDeployment(t, {
      "one.mjs": "console.log(1);\n",
      "two.mjs": "console.log(2);\n",
    });
    assert.equal((await run(["deploy", ...thin])).exitCode, 0);
    const publications = () => proxy.writes().filter((write) => write.includes("/layers/"));
    assert.deepEqual(publications(), ["POST /2018-10-31/layers/stdlambda-thin-x86_64/versions"]);
    for (const FunctionName of ["one", "two"]) {
      const { Layers, Environment } = await client.send(
        new GetFunctionConfigurationCommand({ FunctionName }),
      );
      assert.match(Layers?.[0]?.Arn ?? "", /:layer:stdlambda-thin-x86_64:1$/);
      assert.equal(Environment?.Variables?.AWS_LAMBDA_EXEC_WRAPPER, "/opt/bootstrap");
    }
    assert.match(
      (await run(["deploy", ...thin])).stdout,
      /one is up to date\n.*\n.*\ntwo is up to date/,
    );
    assert.equal(publications().length, 1);
    const { stdout } = await run(["layer", "publish", "--mode", "thin"]);
    assert.match(stdout, /^arn:aws:lambda:eu-central-1:\d+:layer:stdlambda-thin-x86_64:1\n$/);
    assert.equal(publications().length, 1);
  });

  it("keep what was attached by hand to a function of a folder", async (t) => {
    const { run, client, folder } = await startDeployment(t, script);
    await run(["deploy", ...bare]);
    const zip = join(folder, "dist/hello.zip");
    const { LayerVersionArn = "" } = await client.send(
      new PublishLayerVersionCommand({
        LayerName: "insights",
        Content: { ZipFile: readFileSync(zip) },
      }),
    );
    await client.send(
      new UpdateFunctionConfigurationCommand({ ...named, Layers: [LayerVersionArn] }),
    );
    await run(["deploy", "--memory", "256", ...bare]);
    const { Layers } = await client.send(new GetFunctionConfigurationCommand(named));
    assert.deepEqual(
      Layers?.map(({ Arn }) => Arn),
      [LayerVersionArn],
    );
  });

  it("may be folders of the configuration, with their programs executable", async (t) => {
    const configuration = {
      functions: { hello: { handler: "hello.sh", layers: ["./tools"] } },
    };
    const { run, client } = await startDeployment(t, {
      "hello.sh": "#!/bin/sh\nexec greet\n",
      "tools/bin/greet": "#!/bin/sh\necho hi\n",
      "stdlambda.config.json": JSON.stringify(configuration),
    });
    const dry = await run(["deploy", "--dry-run", ...bare]);
    assert.match(dry.stdout, /\+ Layers +arn:\S+:layer:tools:new$/m);
    assert.equal((await run(["deploy", ...bare])).exitCode, 0);
    const { Layers } = await client.send(new GetFunctionConfigurationCommand(named));
    assert.match(Layers?.[0]?.Arn ?? "", /:layer:tools:1$/);
    assert.match((await run(["deploy", ...bare])).stdout, /up to date/);
  });

  it("come after the code when there are more of them, and go before it, for Lambda's limit of both", async (t) => {
    const { run, proxy, folder } = await startDeployment(t, {
      ...script,
      "tools/bin/greet": "#!/bin/sh\necho hi\n",
    });
    await run(["deploy", ...bare]);
    const order = async (text: string, ...args: string[]) => {
      proxy.calls.length = 0;
      writeFileSync(join(folder, "hello.sh"), `#!/bin/sh\necho ${text}\n`);
      const { exitCode, stderr } = await run(["deploy", ...args]);
      assert.equal(exitCode, 0, stderr);
      return proxy
        .writes()
        .filter((write) => write.startsWith("PUT /2015-03-31/functions/hello/c"));
    };
    const [code, settings] = ["code", "configuration"].map(
      (part) => `PUT /2015-03-31/functions/hello/${part}`,
    );
    assert.deepEqual(await order("one", "--layer", join(folder, "tools")), [code, settings]);
    await run(["deploy", "--embed", "--runtime", "nodejs24.x"]);
    writeFileSync(join(folder, "stdlambda.config.json"), '{"functions":{"hello":"hello.sh"}}');
    assert.deepEqual(await order("two", ...bare), [settings, code]);
  });

  it("are refused for another processor, another region, or when they are not there", async (t) => {
    const { run, client, folder } = await startDeployment(t, script);
    await run(["deploy", ...bare]);
    const { LayerVersionArn = "" } = await client.send(
      new PublishLayerVersionCommand({
        LayerName: "own",
        Content: { ZipFile: readFileSync(join(folder, "dist/hello.zip")) },
        CompatibleArchitectures: ["arm64"],
      }),
    );
    const refusal = async (layer: string) => (await run(["deploy", "--layer", layer])).stderr;
    assert.match(
      await refusal(LayerVersionArn),
      /is for arm64.*on x86_64\nDeploy with --arch arm64/,
    );
    const elsewhere = LayerVersionArn.replace("eu-central-1", "eu-west-1");
    assert.match(await refusal(elsewhere), /is in eu-west-1.*\nPublish it there/);
    assert.match(
      await refusal(LayerVersionArn.replace(/1$/, "7")),
      /there is no layer arn:\S+:own:7/,
    );
    assert.match(await refusal("nobody"), /there is no layer nobody in eu-central-1/);
    assert.match(await refusal("./nobody"), /the layer \.\/nobody does not exist/);
    assert.match(await refusal("arn:aws:lambda:own"), /is not the ARN of a layer version/);
  });
});

describe("layer publish", () => {
  it("publishes a zip under the name that it says itself, and only once", async (t) => {
    const { run, json, folder } = await startDeployment(t, script);
    const zip = join(folder, "any.zip");
    const build = ["layer", "build", "--mode", "thin", "--arch", "arm64", "--quiet"];
    const streams = { stdin: process.stdin, stdout: new PassThrough(), stderr: new PassThrough() };
    assert.equal(await main([...build, "--out", zip], { ...streams, env: testEnvironment }), 0);
    const dry = await run(["layer", "publish", "--zip", zip, "--dry-run"]);
    assert.equal(dry.stdout, "stdlambda-thin-arm64 would get a new version\n");
    const first = await json(["layer", "publish", "--zip", zip]);
    assert.equal(first.isNew, true);
    assert.deepEqual(first.architectures, ["arm64"]);
    assert.deepEqual(first.runtimes, ["nodejs22.x", "nodejs24.x", "nodejs26.x"]);
    const second = await json(["layer", "publish", "--mode", "thin", "--arch", "arm64"]);
    assert.equal(second.isNew, false);
    assert.equal(second.arn, first.arn);
    const missing = await run(["layer", "publish", "--zip", join(folder, "no.zip")]);
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /no\.zip cannot be read: .*\nstdlambda layer build writes one/);
  });
});

describe("a function of another project", () => {
  /** Deployed from this project, then given to another one, or to none. */
  async function foreign(t: TestContext, owner: string | undefined) {
    const deployment = await startDeployment(t, script);
    const { client, run } = deployment;
    await run(["deploy", ...bare]);
    const { Configuration } = await client.send(new GetFunctionCommand(named));
    const Resource = Configuration?.FunctionArn;
    const tags = ["stdlambda", "stdlambda-project"];
    if (owner === undefined)
      await client.send(new UntagResourceCommand({ Resource, TagKeys: tags }));
    else
      await client.send(new TagResourceCommand({ Resource, Tags: { "stdlambda-project": owner } }));
    deployment.proxy.calls.length = 0;
    return deployment;
  }
  const change = ["deploy", ...bare, "--memory", "256"];

  it("is not replaced without --yes, and is this project's from then on", async (t) => {
    const { run, proxy } = await foreign(t, "shop");
    const { exitCode, stderr } = await run(change);
    assert.equal(exitCode, 2);
    assert.match(stderr, /error: hello exists, and the project shop deployed it\nPass --yes/);
    assert.deepEqual(proxy.writes(), []);
    assert.equal((await run([...change, "--yes"])).exitCode, 0);
    assert.equal((await run(["deploy", ...bare])).exitCode, 0);
  });

  it("is a function that another tool created, too", async (t) => {
    const { run, proxy } = await foreign(t, undefined);
    const { exitCode, stderr } = await run(change);
    assert.equal(exitCode, 2);
    assert.match(stderr, /error: hello exists, and stdlambda did not deploy it\nPass --yes/);
    assert.deepEqual(proxy.writes(), []);
  });

  it("is asked for on a terminal", async (t) => {
    const { run, proxy } = await foreign(t, "shop");
    const refused = await run(change, { isTerminal: true, input: "\n" });
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /the project shop deployed it\nDeploy over it\?/);
    assert.deepEqual(proxy.writes(), []);
    assert.equal((await run(change, { isTerminal: true, input: "yes\n" })).exitCode, 0);
  });

  it("is named by diff, which asks nothing", async (t) => {
    const { run } = await foreign(t, "shop");
    const { exitCode, stderr } = await run(["diff", ...bare]);
    assert.equal(exitCode, 0);
    assert.match(
      stderr,
      /warning: hello exists, and the project shop deployed it; a deployment asks/,
    );
  });

  it("belongs to the name in package.json, wherever the project's folder is", async (t) => {
    const project = { ...script, "package.json": '{"name":"@shop/web"}' };
    const { run, client } = await startDeployment(t, project);
    await run(["deploy", ...bare]);
    const { Tags } = await client.send(new GetFunctionCommand(named));
    assert.equal(Tags?.["stdlambda-project"], "@shop/web");
  });
});

describe("rollback", () => {
  it("moves the alias to the version before, or to any other, and the next deployment forward", async (t) => {
    const { run, json } = await startDeployment(t, script);
    for (const memory of ["128", "256", "512"]) await run(["deploy", ...bare, "--memory", memory]);
    const move = async (...args: string[]) => (await run(["rollback", "hello", ...args])).stdout;
    assert.equal(await move("--dry-run"), "hello: live would be moved from version 3 to 2\n");
    assert.equal(await move(), "hello: live moved from version 3 to 2\n");
    assert.equal(await move("--to", "1"), "hello: live moved from version 2 to 1\n");
    assert.equal(await move("--to", "1"), "hello: live already points to version 1\n");
    const none = await run(["rollback", "hello"]);
    assert.equal(none.exitCode, 1);
    assert.match(none.stderr, /no version before 1, .*\nName one of the others with --to: 2, 3/);
    assert.match(
      (await run(["rollback", "hello", "--to", "9"])).stderr,
      /no version 9\nVersions: 1, 2, 3/,
    );
    const { functions } = await json(["deploy", ...bare]);
    assert.equal((functions as [{ version: string }])[0].version, "3");
  });

  it("has moved the alias when the reply is lost, and the SDK repeats the call", async (t) => {
    let lost = 0;
    const { run } = await startDeployment(t, script, {
      after: ({ method, path }) =>
        method === "PUT" && path.includes("/aliases/") && lost++ === 1 ? "lost" : undefined,
    });
    for (const memory of ["128", "256"]) await run(["deploy", ...bare, "--memory", memory]);
    const { exitCode, stdout, stderr } = await run(["rollback", "hello"]);
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, "hello: live moved from version 2 to 1\n");
    assert.equal(lost, 3);
  });

  it("says how to get an alias for a function without one", async (t) => {
    const { run } = await startDeployment(t, script);
    await run(["deploy", ...bare, "--no-alias"]);
    const { exitCode, stderr } = await run(["rollback", "hello"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /hello has no alias live, .*\nstdlambda deploy hello --alias live/);
  });
});

describe("list, status and delete", () => {
  it("show and delete what stdlambda has deployed, and nothing else", async (t) => {
    const { run, json, client } = await startDeployment(t, script);
    await run(["deploy", "--runtime", "nodejs24.x", "--url", "--env", "KEY=secret"]);
    await run(["deploy", ...bare, "--name", "foreign"]);
    const { Configuration } = await client.send(
      new GetFunctionCommand({ FunctionName: "foreign" }),
    );
    await client.send(
      new UntagResourceCommand({ Resource: Configuration?.FunctionArn, TagKeys: ["stdlambda"] }),
    );
    const names = async (...args: string[]) => {
      const { functions } = await json(["list", ...args]);
      return (functions as { name: string }[]).map(({ name }) => name);
    };
    assert.deepEqual(await names(), ["hello"]);
    assert.deepEqual(await names("--all"), ["foreign", "hello"]);
    assert.match((await run(["list"])).stdout, /^NAME .*\nhello {2,}nodejs24\.x/);
    const status = await run(["status", "hello"]);
    assert.match(status.stdout, /^alias +live -> 1$/m);
    assert.match(status.stdout, /^variables +AWS_LAMBDA_EXEC_WRAPPER, KEY$/m);
    assert.doesNotMatch(status.stdout, /secret/);
    const asked = await run(["delete", "hello"]);
    assert.equal(asked.exitCode, 2);
    assert.match(asked.stderr, /Pass --yes/);
    const foreign = await run(["delete", "foreign", "--yes"]);
    assert.equal(foreign.exitCode, 1);
    assert.match(foreign.stderr, /foreign was not deployed by stdlambda .*\n--force/);
    const { deleted } = await json(["delete", "hello", "--yes", "--layers"]);
    const { layers } = deleted as { layers: string[] };
    assert.match(layers[0] ?? "", /:layer:stdlambda-thin-x86_64:1$/);
    assert.deepEqual(await names("--all"), ["foreign"]);
    const gone = await run(["delete", "hello", "--yes"]);
    assert.equal(gone.exitCode, 1);
    assert.match(gone.stderr, /there is no function hello in http/);
    assert.match((await run(["status", "hello"])).stderr, /there is no function hello/);
  });
});

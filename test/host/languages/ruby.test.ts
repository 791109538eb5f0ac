// What AWS's Ruby runtime does, and ours therefore does too: classes, context, Logger, results, gems.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { temporaryFiles } from "../temporary-files.ts";

const root = temporaryFiles({
  "orders.rb": `require "helper"
module Orders
  class Handler
    def self.process(event:, context:)
      { id: context.aws_request_id, name: context.function_name, tenant: context.tenant_id,
        left: context.get_remaining_time_in_millis, memory: context.memory_limit_in_mb,
        identity: context.identity, client: context.client_context, helped: HELPED }
    end
  end
end
`,
  "helper.rb": 'HELPED = "yes"\n',
  "logs.rb": `require "logger"
LOGGER = Logger.new($stdout)
def handler(event:, context:)
  LOGGER.info("said\\nin two lines")
  LOGGER.warn { "warned" }
  1
end
`,
  "autoloads.rb": `require "set"
module Orders
  def self.process(event:, context:) = 1
end
`,
  "results.rb": `require "stringio"
def handler(event:, context:)
  case event
  when "io" then StringIO.new("raw \\xff".b)
  when "nil" then nil
  when "nan" then Float::NAN
  when "symbols" then { a: :b, "t" => Time.at(0).utc }
  when "missing" then nil.upcase
  when "abort" then abort("gave up")
  end
end
`,
});

const run = async (handler: string, event: unknown, options = {}, env = {}) => {
  await using host = await startHost({ handler, root, env });
  const answer = await host.invoke(JSON.stringify(event), options);
  return { ...answer, text: answer.body.toString() };
};

describe("a Ruby function under `aws`", { skip: missingTool(["ruby"]) }, () => {
  it("may be a method of a class in a module, and gets the context of AWS's runtime", async () => {
    const headers = {
      "Lambda-Runtime-Client-Context": '{"custom":{"k":"v"}}',
      "Lambda-Runtime-Cognito-Identity": '{"cognitoIdentityId":"i"}',
      "Lambda-Runtime-Aws-Tenant-Id": "blue",
    };
    for (const handler of ["orders.Orders::Handler.process", "orders.rb#Orders::Handler.process"]) {
      const { text, requestId } = await run(handler, {}, { headers });
      const { left, ...rest } = JSON.parse(text);
      assert.ok(left > 5000 && left <= 10_000, text);
      assert.deepEqual(rest, {
        id: requestId,
        name: "test",
        tenant: "blue",
        memory: "512",
        identity: { cognitoIdentityId: "i" },
        client: { custom: { k: "v" } },
        helped: "yes",
      });
    }
  });

  it("has a Logger with the request id, in text and in JSON", async () => {
    const { log, requestId } = await run("logs.handler", {});
    const lines = log.trimEnd().split("\n");
    assert.match(
      lines[0] ?? "",
      new RegExp(`^I, \\[.* #\\d+\\]  INFO ${requestId} -- : said\rin two lines$`),
    );
    assert.match(lines[1] ?? "", new RegExp(`^W, .* WARN ${requestId} -- : warned$`));
    const json = await run(
      "logs.handler",
      {},
      {},
      { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "WARN" },
    );
    const { level, requestId: id, message } = JSON.parse(json.log);
    assert.deepEqual([level, id, message], ["WARN", json.requestId, "warned"]);
  });

  it("lists what the file defines, and loads nothing for it", async () => {
    await using host = await startHost({ handler: "autoloads.nothing", root });
    const { errorType, errorMessage } = JSON.parse(String((await host.initError)?.body));
    assert.equal(errorType, "Runtime.HandlerNotFound");
    assert.match(errorMessage, /does not define nothing\. It defines: .*Orders\.process/);
  });

  it("has its results written as AWS's client writes them", async () => {
    assert.deepEqual((await run("results.handler", "io")).body, Buffer.from("raw \xff", "latin1"));
    assert.equal((await run("results.handler", "nil")).text, "null");
    assert.equal(
      (await run("results.handler", "symbols")).text,
      '{"a":"b","t":"1970-01-01 00:00:00 UTC"}',
    );
    assert.equal(
      JSON.parse((await run("results.handler", "nan")).text).errorType,
      "Function<JSON::GeneratorError>",
    );
    assert.equal(
      JSON.parse((await run("results.handler", "missing")).text).errorType,
      "Function<NoMethodError>",
    );
    const { errorType, errorMessage } = JSON.parse((await run("results.handler", "abort")).text);
    assert.deepEqual([errorType, errorMessage], ["Function.Exit1", "gave up"]);
  });
});

import { fileURLToPath } from "node:url";
import { ScriptFunction } from "@stdlambda/cdk";
import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
// {{#schedule}}
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
// {{/schedule}}
import * as lambda from "aws-cdk-lib/aws-lambda";
// {{#queue}}
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
// {{/queue}}
import configuration from "../stdlambda.config.json" with { type: "json" };

const stack = new Stack(new App(), "{{project}}");
const { handler, memory, timeout } = configuration.functions["{{function}}"];
// {{#language}}
const runtime = new lambda.Runtime(
  configuration.defaults.runtime,
  lambda.RuntimeFamily["{{family}}"],
);
// {{/language}}
// {{#queue}}
const { environment } = configuration.functions["{{function}}"];
// {{/queue}}
const script = new ScriptFunction(stack, "{{logicalId}}", {
  directory: fileURLToPath(new URL("..", import.meta.url)),
  name: "{{function}}",
  functionName: "{{function}}",
  handler,
  // {{#language}}
  runtime,
  // AWS's runtime calls it itself.
  mode: "none",
  // {{/language}}
  memorySize: memory,
  timeout: Duration.seconds(timeout),
  // {{#queue}}
  environment,
  // {{/queue}}
  architecture: lambda.Architecture.custom(configuration.defaults.architecture),
});
new CfnOutput(stack, "FunctionArn", { value: script.functionArn });
// {{#language}}

const { shout } = configuration.functions;
new ScriptFunction(stack, "Shout", {
  directory: fileURLToPath(new URL("..", import.meta.url)),
  name: "shout",
  functionName: "shout",
  handler: shout.handler,
  runtime,
  memorySize: shout.memory,
  timeout: Duration.seconds(shout.timeout),
  architecture: lambda.Architecture.custom(configuration.defaults.architecture),
});
// {{/language}}
// {{#url}}

const { url } = script.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
new CfnOutput(stack, "Url", { value: url });
// {{/url}}
// {{#queue}}

const failedOrders = new Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });
const orders = new Queue(stack, "Orders", {
  // Six times the function's timeout, as AWS advises.
  visibilityTimeout: Duration.seconds(6 * timeout),
  deadLetterQueue: { queue: failedOrders, maxReceiveCount: 3 },
});
script.addEventSource(new SqsEventSource(orders, { batchSize: 10, reportBatchItemFailures: true }));
new CfnOutput(stack, "QueueUrl", { value: orders.queueUrl });
// {{/queue}}
// {{#schedule}}

new Rule(stack, "Schedule", {
  schedule: Schedule.cron({ minute: "0", hour: "3" }),
  targets: [new LambdaFunction(script)],
});
// {{/schedule}}

// The sample events by name: what each one is, and the page of AWS that documents its shape.

/** Where AWS's pages are; `page` below is what follows. */
export const documentation = "https://docs.aws.amazon.com/";

export interface SampleFacts {
  readonly description: string;
  /** Absent if the shape is our own. */
  readonly page?: string;
}

export const catalog = {
  hello: { description: "a small object, for a first try" },
  empty: { description: "an object with nothing in it" },
  http: {
    description: "a GET, as a function URL sends it (payload 2.0)",
    page: "lambda/latest/dg/urls-invocation.html",
  },
  "api-gateway-v1": {
    description: "API Gateway, REST API: a POST through a proxy integration (payload 1.0)",
    page: "apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
  },
  "api-gateway-v2": {
    description: "API Gateway, HTTP API: a POST with cookies (payload 2.0)",
    page: "apigateway/latest/developerguide/http-api-develop-integrations-lambda.html",
  },
  "api-gateway-authorizer": {
    description: "API Gateway: a token to be allowed or denied by an authorizer",
    page: "apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html",
  },
  "function-url": {
    description: "function URL: a POST with cookies (payload 2.0)",
    page: "lambda/latest/dg/urls-invocation.html",
  },
  alb: {
    description: "Application Load Balancer: a POST to a target group",
    page: "elasticloadbalancing/latest/application/lambda-functions.html",
  },
  websocket: {
    description: "API Gateway, WebSocket API: a message of a connected client",
    page: "apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html",
  },
  "s3-put": {
    description: "S3: an object was put; its key is URL-encoded, as S3 sends it",
    page: "AmazonS3/latest/userguide/notification-content-structure.html",
  },
  "s3-delete": {
    description: "S3: an object was deleted",
    page: "AmazonS3/latest/userguide/notification-content-structure.html",
  },
  sqs: {
    description: "SQS: a batch of two messages from a standard queue",
    page: "lambda/latest/dg/with-sqs.html",
  },
  "sqs-fifo": {
    description: "SQS: a batch of two messages of one group from a FIFO queue",
    page: "lambda/latest/dg/with-sqs.html",
  },
  sns: { description: "SNS: a notification", page: "lambda/latest/dg/with-sns.html" },
  "sns-in-sqs": {
    description: "SNS through SQS: a notification as the text of a queue's message",
    page: "sns/latest/dg/sns-sqs-as-subscriber.html",
  },
  "dynamodb-stream": {
    description: "DynamoDB stream: an item inserted, modified and removed",
    page: "lambda/latest/dg/with-ddb.html",
  },
  kinesis: {
    description: "Kinesis: two records, their data in base64",
    page: "lambda/latest/dg/with-kinesis.html",
  },
  firehose: {
    description: "Firehose: two records to be transformed",
    page: "firehose/latest/dev/data-transformation.html",
  },
  kafka: {
    description: "Amazon MSK: records of two partitions, keys and values in base64",
    page: "lambda/latest/dg/with-msk.html",
  },
  "kafka-self-managed": {
    description: "self-managed Apache Kafka: records of two partitions",
    page: "lambda/latest/dg/with-kafka.html",
  },
  mq: {
    description: "Amazon MQ for ActiveMQ: a text message, its data in base64",
    page: "lambda/latest/dg/with-mq.html",
  },
  documentdb: {
    description: "DocumentDB: a change stream's insert",
    page: "lambda/latest/dg/with-documentdb.html",
  },
  eventbridge: {
    description: "EventBridge: an application's own event",
    page: "eventbridge/latest/userguide/eb-events-structure.html",
  },
  "eventbridge-s3": {
    description: "EventBridge: S3 says that an object was created; its key is not encoded",
    page: "AmazonS3/latest/userguide/ev-events.html",
  },
  schedule: {
    description: "EventBridge: a scheduled rule's tick",
    page: "eventbridge/latest/userguide/eb-create-rule-schedule.html",
  },
  "step-functions": {
    description: "Step Functions: the Payload of a task that waits for its token",
    page: "step-functions/latest/dg/connect-lambda.html",
  },
  "cloudwatch-logs": {
    description: "CloudWatch Logs: two log events of a subscription, gzip in base64",
    page: "lambda/latest/dg/services-cloudwatchlogs.html",
  },
  "cloudwatch-alarm": {
    description: "CloudWatch: an alarm's action, from OK to ALARM",
    page: "AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html",
  },
  "cognito-pre-sign-up": {
    description: "Cognito: a user signs up; the function fills in the response",
    page: "cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html",
  },
  ses: {
    description: "SES: a mail was received; its headers, not its body",
    page: "ses/latest/dg/receiving-email-action-lambda-event.html",
  },
  "custom-resource": {
    description: "CloudFormation: a custom resource is created; its ResponseURL is closed",
    page: "AWSCloudFormation/latest/UserGuide/crpg-ref.html",
  },
  "secrets-rotation": {
    description: "Secrets Manager: the first step of a rotation",
    page: "secretsmanager/latest/userguide/rotate-secrets_lambda.html",
  },
  config: {
    description: "AWS Config: a bucket to be checked by a custom rule",
    page: "config/latest/developerguide/evaluate-config_develop-rules_example-events.html",
  },
  iot: {
    description: "IoT: a sensor's message, as a rule's SELECT shaped it",
    page: "iot/latest/developerguide/lambda-rule-action.html",
  },
  connect: {
    description: "Amazon Connect: a caller reached a flow's Lambda block",
    page: "connect/latest/adminguide/connect-lambda-functions.html",
  },
  lex: {
    description: "Lex V2: a bot's turn, its slot filled",
    page: "lexv2/latest/dg/lambda-input-format.html",
  },
  appsync: {
    description: "AppSync: a query's field to be resolved, asked by a signed-in user",
    page: "appsync/latest/devguide/resolver-context-reference-js.html",
  },
} as const satisfies Readonly<Record<string, SampleFacts>>;

export type SampleName = keyof typeof catalog;

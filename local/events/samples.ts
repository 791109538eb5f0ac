// The sample events themselves; imported, so that a bundle carries them.

import type { SampleName } from "./catalog.ts";
import alb from "./samples/alb.json" with { type: "json" };
import apiGatewayAuthorizer from "./samples/api-gateway-authorizer.json" with { type: "json" };
import apiGatewayV1 from "./samples/api-gateway-v1.json" with { type: "json" };
import apiGatewayV2 from "./samples/api-gateway-v2.json" with { type: "json" };
import appsync from "./samples/appsync.json" with { type: "json" };
import cloudwatchAlarm from "./samples/cloudwatch-alarm.json" with { type: "json" };
import cloudwatchLogs from "./samples/cloudwatch-logs.json" with { type: "json" };
import cognitoPreSignUp from "./samples/cognito-pre-sign-up.json" with { type: "json" };
import config from "./samples/config.json" with { type: "json" };
import connect from "./samples/connect.json" with { type: "json" };
import customResource from "./samples/custom-resource.json" with { type: "json" };
import documentdb from "./samples/documentdb.json" with { type: "json" };
import dynamodbStream from "./samples/dynamodb-stream.json" with { type: "json" };
import empty from "./samples/empty.json" with { type: "json" };
import eventbridge from "./samples/eventbridge.json" with { type: "json" };
import eventbridgeS3 from "./samples/eventbridge-s3.json" with { type: "json" };
import firehose from "./samples/firehose.json" with { type: "json" };
import functionUrl from "./samples/function-url.json" with { type: "json" };
import hello from "./samples/hello.json" with { type: "json" };
import http from "./samples/http.json" with { type: "json" };
import iot from "./samples/iot.json" with { type: "json" };
import kafka from "./samples/kafka.json" with { type: "json" };
import kafkaSelfManaged from "./samples/kafka-self-managed.json" with { type: "json" };
import kinesis from "./samples/kinesis.json" with { type: "json" };
import lex from "./samples/lex.json" with { type: "json" };
import mq from "./samples/mq.json" with { type: "json" };
import s3Delete from "./samples/s3-delete.json" with { type: "json" };
import s3Put from "./samples/s3-put.json" with { type: "json" };
import schedule from "./samples/schedule.json" with { type: "json" };
import secretsRotation from "./samples/secrets-rotation.json" with { type: "json" };
import ses from "./samples/ses.json" with { type: "json" };
import sns from "./samples/sns.json" with { type: "json" };
import snsInSqs from "./samples/sns-in-sqs.json" with { type: "json" };
import sqs from "./samples/sqs.json" with { type: "json" };
import sqsFifo from "./samples/sqs-fifo.json" with { type: "json" };
import stepFunctions from "./samples/step-functions.json" with { type: "json" };
import websocket from "./samples/websocket.json" with { type: "json" };

export const samples: Readonly<Record<SampleName, object>> = {
  hello,
  empty,
  "api-gateway-v1": apiGatewayV1,
  "api-gateway-v2": apiGatewayV2,
  "api-gateway-authorizer": apiGatewayAuthorizer,
  "function-url": functionUrl,
  http,
  alb,
  websocket,
  "s3-put": s3Put,
  "s3-delete": s3Delete,
  sqs,
  "sqs-fifo": sqsFifo,
  sns,
  "sns-in-sqs": snsInSqs,
  "dynamodb-stream": dynamodbStream,
  kinesis,
  firehose,
  kafka,
  "kafka-self-managed": kafkaSelfManaged,
  mq,
  documentdb,
  eventbridge,
  "eventbridge-s3": eventbridgeS3,
  schedule,
  "step-functions": stepFunctions,
  "cloudwatch-logs": cloudwatchLogs,
  "cloudwatch-alarm": cloudwatchAlarm,
  "cognito-pre-sign-up": cognitoPreSignUp,
  ses,
  "custom-resource": customResource,
  "secrets-rotation": secretsRotation,
  config,
  iot,
  connect,
  lex,
  appsync,
};

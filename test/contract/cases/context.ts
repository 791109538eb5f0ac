// The context: headers of the event as variables of the script or parts of a function's context.
import { deepEqual, equal, ok } from "node:assert/strict";
import type { ContractCase, Kind, Run, Sent } from "../case.ts";
import { bodyOf } from "../fake/recorded-request.ts";
import type { TurnRecord } from "../fake/runtime-api.ts";

const anything = { response: /./ };
const handler: Record<Kind, string> = { script: "environment.sh", function: "index.environment" };
const traceId = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const clientContext = { custom: { name: "é😀", quote: '"\\' } };

export const contextCases: ContractCase[] = [
  {
    number: 9,
    name: "_X_AMZN_TRACE_ID is the trace id, and is unset without one",
    handler,
    turns: [
      seen({ "Lambda-Runtime-Trace-Id": traceId }, (environment) => {
        equal(environment._X_AMZN_TRACE_ID, traceId);
      }),
      seen({}, (environment) => equal(environment._X_AMZN_TRACE_ID, undefined)),
    ],
  },
  {
    number: 9,
    name: "TRACEPARENT is the trace id in W3C's form, and is unset without one",
    handler: { script: "environment.sh" },
    turns: [
      seen({ "Lambda-Runtime-Trace-Id": traceId }, (environment) => {
        const wanted = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
        equal(environment.TRACEPARENT, wanted);
      }),
      seen({}, (environment) => equal(environment.TRACEPARENT, undefined)),
    ],
  },
  {
    number: 9,
    name: "a header that the next event lacks leaves nothing behind",
    handler: { script: "environment.mjs" },
    turns: [
      seen(
        {
          "Lambda-Runtime-Client-Context": '{"a":1}',
          "Lambda-Runtime-Cognito-Identity": '{"cognitoIdentityId":"i"}',
          "Lambda-Runtime-Aws-Tenant-Id": "tenant",
        },
        (environment) => {
          equal(environment.LAMBDA_RUNTIME_CLIENT_CONTEXT, '{"a":1}');
          equal(environment.LAMBDA_RUNTIME_COGNITO_IDENTITY, '{"cognitoIdentityId":"i"}');
          equal(environment.LAMBDA_RUNTIME_AWS_TENANT_ID, "tenant");
        },
      ),
      seen({}, (environment) => {
        equal(environment.LAMBDA_RUNTIME_CLIENT_CONTEXT, undefined);
        equal(environment.LAMBDA_RUNTIME_COGNITO_IDENTITY, undefined);
        equal(environment.LAMBDA_RUNTIME_AWS_TENANT_ID, undefined);
      }),
    ],
  },
  {
    number: 10,
    name: "a client context in UTF-8 arrives as it is",
    handler,
    turns: [
      {
        headers: { "Lambda-Runtime-Client-Context": JSON.stringify(clientContext) },
        expect: anything,
        check(turn, run) {
          deepEqual(clientContextOf(turn, run), clientContext);
        },
      },
    ],
  },
  {
    number: 10,
    name: "header names in lower case mean the same",
    handler,
    turns: [
      {
        headers: { "Lambda-Runtime-Client-Context": JSON.stringify(clientContext) },
        delivery: { lowerCase: true },
        expect: anything,
        check(turn, run) {
          deepEqual(clientContextOf(turn, run), clientContext);
        },
      },
    ],
  },
  {
    number: 49,
    name: "a script sees the function's variables and none of the runtime's",
    handler: { script: "environment.sh" },
    env: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrapper" },
    telemetry: true,
    turns: [seen({}, hygiene)],
  },
  {
    number: 49,
    name: "a Node script sees the function's variables and none of the runtime's",
    handler: { script: "environment.mjs" },
    env: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrapper" },
    telemetry: true,
    turns: [seen({}, hygiene)],
  },
  {
    number: 49,
    name: "a function sees its variables and not the telemetry descriptor",
    handler: { function: "index.environment" },
    telemetry: true,
    turns: [
      seen({}, (environment, run) => {
        equal(environment._LAMBDA_TELEMETRY_LOG_FD, undefined);
        equal(environment.USER_VARIABLE, "a user's value");
        equal(environment.AWS_SESSION_TOKEN, "a-session-token");
        equal(environment._CWD, run.root);
      }),
    ],
  },
  {
    number: 49,
    name: "credentials can be withheld from a script",
    handler: { script: "environment.sh" },
    env: {
      STDLAMBDA_CREDENTIALS: "none",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a-container-token",
    },
    turns: [
      seen({}, (environment) => {
        for (const name of ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"]) {
          equal(environment[`AWS_${name}`], undefined);
        }
        equal(environment.AWS_CONTAINER_AUTHORIZATION_TOKEN, undefined);
        equal(environment.AWS_REGION, "eu-central-1");
      }),
    ],
  },
  {
    number: 60,
    name: "the headers of the event are variables, in LAMBDA_RUNTIME_HEADERS and in the context",
    handler: { script: "environment.sh" },
    turns: [
      {
        requestId: "id-60",
        headers: {
          "Lambda-Runtime-Client-Context": JSON.stringify(clientContext),
          "Lambda-Runtime-Cognito-Identity":
            '{"cognitoIdentityId":"a","cognitoIdentityPoolId":"b"}',
          "Lambda-Runtime-Aws-Tenant-Id": "tenant",
          "Lambda-Runtime-Trace-Id": traceId,
        },
        expect: anything,
        check: withEnvironment((environment) => {
          equal(environment.LAMBDA_RUNTIME_AWS_REQUEST_ID, "id-60");
          ok(Number(environment.LAMBDA_RUNTIME_DEADLINE_MS) > Date.now());
          equal(environment.LAMBDA_RUNTIME_TRACE_ID, traceId);
          const headers = JSON.parse(environment.LAMBDA_RUNTIME_HEADERS ?? "");
          equal(headers["lambda-runtime-aws-request-id"], "id-60");
          deepEqual(JSON.parse(headers["lambda-runtime-client-context"]), clientContext);
          const context = JSON.parse(environment.LAMBDA_RUNTIME_CONTEXT ?? "");
          equal(context.awsRequestId, "id-60");
          equal(context.functionName, "conformance");
          equal(context.tenantId, "tenant");
          equal(context.logGroupName, "/aws/lambda/conformance");
          equal(String(context.deadlineMs), environment.LAMBDA_RUNTIME_DEADLINE_MS);
          equal(String(context.memoryLimitInMB), "512");
          deepEqual(context.clientContext, clientContext);
          deepEqual(context.identity, { cognitoIdentityId: "a", cognitoIdentityPoolId: "b" });
        }),
      },
    ],
  },
  {
    number: 60,
    name: "a header of the future is a variable of its name",
    handler: { script: "environment.mjs" },
    turns: [
      seen({ "Lambda-Runtime-Foo-Bar": "of the future" }, (environment) => {
        equal(environment.LAMBDA_RUNTIME_FOO_BAR, "of the future");
      }),
      seen({}, (environment) => equal(environment.LAMBDA_RUNTIME_FOO_BAR, undefined)),
    ],
  },
  {
    number: 61,
    name: "an optional header that is empty counts as absent",
    handler,
    turns: [
      seen(
        {
          "Lambda-Runtime-Trace-Id": "",
          "Lambda-Runtime-Client-Context": "",
          "Lambda-Runtime-Cognito-Identity": "",
          "Lambda-Runtime-Aws-Tenant-Id": "",
        },
        (environment) => {
          equal(environment._X_AMZN_TRACE_ID, undefined);
          equal(environment.LAMBDA_RUNTIME_TRACE_ID, undefined);
          equal(environment.LAMBDA_RUNTIME_CLIENT_CONTEXT, undefined);
          equal(environment.LAMBDA_RUNTIME_COGNITO_IDENTITY, undefined);
          equal(environment.LAMBDA_RUNTIME_AWS_TENANT_ID, undefined);
        },
      ),
    ],
  },
  {
    number: 62,
    name: "headers that are repeated, long or malformed do no harm",
    handler,
    turns: [
      { headers: { "Lambda-Runtime-Foo": ["one", "two"] }, expect: anything },
      { headers: { "Lambda-Runtime-Foo": "x".repeat(60_000) }, expect: anything },
      { headers: { "Lambda-Runtime-Trace-Id": "no trace id at all" }, expect: anything },
    ],
  },
  {
    number: 62,
    name: "a client context or identity that is no JSON does not fail the event",
    handler: { script: "environment.sh" },
    turns: [
      {
        headers: {
          "Lambda-Runtime-Client-Context": "{not JSON",
          "Lambda-Runtime-Cognito-Identity": "nor this",
        },
        expect: anything,
      },
    ],
  },
  {
    number: 63,
    name: "a deadline that is absent or malformed does not fail the event",
    handler: { script: "echo.sh", function: "index.echo" },
    turns: [
      { headers: { "Lambda-Runtime-Deadline-Ms": undefined }, expect: anything },
      { headers: { "Lambda-Runtime-Deadline-Ms": "soon" }, expect: anything },
      { headers: { "Lambda-Runtime-Deadline-Ms": "" }, expect: anything },
      { headers: { "Lambda-Runtime-Deadline-Ms": "99999999999999999999" }, expect: anything },
    ],
  },
  {
    number: 63,
    name: "a deadline that has passed gives the response or a timeout, and the runtime stays",
    handler: { script: "echo.sh" },
    turns: [{ deadlineInMs: -5000, expect: { anyOf: [anything, { error: { type: /Timeout/ } }] } }],
  },
];

type Environment = Record<string, string | undefined>;
type Check = (environment: Environment, run: Run) => void;

/** An event with these headers, whose handler tells its environment. */
function seen(headers: NonNullable<Sent["headers"]>, check: Check): Sent {
  return { headers, expect: anything, check: withEnvironment(check) };
}

function withEnvironment(check: Check): NonNullable<Sent["check"]> {
  return (turn, run) => check(environmentOf(turn, run), run);
}

function environmentOf(turn: TurnRecord, { kind }: Run): Environment {
  const body = responseOf(turn);
  if (kind === "function") return JSON.parse(body).environment;
  const entries = body.split("\0").map((entry) => {
    const length = entry.indexOf("=");
    return [entry.slice(0, length), entry.slice(length + 1)];
  });
  return Object.fromEntries(entries);
}

function clientContextOf(turn: TurnRecord, run: Run): unknown {
  if (run.kind === "function") return JSON.parse(responseOf(turn)).context.clientContext;
  return JSON.parse(environmentOf(turn, run).LAMBDA_RUNTIME_CLIENT_CONTEXT ?? "null");
}

function responseOf({ posts }: TurnRecord): string {
  const [post] = posts;
  if (!post?.path.endsWith("/response")) throw new Error("the handler did not answer");
  return bodyOf(post).toString();
}

function hygiene(environment: Environment, run: Run): void {
  for (const name of [
    "AWS_LAMBDA_RUNTIME_API",
    "_LAMBDA_TELEMETRY_LOG_FD",
    "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET",
    "AWS_LAMBDA_EXEC_WRAPPER",
  ]) {
    equal(environment[name], undefined, `${name} is ${environment[name]}`);
  }
  const node = Object.keys(environment).filter((name) => name.startsWith("NODE_"));
  const ours = node.filter((name) => name !== "NODE_COMPILE_CACHE");
  deepEqual(ours, [], `variables of the runtime's own Node: ${ours}`);
  equal(environment.USER_VARIABLE, "a user's value");
  equal(environment.AWS_REGION, "eu-central-1");
  equal(environment.AWS_ACCESS_KEY_ID, "an-access-key-id");
  equal(environment.AWS_LAMBDA_FUNCTION_NAME, "conformance");
  equal(environment.LAMBDA_TASK_ROOT, run.root);
  equal(environment.LAMBDA_RUNTIME_DIR, "/var/runtime");
  equal(environment._CWD, run.root);
  equal(environment.HOME, "/tmp", "HOME is not /tmp although it was unset");
}

// The environment of one script: each row of the promise.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  baseEnvironment,
  eventEnvironment,
  isEventName,
  nodeEnvironment,
  traceParent,
} from "../../../host/event/environment.ts";
import { invocationOf, platform } from "../invocation.ts";

function forEvent(headers: Readonly<Record<string, string>> = {}) {
  return eventEnvironment(invocationOf(headers), platform);
}

const all = { withholdCredentials: false };
const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

describe("the variables of one event", () => {
  it("are named as their headers, upper case, - as _", () => {
    const headers = {
      "lambda-runtime-deadline-ms": "9999999999999",
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:1:function:a",
      "lambda-runtime-trace-id": trace,
      "lambda-runtime-client-context": '{"a":"é"}',
      "lambda-runtime-cognito-identity": '{"cognitoIdentityId":"x"}',
      "lambda-runtime-aws-tenant-id": "tenant",
    };
    const environment = forEvent(headers);
    for (const [name, value] of Object.entries(headers)) {
      assert.equal(environment[name.toUpperCase().replaceAll("-", "_")], value);
    }
    assert.equal(environment.LAMBDA_RUNTIME_AWS_REQUEST_ID, "id-1");
  });

  it("hold a header that no release knows yet", () => {
    assert.equal(
      forEvent({ "lambda-runtime-some-new-thing": "x" }).LAMBDA_RUNTIME_SOME_NEW_THING,
      "x",
    );
  });

  it("are unset for an absent and for an empty header", () => {
    const environment = forEvent({
      "lambda-runtime-client-context": "",
      "lambda-runtime-trace-id": "",
    });
    for (const name of [
      "LAMBDA_RUNTIME_CLIENT_CONTEXT",
      "LAMBDA_RUNTIME_COGNITO_IDENTITY",
      "LAMBDA_RUNTIME_TRACE_ID",
      "_X_AMZN_TRACE_ID",
      "TRACEPARENT",
    ]) {
      assert.ok(!(name in environment), name);
    }
  });

  it("never hold LAMBDA_RUNTIME_DIR, which is AWS's", () => {
    assert.ok(!("LAMBDA_RUNTIME_DIR" in forEvent({ "lambda-runtime-dir": "/tmp/evil" })));
  });

  it("hold no other header, nor a name that no variable can have", () => {
    const names = Object.keys(
      forEvent({
        path: "/evil",
        "content-type": "x",
        "lambda-runtime-a=b": "x",
        "lambda-runtime-é": "x",
      }),
    );
    assert.deepEqual(names, [
      "LAMBDA_RUNTIME_AWS_REQUEST_ID",
      "LAMBDA_RUNTIME_HEADERS",
      "LAMBDA_RUNTIME_CONTEXT",
    ]);
  });

  it("hold all headers as one JSON object", () => {
    const environment = forEvent({ "content-type": "text/plain", "x-empty": "" });
    assert.deepEqual(JSON.parse(environment.LAMBDA_RUNTIME_HEADERS ?? ""), {
      "lambda-runtime-aws-request-id": "id-1",
      "content-type": "text/plain",
      "x-empty": "",
    });
  });

  it("hold the context as JSON, which a header of its name cannot forge", () => {
    const environment = forEvent({
      "lambda-runtime-context": "forged",
      "lambda-runtime-headers": "forged",
      "lambda-runtime-client-context": '{"custom":{"a":1}}',
    });
    const context = JSON.parse(environment.LAMBDA_RUNTIME_CONTEXT ?? "");
    assert.equal(context.awsRequestId, "id-1");
    assert.equal(context.functionName, "orders");
    assert.deepEqual(context.clientContext, { custom: { a: 1 } });
    assert.equal(typeof JSON.parse(environment.LAMBDA_RUNTIME_HEADERS ?? ""), "object");
  });

  it("are all names that the next event clears", () => {
    for (const name of Object.keys(
      forEvent({ "lambda-runtime-x": "1", "lambda-runtime-trace-id": trace }),
    )) {
      assert.ok(isEventName(name), name);
    }
    assert.ok(!isEventName("LAMBDA_RUNTIME_DIR"));
    assert.ok(!isEventName("LAMBDA_TASK_ROOT"));
  });

  it("never write LAMBDA_RUNTIME_DIR or PATH, whatever the headers", () => {
    const name = fc.string({ unit: fc.constantFrom(..."dirDIR-_pathPATH=") });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("lambda-runtime-", ""), name)), (names) => {
        const headers = Object.fromEntries(names.map((parts) => [parts.join(""), "x"]));
        for (const variable of Object.keys(forEvent(headers))) {
          assert.match(variable, /^LAMBDA_RUNTIME_\w*$/);
          assert.notEqual(variable, "LAMBDA_RUNTIME_DIR");
        }
      }),
    );
  });
});

describe("the trace", () => {
  it("is given in X-Ray's and in W3C's form", () => {
    const environment = forEvent({ "lambda-runtime-trace-id": trace });
    assert.equal(environment._X_AMZN_TRACE_ID, trace);
    assert.equal(
      environment.TRACEPARENT,
      "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
    );
  });

  it("has its parts in any order, with blanks and with parts of others", () => {
    assert.equal(
      traceParent(
        "Lineage=1:a:0; Sampled=0; Parent=53995C3F42CD8AD8; Root=1-5759e988-bd862e3fe1be46a994272793",
      ),
      "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00",
    );
    assert.match(traceParent(trace.replace(";Sampled=1", "")) ?? "", /-00$/);
    assert.match(traceParent(trace.replace("Sampled=1", "Sampled=?")) ?? "", /-00$/);
  });

  it("has no form of W3C's without a whole root and parent", () => {
    const malformed = [
      "",
      "x",
      "Root=1-5759e988-bd862e3fe1be46a994272793",
      "Parent=53995c3f42cd8ad8",
      trace.replace("Root=1-", "Root=2-"),
      trace.replace("5759e988", "5759e98"),
      trace.replace("53995c3f42cd8ad8", "53995c3f42cd8adz"),
      trace.replace("53995c3f42cd8ad8", "0000000000000000"),
      trace.replaceAll(";", ","),
    ];
    for (const text of malformed) {
      assert.equal(traceParent(text), undefined, text);
      const environment = forEvent({ "lambda-runtime-trace-id": text });
      assert.ok(!("TRACEPARENT" in environment));
      assert.equal(environment._X_AMZN_TRACE_ID, text === "" ? undefined : text);
    }
  });
});

describe("the function's own variables", () => {
  it("are kept as they are", () => {
    const own = {
      HOME: "/tmp",
      TABLE: "orders",
      AWS_REGION: "eu-central-1",
      EMPTY: "",
      _HANDLER: "a.ts",
      LAMBDA_TASK_ROOT: "/var/task",
      LAMBDA_RUNTIME_DIR: "/var/runtime",
      NODE_OPTIONS: "--no-warnings",
    };
    assert.deepEqual(baseEnvironment(own, all), own);
  });

  it("lose what is meant for the runtime alone", () => {
    const removed = {
      AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001",
      AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrapper",
      _LAMBDA_TELEMETRY_LOG_FD: "3",
      _LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET: "/tmp/socket",
    };
    assert.deepEqual(baseEnvironment({ HOME: "/tmp", ...removed }, all), { HOME: "/tmp" });
  });

  it("lose what an event left in the host's own environment", () => {
    const stale = {
      LAMBDA_RUNTIME_AWS_REQUEST_ID: "old",
      LAMBDA_RUNTIME_NEW: "old",
      _X_AMZN_TRACE_ID: "old",
      TRACEPARENT: "old",
    };
    assert.deepEqual(baseEnvironment({ HOME: "/tmp", ...stale }, all), { HOME: "/tmp" });
  });

  it("have a HOME that can be written to", () => {
    assert.equal(baseEnvironment({}, all).HOME, "/tmp");
    assert.equal(baseEnvironment({ HOME: "" }, all).HOME, "/tmp");
    assert.equal(baseEnvironment({ HOME: "/home/sbx_user1051" }, all).HOME, "/tmp");
    assert.equal(baseEnvironment({ HOME: import.meta.dirname }, all).HOME, import.meta.dirname);
  });

  it("lose the role's credentials with STDLAMBDA_CREDENTIALS=none, and only then", () => {
    const credentials = {
      AWS_ACCESS_KEY_ID: "1",
      AWS_SECRET_ACCESS_KEY: "2",
      AWS_SESSION_TOKEN: "3",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "4",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "5",
      AWS_CONTAINER_OF_THE_FUTURE: "6",
    };
    const own = { HOME: "/tmp", AWS_REGION: "eu-central-1", ...credentials };
    assert.deepEqual(baseEnvironment(own, all), own);
    assert.deepEqual(baseEnvironment(own, { withholdCredentials: true }), {
      HOME: "/tmp",
      AWS_REGION: "eu-central-1",
    });
  });
});

describe("the compile cache of Node children", () => {
  it("is set where the user has set none, and kept where he has", () => {
    assert.match(nodeEnvironment({}).NODE_COMPILE_CACHE ?? "", /stdlambda-compile-cache/);
    for (const own of [{ NODE_COMPILE_CACHE: "/tmp/mine" }, { NODE_DISABLE_COMPILE_CACHE: "1" }]) {
      assert.deepEqual(nodeEnvironment(own), own);
    }
  });
});
